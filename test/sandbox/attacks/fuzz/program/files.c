// Files: everything that is in sight, by every way to it.
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static const char mark[] = "ATTACKED";

void do_open(void) {
  static const int ways[] = {O_RDONLY, O_RDWR, O_WRONLY, O_PATH, O_PATH | O_DIRECTORY, O_RDONLY | O_DIRECTORY, O_WRONLY | O_TRUNC, O_RDWR | O_APPEND, O_PATH | O_NOFOLLOW};
  const char *path = any_path();
  int way = ways[roll(9)], folder = roll(3) == 0 ? any_descriptor() : AT_FDCWD;
  if (roll(6) == 0) {
    struct open_how how = {.flags = way | O_CLOEXEC, .resolve = roll(2) ? RESOLVE_IN_ROOT : 0};
    keep(told(syscall(SYS_openat2, folder, path, &how, sizeof how), "openat2 %d %s %x", folder, path, way));
    return;
  }
  if (path[0] == '/' && folder != AT_FDCWD) path++;
  keep(told(openat(folder, path, way | O_NONBLOCK | O_NOCTTY), "openat %d %s %x", folder, path, way));
}

static void show(int file, const char *what) {
  char text[512];
  long length = pread(file, text, sizeof text, 0);
  if (length < 0) length = read(file, text, sizeof text);
  if (told(length, "read %s", what) <= 0) return;
  if (write(1, text, length) < 0 || write(1, "\n", 1) < 0) _exit(0);
}

void do_read(void) {
  if (roll(3) == 0) {
    int file = any_descriptor();
    // What would wait: the terminal, and pipes.
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) show(file, "a descriptor");
    return;
  }
  const char *path = any_path();
  int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (file < 0) {
    told(file, "open to read %s", path);
    return;
  }
  show(file, path);
  if (roll(3) == 0) keep(file);
  else close(file);
}

void do_write(void) {
  if (roll(3) == 0) {
    int file = any_descriptor();
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) told(pwrite(file, mark, 8, 0), "pwrite %d", file);
    return;
  }
  const char *path = any_path();
  int file = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | (roll(3) ? 0 : O_CREAT), 0666);
  struct stat status;
  if (told(file, "open to write %s", path) < 0 || fstat(file, &status) < 0) return;
  // Settings and devices are opened only; each of them has its own operation.
  if (S_ISREG(status.st_mode) && strncmp(path, "/proc/sys", 9) != 0) told(pwrite(file, mark, 8, 0), "write %s", path);
  close(file);
}

void do_truncate(void) {
  const char *path = any_path();
  if (roll(2)) told(truncate(path, 1), "truncate %s", path);
  else {
    int file = any_descriptor();
    if (file > 2) told(ftruncate(file, 1), "ftruncate %d", file);
  }
}

// A descriptor to a standard stream is the caller's gift.
static int any_own(void) {
  int file = any_descriptor();
  return file > 2 ? file : 999;
}

void do_mode(void) {
  static const mode_t modes[] = {0, 0777, 04777, 0400, 0644, 01777};
  mode_t mode = modes[roll(6)];
  const char *path = any_path();
  int file = any_own();
  switch (roll(3)) {
    case 0: told(fchmod(file, mode), "fchmod %d %o", file, mode); return;
    case 1: told(syscall(SYS_fchmodat2, file, "", mode, AT_EMPTY_PATH), "fchmodat2 %d %o", file, mode); return;
    default: told(chmod(path, mode), "chmod %s %o", path, mode);
  }
}

void do_owner(void) {
  static const int ids[] = {0, -1, 41234, 1000, 65534};
  int user = ids[roll(5)], group = ids[roll(5)], file = any_own();
  const char *path = any_path();
  if (roll(3) == 0) told(fchownat(file, "", user, group, AT_EMPTY_PATH), "fchownat %d %d %d", file, user, group);
  else told(chown(path, user, group), "chown %s %d %d", path, user, group);
}

