// Whoever comes into one's namespaces: looked into as soon as it is there.
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Says what the file holds that `directory` leads to.
static void reveal(const char *what, int directory, const char *path) {
  char text[256];
  const int file = openat(directory, path, O_RDONLY);
  const long size = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (size > 0) say("%s %.*s", what, (int)size, text);
  if (file >= 0) close(file);
}

// What ps shows of a process.
static void name_of(int pid, char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  const int file = open(path, O_RDONLY);
  const long size = file < 0 ? -1 : read(file, name, 31);
  if (file >= 0) close(file);
  name[size > 0 ? size - 1 : 0] = '\0';
}

// Whether there was a line on stdin.
static int is_asked(void) {
  char line[16];
  struct pollfd input = {.fd = 0, .events = POLLIN};
  return poll(&input, 1, 0) > 0 && read(0, line, sizeof line) > 0;
}

// await PATH: looks for PATH in all that everybody who comes has: the root, the directory, the descriptors. To a line on
// stdin it says "looked" when it has looked at all of them once more.
int await_command(int count, char **arguments) {
  if (count != 1) return 99;
  const int self = getpid();
  say("ready");
  for (;;) {
    const int asked = is_asked();
    DIR *processes = opendir("/proc");
    for (struct dirent *entry = readdir(processes); entry != NULL; entry = readdir(processes)) {
      const int pid = number(entry->d_name);
      if (pid <= 1 || pid == self) continue;
      char path[PATH_MAX];
      for (const char *const *place = (const char *const[]){"root", "cwd", NULL}; *place != NULL; place++) {
        snprintf(path, sizeof path, "/proc/%d/%s%s", pid, *place, arguments[0]);
        reveal(*place, AT_FDCWD, path);
      }
      // Before and after: what was taken is from one that was a stage all the while.
      char name[32], later[32];
      name_of(pid, name);
      const int process = syscall(SYS_pidfd_open, pid, 0);
      int count = 0;
      for (int file = 0; file < 16; file++) {
        const int taken = syscall(SYS_pidfd_getfd, process, file, 0);
        if (taken < 0) continue;
        count++;
        reveal("descriptor", taken, arguments[0] + 1);
        close(taken);
      }
      close(process);
      name_of(pid, later);
      if (count > 0 && strcmp(name, later) == 0) say("traced %s", name);
    }
    closedir(processes);
    if (asked) say("looked");
  }
}
