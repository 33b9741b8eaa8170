// Attempts to see or to change what the mounts hide.
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif

// mounts: the ways out of a root. Says what "/" holds at the end.
int mounts_command(int count, char **arguments) {
  (void)count, (void)arguments;
  tell("unmount root", umount2("/", MNT_DETACH));
  tell("unmount root again", umount2("/", MNT_DETACH));
  tell("pivot", syscall(SYS_pivot_root, ".", "."));
  int tree = syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | O_CLOEXEC);
  tell("open_tree", tree);
  // chroot(2): "the superuser can escape from a chroot jail".
  int before = open("/", O_RDONLY | O_DIRECTORY);
  mkdir("/tmp/jail", 0755);
  long jailed = chroot("/tmp/jail");
  tell("chroot", jailed);
  if (jailed == 0 && fchdir(before) == 0) {
    for (int i = 0; i < 100; i++)
      if (chdir("..") < 0) break;
    if (chroot(".") < 0) say("chroot back failed");
  }
  struct stat marker;
  tell("marker of the host", stat("/marker-of-the-host", &marker));
  tell("marker of the sandbox", stat("/marker-of-the-sandbox", &marker));
  return 0;
}

// reveal COVERED READ-ONLY-FILE: takes the mount over COVERED away and reads what is
// beneath, and makes the mount of READ-ONLY-FILE's directory writable.
int reveal_command(int count, char **arguments) {
  if (count != 2) return 99;
  char path[PATH_MAX], text[64];
  tell("unmount", umount2(arguments[0], MNT_DETACH));
  snprintf(path, sizeof path, "%s/secret", arguments[0]);
  int file = open(path, O_RDONLY);
  tell("secret", file < 0 ? -1 : read(file, text, sizeof text));
  char directory[PATH_MAX];
  snprintf(directory, sizeof directory, "%s", arguments[1]);
  *strrchr(directory, '/') = 0;
  tell("remount", mount(NULL, directory, NULL, MS_REMOUNT | MS_BIND, NULL));
  tell("bind", mount(directory, directory, NULL, MS_BIND, NULL));
  tell("remount copy", mount(NULL, directory, NULL, MS_REMOUNT | MS_BIND, NULL));
  int target = open(arguments[1], O_WRONLY);
  tell("write", target < 0 ? -1 : write(target, "overwritten", 11));
  // A copy of the parent alone comes without what is mounted in it.
  snprintf(directory, sizeof directory, "%s", arguments[0]);
  *strrchr(directory, '/') = 0;
  int tree = syscall(SYS_open_tree, AT_FDCWD, directory, OPEN_TREE_CLONE | O_CLOEXEC);
  tell("open_tree", tree);
  if (tree < 0) return 0;
  snprintf(path, sizeof path, "%s/secret", strrchr(arguments[0], '/') + 1);
  tell("secret in the copy", openat(tree, path, O_RDONLY));
  return 0;
}

// swap DIRECTORY NAME TARGET: for ever exchanges a directory NAME and a link of that
// name to TARGET. Says "swapping" first.
int swap_command(int count, char **arguments) {
  if (count != 3 || chdir(arguments[0]) < 0) return 99;
  mkdir(arguments[1], 0777);
  if (symlink(arguments[2], "other") < 0) return 98;
  say("swapping");
  for (;;) renameat2(AT_FDCWD, arguments[1], AT_FDCWD, "other", RENAME_EXCHANGE);
}

// reach PATH...: whether there is anything at each, and whether it can be read.
int reach_command(int count, char **arguments) {
  char what[5000];
  for (int i = 0; i < count; i++) {
    struct stat status;
    snprintf(what, sizeof what, "stat %s", arguments[i]);
    tell(what, stat(arguments[i], &status));
    snprintf(what, sizeof what, "open %s", arguments[i]);
    tell(what, open(arguments[i], O_RDONLY));
  }
  return 0;
}
