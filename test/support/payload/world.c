// Payloads that print the world that they were given.
#include "payload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

// status: the lines of /proc/self/status about signals and identity, as they are, and the job's numbers.
int status_command(int count, char **arguments) {
  (void)count, (void)arguments;
  FILE *file = fopen("/proc/self/status", "re");
  if (!file) die("/proc/self/status");
  static const char *wanted[] = {"Sig", "Uid", "Gid", "Groups", "Cap", "NoNewPrivs"};
  char line[4096];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
      if (strncmp(line, wanted[i], strlen(wanted[i])) == 0) say("%s", line);
    }
  }
  fclose(file);
  int death = 0;
  prctl(PR_GET_PDEATHSIG, &death);
  say("pid %d", getpid());
  say("ppid %d", getppid());
  say("pgrp %d", getpgrp());
  say("sid %d", getsid(0));
  say("tpgid %d", tcgetpgrp(0));
  say("pdeathsig %d", death);
  say("end");
  return 0;
}

// map-zero: maps /dev/zero for code, as some run-time compilers do, and says so.
int map_zero_command(int count, char **arguments) {
  (void)count, (void)arguments;
  int file = open("/dev/zero", O_RDWR | O_CLOEXEC);
  if (file < 0) die("/dev/zero");
  if (mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED) die("mmap");
  say("mapped");
  return 0;
}

// descriptors: the open ones with what they are, and the working directory. Says
// nothing on a closed stdout; then the lines go to the file named.
int descriptors_command(int count, char **arguments) {
  int open_ones[1024], amount = 0;
  for (int i = 0; i < 1024; i++) {
    if (fcntl(i, F_GETFD) >= 0) open_ones[amount++] = i;
  }
  char here[4096];
  if (!getcwd(here, sizeof here)) die("getcwd");
  if (count > 0) {
    int file = open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return 98;
    if (dup2(file, 1) < 0) return 97;
  }
  for (int i = 0; i < amount; i++) {
    char name[64], target[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", open_ones[i]);
    ssize_t length = readlink(name, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = 0;
    say("fd %d %s", open_ones[i], target);
  }
  say("cwd %s", here);
  say("end");
  return 0;
}

// A 64-bit FNV-1a over the words, each with the NUL at its end.
static void summary(const char *what, char **words) {
  uint64_t hash = 0xcbf29ce484222325u;
  long bytes = 0, amount = 0;
  for (; words[amount]; amount++) {
    const char *word = words[amount];
    size_t length = strlen(word) + 1;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)word[i]) * 0x100000001b3u;
    bytes += length;
  }
  say("%s %ld %ld %016llx", what, amount, bytes, (unsigned long long)hash);
}

// environment NAME...: a line for each name, and the number, the bytes and the hash of all variables.
int environment_command(int count, char **arguments) {
  say("pid %d", getpid());
  for (int i = 0; i < count; i++) {
    const char *value = getenv(arguments[i]);
    say(value ? "%s=%s" : "%s unset", arguments[i], value);
  }
  // The tests' own mark is in everybody's environment, and is another in each test.
  char **kept = environ;
  for (char **variable = environ; variable && *variable; variable++) {
    if (strncmp(*variable, "REIN_TEST_ID=", 13) != 0) *kept++ = *variable;
  }
  if (kept) *kept = NULL;
  summary("variables", environ);
  say("end");
  return 0;
}

// arguments ANYTHING...: the number, the bytes and the hash of what follows.
int arguments_command(int count, char **arguments) {
  (void)count;
  summary("arguments", arguments);
  say("end");
  return 0;
}
