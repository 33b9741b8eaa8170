// Attempts to leave set-uid or set-gid files of the caller's.
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// A new file of this name, which is closed.
static const char *new_file(const char *name) {
  close(open(name, O_CREAT | O_WRONLY, 0755));
  return name;
}

static void all_of(mode_t bits) {
  char name[32];
  mode_t mode = bits | 0755;
#define EACH(call, result) (snprintf(name, sizeof name, "%s-%o", call, bits), tell(name, result))
  EACH("stdout", fchmod(1, mode));
  EACH("fchmodat", syscall(SYS_fchmodat, AT_FDCWD, new_file(name), mode));
  // What the kernel drops of an argument hides nothing.
  EACH("fchmodat-high", syscall(SYS_fchmodat, AT_FDCWD, new_file(name), mode | 1L << 32));
  EACH("fchmodat2", syscall(452, AT_FDCWD, new_file(name), mode, 0));
  EACH("openat", syscall(SYS_openat, AT_FDCWD, name, O_CREAT | O_WRONLY, mode));
  int temporary = syscall(SYS_openat, AT_FDCWD, ".", O_TMPFILE | O_WRONLY, mode);
  EACH("temporary", temporary);
  if (temporary >= 0) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", temporary);
    linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
  }
  struct open_how how = {.flags = O_CREAT | O_WRONLY, .mode = mode};
  EACH("openat2", syscall(SYS_openat2, AT_FDCWD, name, &how, sizeof how));
  EACH("mknodat", syscall(SYS_mknodat, AT_FDCWD, name, S_IFREG | mode, 0));
#ifdef __x86_64__
  EACH("chmod", syscall(SYS_chmod, new_file(name), mode));
  EACH("open", syscall(SYS_open, name, O_CREAT | O_WRONLY, mode));
  EACH("creat", syscall(SYS_creat, name, mode));
  EACH("mknod", syscall(SYS_mknod, name, S_IFREG | mode, 0));
#endif
}

// set-id: in the current directory, and of the standard output; then what everybody does.
int set_id_command(int count, char **arguments) {
  (void)count, (void)arguments;
  umask(0);
  all_of(S_ISUID);
  all_of(S_ISGID);
  tell("plain chmod", chmod(new_file("plain"), 01755));
  // Without O_CREAT the mode is whatever the register holds.
  tell("plain open", syscall(SYS_openat, AT_FDCWD, "plain", O_RDONLY, 06755));
  return 0;
}