void do_times(void) {
  struct timespec times[2] = {{.tv_sec = 1, .tv_nsec = roll(2) ? UTIME_NOW : 0}, {.tv_sec = 1, .tv_nsec = roll(2) ? UTIME_NOW : 0}};
  int file = any_own();
  const char *path = any_path();
  if (roll(3) == 0) told(futimens(file, times), "futimens %d", file);
  else told(utimensat(AT_FDCWD, path, times, roll(2) ? AT_SYMLINK_NOFOLLOW : 0), "utimensat %s", path);
}

void do_rename(void) {
  const char *from = any_path(), *to = any_path();
  int flags[] = {0, 0, RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT}, flag = flags[roll(5)];
  int folder = roll(2) ? any_descriptor() : AT_FDCWD;
  if (folder != AT_FDCWD && from[0] == '/') from++;
  told(renameat2(folder, from, AT_FDCWD, to, flag), "renameat2 %d %s %s %d", folder, from, to, flag);
}

void do_link(void) {
  const char *from = any_path(), *to = any_path();
  int file = any_descriptor();
  switch (roll(3)) {
    case 0: told(linkat(file, "", AT_FDCWD, to, AT_EMPTY_PATH), "linkat %d %s", file, to); return;
    case 1: told(symlink(from, to), "symlink %s %s", from, to); return;
    default: told(linkat(AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW), "link %s %s", from, to);
  }
}

void do_unlink(void) {
  const char *path = any_path();
  int folder = roll(3) == 0 ? any_descriptor() : AT_FDCWD, flag = roll(3) == 0 ? AT_REMOVEDIR : 0;
  if (folder != AT_FDCWD && path[0] == '/') path++;
  told(unlinkat(folder, path, flag), "unlinkat %d %s", folder, path);
}

void do_make(void) {
  char path[600];
  snprintf(path, sizeof path, "%s%s", any_path(), roll(2) ? "" : "/made");
  switch (roll(4)) {
    case 0: told(mkdir(path, 0777), "mkdir %s", path); return;
    case 1: told(mknod(path, S_IFCHR | 0666, makedev(1, 3)), "mknod c %s", path); return;
    // Number 7:99 is a loop device that hardly anybody has; it is not opened.
    case 2: told(mknod(path, S_IFBLK | 0666, makedev(7, 99)), "mknod b %s", path); return;
    default: keep(told(open(path, O_RDWR | O_CREAT | O_EXCL, 0666), "create %s", path));
  }
}

void do_directory(void) {
  const char *path = any_path();
  int folder = any_descriptor();
  switch (roll(4)) {
    case 0: told(fchdir(folder), "fchdir %d", folder); return;
    case 1: told(chroot(path), "chroot %s", path); return;
    case 2: told(mkdir(roll(2) ? "/work/new0" : "/tmp/new0", 0777), "mkdir"); return;
    default: told(chdir(path), "chdir %s", path);
  }
}

void do_attribute(void) {
  const char *path = any_path();
  static const char *names[] = {"user.attack", "security.capability", "system.posix_acl_access", "trusted.attack"};
  const char *name = names[roll(4)];
  told(setxattr(path, name, mark, 8, 0), "setxattr %s %s", path, name);
}

void do_set_user_program(void) {
  const char *path = roll(2) ? "/bin/set-uid" : any_path();
  int result = vfork();
  if (result == 0) {
    execl(path, "fuzz", "set-uid", NULL);
    _exit(9);
  }
  told(result, "execve %s", path);
}

// A folder that is bound to be read-only in one that is writable: another root, the cover unmounted, the folder moved.
void do_rename_way(void) {
  int folder = told(open("/work", O_PATH | O_DIRECTORY), "open /work");
  do_unshare();
  do_pivot();
  do_unmount();
  told(renameat(folder, "fixed", folder, "moved"), "renameat /work/fixed");
  told(mkdirat(folder, "fixed", 0777), "mkdirat /work/fixed");
  keep(folder);
}
