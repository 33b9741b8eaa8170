#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put(const char *text) {
  for (; *text != 0; text++) {
    unsigned char c = *text;
    if (c < 0x20 || c == '\\' || c == 0x7f) printf("\\%03o", c);
    else putchar(c);
  }
}

void seen(const char *value, const char *key, ...) {
  char name[4096];
  va_list list;
  va_start(list, key);
  vsnprintf(name, sizeof name, key, list);
  va_end(list);
  fputs("seen\t", stdout);
  put(name);
  putchar('\t');
  put(value);
  putchar('\n');
}

void seen_number(long value, const char *key) {
  char text[32];
  snprintf(text, sizeof text, "%ld", value);
  seen(text, "%s", key);
}

const char *link_of(const char *path) {
  static char target[4096];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) return "?";
  target[length] = 0;
  return target;
}

char *text_of(const char *path) {
  static char text[65536];
  size_t length = 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    ssize_t more;
    while (length < sizeof text - 1 && (more = read(file, text + length, sizeof text - 1 - length)) > 0) length += more;
    close(file);
  }
  text[length] = 0;
  return text;
}

/**
 * program inspect [STATUS [FILE...]]    says what is seen, and what is in the files; exits with the status
 * program wait                          says "ready", and waits for its end
 * program watch ...                     see watch.c
 */
int main(int count, char **words) {
  const char *verb = count > 1 ? words[1] : "inspect";
  if (strcmp(verb, "watch") == 0) return watch(words + 2);
  if (strcmp(verb, "wait") == 0) {
    puts("ready");
    fflush(stdout);
    for (;;) pause();
  }
  // What is opened for looking is closed again, so this is what it was born with.
  inspect_self(environ);
  inspect_files();
  inspect_processes();
  for (int i = 3; i < count; i++) seen(text_of(words[i]), "content %s", words[i]);
  inspect_attempts();
  if (fflush(stdout) != 0) return 99;
  return count > 2 ? atoi(words[2]) : 0;
}
