#include "payload.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void say(const char *format, ...) {
  char line[8192];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(line, sizeof line - 1, format, list);
  va_end(list);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  for (int done = 0; done < length;) {
    ssize_t written = write(1, line + done, length - done);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) done += written;
  }
}

void die(const char *what) {
  dprintf(2, "payload: %s: %s\n", what, strerror(errno));
  _exit(99);
}

void ready(void) { say("ready %d", getpid()); }

void set_mask(kernel_set set) {
  if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, sizeof set) < 0) die("rt_sigprocmask");
}

kernel_set get_mask(void) {
  kernel_set set = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &set, sizeof set);
  return set;
}

int all_signals_descriptor(void) {
  kernel_set all = ~0ULL;
  int descriptor = syscall(SYS_signalfd4, -1, &all, sizeof all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) die("signalfd4");
  return descriptor;
}

int wait_for_signal(kernel_set set) {
  for (;;) {
    int signal = syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, sizeof set);
    if (signal > 0) return signal;
    if (errno != EINTR) die("rt_sigtimedwait");
  }
}

int wait_for_line(void) {
  char byte;
  for (;;) {
    ssize_t got = read(0, &byte, 1);
    if (got == 1 && byte == '\n') return 1;
    if (got == 0) return 0;
    if (got < 0 && errno != EINTR) {
      for (;;) pause();
    }
  }
}

void sleep_milliseconds(long milliseconds) {
  struct timespec rest = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&rest, &rest) < 0 && errno == EINTR) {
  }
}

int number(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text == 0 || *end != 0) {
    dprintf(2, "payload: not a number: %s\n", text);
    _exit(99);
  }
  return value;
}

kernel_set parse_set(const char *text) {
  if (strcmp(text, "all") == 0) return ~0ULL;
  kernel_set set = 0;
  while (*text) {
    char *end;
    int from = strtol(text, &end, 10), to = from;
    if (*end == '-') to = strtol(end + 1, &end, 10);
    for (int signal = from; signal <= to; signal++) set |= BIT(signal);
    text = *end == ',' ? end + 1 : end;
    if (from < 1 || to > LAST_SIGNAL || (*end != ',' && *end != 0)) {
      dprintf(2, "payload: not a set of signals: %s\n", text);
      _exit(99);
    }
  }
  return set;
}

static const struct {
  const char *name;
  command *run;
} commands[] = {
    {"signals", signals_command},         {"family", family_command},
    {"ignore", ignore_command},           {"delay", delay_command},
    {"wait", wait_command},               {"exit", exit_command},
    {"kill-self", kill_self_command},     {"orphans", orphans_command},
    {"tree", tree_command},               {"status", status_command},
    {"descriptors", descriptors_command}, {"environment", environment_command},
    {"arguments", arguments_command},     {"launch", launch_command},
    {"statuses", statuses_command},       {"trace", trace_command},
    {"take-number", take_number_command}, {"map-zero", map_zero_command},
    {"puppet", puppet_command},
};

int main(int count, char **arguments) {
  for (size_t i = 0; count > 1 && i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(commands[i].name, arguments[1]) == 0) return commands[i].run(count - 2, arguments + 2);
  }
  dprintf(2, "payload: no such command: %s\n", count > 1 ? arguments[1] : "(none)");
  return 99;
}
