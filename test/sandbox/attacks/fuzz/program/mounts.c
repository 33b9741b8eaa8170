// Mounts, by the old calls and by the new ones.
#include "fuzz.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>

static const char *types[] = {"tmpfs", "proc", "cgroup2", "mqueue", "overlay", "ramfs", "devpts"};

// Where a command may make a place for one.
static const char *any_place(void) {
  static const char *places[] = {"/work/new0", "/tmp/new0", "/tmp", "/work", "/proc", "/", "/dev", "/srv/open"};
  return roll(3) == 0 ? any_path() : places[roll(8)];
}

void do_mount(void) {
  const char *place = any_place(), *from = any_path();
  unsigned long bind = MS_BIND | (roll(2) ? MS_REC : 0);
  switch (roll(4)) {
    case 0: {
      const char *type = types[roll(7)];
      char data[256] = "";
      if (strcmp(type, "overlay") == 0) snprintf(data, sizeof data, "lowerdir=/,upperdir=/work/new0,workdir=/work/new1");
      told(mount("attack", place, type, 0, data), "mount %s %s", type, place);
      return;
    }
    case 1: told(mount(from, place, NULL, MS_MOVE, NULL), "mount --move %s %s", from, place); return;
    default: told(mount(from, place, NULL, bind, NULL), "mount --bind %s %s", from, place);
  }
}

void do_remount(void) {
  const char *place = roll(2) ? any_place() : any_path();
  unsigned long flags = MS_REMOUNT | (roll(3) ? MS_BIND : 0) | (roll(3) ? 0 : MS_RDONLY);
  told(mount(NULL, place, NULL, flags, NULL), "remount %s %lx", place, flags);
}

void do_unmount(void) {
  static const int flags[] = {MNT_DETACH, 0, MNT_FORCE, UMOUNT_NOFOLLOW, MNT_EXPIRE};
  static const char *places[] = {"/work/fixed", "/srv/covered", "/dev", "/proc", "/tmp", "/", ".", "/work", "/srv/late"};
  const char *place = roll(3) ? places[roll(9)] : any_path();
  int flag = flags[roll(5)];
  told(umount2(place, flag), "umount2 %s %d", place, flag);
}

void do_propagation(void) {
  static const unsigned long kinds[] = {MS_SHARED, MS_PRIVATE, MS_SLAVE, MS_UNBINDABLE};
  const char *place = any_place();
  unsigned long kind = kinds[roll(4)] | (roll(2) ? MS_REC : 0);
  told(mount(NULL, place, NULL, kind, NULL), "propagation %s %lx", place, kind);
}

void do_pivot(void) {
  const char *place = any_place();
  switch (roll(3)) {
    case 0: told(syscall(SYS_pivot_root, ".", "."), "pivot_root . ."); return;
    case 1:
      if (told(mount("attack", "/tmp", "tmpfs", 0, NULL), "mount tmpfs /tmp") < 0) return;
      if (chdir("/tmp") < 0) return;
      told(syscall(SYS_pivot_root, ".", "."), "pivot_root /tmp");
      return;
    default: told(syscall(SYS_pivot_root, place, place), "pivot_root %s", place);
  }
}

void do_tree(void) {
  const char *from = any_path(), *to = any_place();
  int folder = roll(3) == 0 ? any_descriptor() : AT_FDCWD;
  unsigned flags = OPEN_TREE_CLOEXEC | (roll(4) ? OPEN_TREE_CLONE : 0) | (roll(2) ? AT_RECURSIVE : 0) | AT_EMPTY_PATH;
  int tree = told(syscall(SYS_open_tree, folder, folder == AT_FDCWD ? from : "", flags), "open_tree %d %s %x", folder, from, flags);
  if (tree < 0) tree = any_descriptor();
  else keep(tree);
  if (roll(2)) told(syscall(SYS_move_mount, tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH), "move_mount %d %s", tree, to);
}

void do_tree_attribute(void) {
  struct mount_attr attributes = {.attr_clr = roll(2) ? MOUNT_ATTR_RDONLY : MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
  if (roll(3) == 0) attributes.propagation = roll(2) ? MS_SHARED : MS_PRIVATE;
  int tree = roll(2) ? any_descriptor() : AT_FDCWD;
  const char *path = tree == AT_FDCWD ? any_path() : "";
  unsigned flags = AT_EMPTY_PATH | (roll(2) ? AT_RECURSIVE : 0);
  told(syscall(SYS_mount_setattr, tree, path, flags, &attributes, sizeof attributes), "mount_setattr %d %s", tree, path);
}

void do_new_mount(void) {
  const char *type = types[roll(7)], *to = any_place();
  int context = roll(4) ? syscall(SYS_fsopen, type, FSOPEN_CLOEXEC) : syscall(SYS_fspick, AT_FDCWD, to, 0);
  if (told(context, "fsopen %s", type) < 0) return;
  told(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), "fsconfig %s", type);
  int tree = told(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0), "fsmount %s", type);
  close(context);
  keep(tree);
  if (tree >= 0) told(syscall(SYS_move_mount, tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH), "move_mount %s %s", type, to);
}
