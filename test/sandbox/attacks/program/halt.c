// Stops a process between two of its system calls.
#include "attack.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

// halt PID CALLS: lets the process go on until so many more system calls of it are over,
// and says "halted"; lets it go at the end of stdin. Says "tracing" first.
int halt_command(int count, char **arguments) {
  if (count != 2) return 99;
  pid_t pid = number(arguments[0]);
  int left = number(arguments[1]), status, said = 0;
  if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) < 0) return 98;
  if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0) return 97;
  while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
    if (!said++) say("tracing");
    int signal = WSTOPSIG(status), is_call = signal == (SIGTRAP | 0x80), is_event = status >> 16 != 0;
    struct __ptrace_syscall_info information = {0};
    if (is_call) ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof information, &information);
    // What it was in when it was seized counts as the first.
    if (is_call && information.op == PTRACE_SYSCALL_INFO_EXIT && left-- == 0) {
      char byte;
      say("halted");
      while (read(0, &byte, 1) > 0) {
      }
      ptrace(PTRACE_DETACH, pid, NULL, NULL);
      return 0;
    }
    if (ptrace(PTRACE_SYSCALL, pid, NULL, is_call || is_event ? 0 : signal) < 0 && errno != ESRCH) return 96;
  }
  say("gone");
  return 0;
}
