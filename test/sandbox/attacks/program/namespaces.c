// Attempts to get at other user namespaces, and at more identity than was given.
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/sched.h>

static long write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file < 0) return -1;
  long result = write(file, text, strlen(text));
  int errno_of_write = errno;
  close(file);
  errno = errno_of_write;
  return result;
}

// A process made and ended at once; its result is that of the call.
static long made(long pid) {
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid;
}

// namespaces: every way to a new user namespace.
int namespaces_command(int count, char **arguments) {
  (void)count, (void)arguments;
  tell("limit", write_file("/proc/sys/user/max_user_namespaces", "1000"));
  tell("clone", made(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)));
  struct clone_args request = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
  tell("clone3", made(syscall(SYS_clone3, &request, sizeof request)));
  int own = open("/proc/self/ns/user", O_RDONLY);
  tell("setns", setns(own, CLONE_NEWUSER));
  tell("unshare", unshare(CLONE_NEWUSER));
  return 0;
}

static void try_owner(const char *kind) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/ns/%s", kind);
  int file = open(path, O_RDONLY);
  int owner = strcmp(kind, "user") == 0 ? ioctl(file, NS_GET_PARENT) : ioctl(file, NS_GET_USERNS);
  tell(kind, owner < 0 ? -1 : setns(owner, CLONE_NEWUSER));
}

// owners: to the user namespaces that own ours.
int owners_command(int count, char **arguments) {
  (void)count, (void)arguments;
  static const char *kinds[] = {"user", "mnt", "pid", "net", "uts", "ipc", "cgroup"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) try_owner(kinds[i]);
  return 0;
}

// identity: other users, groups and capabilities.
int identity_command(int count, char **arguments) {
  (void)count, (void)arguments;
  gid_t none[1] = {0};
  tell("setgroups", setgroups(0, none));
  tell("allow setgroups", write_file("/proc/self/setgroups", "allow"));
  tell("uid_map", write_file("/proc/self/uid_map", "0 0 1"));
  tell("setuid", syscall(SYS_setresuid, 0, 0, 0));
  tell("setuid 1", syscall(SYS_setresuid, 1, 1, 1));
  tell("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
  tell("no-new-privs off", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  say("no-new-privs is %d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  return 0;
}
