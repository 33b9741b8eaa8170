// Stops a process between two of its system calls.
#include "attack.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
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

static void seize(pid_t pid, long options) {
  if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD | options) < 0) _exit(98);
  if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0) _exit(97);
}

// halt-child PID CALLS: the same for the first child that the process will have, from its birth, the end of clone in it
// being the first call; says "halted CHILD", or "waits AMOUNT", with the calls that are over, when wait4 is before that.
int halt_child_command(int count, char **arguments) {
  if (count != 2) return 99;
  pid_t parent = number(arguments[0]), child = 0, pid;
  int left = number(arguments[1]), over = 0, status, said = 0;
  unsigned long call = 0;
  seize(parent, PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK);
  while ((pid = waitpid(-1, &status, __WALL)) > 0) {
    if (!WIFSTOPPED(status)) continue;
    if (!said++) say("tracing");
    if (pid != parent && child == 0) child = pid;
    int signal = WSTOPSIG(status), is_call = signal == (SIGTRAP | 0x80), is_event = status >> 16 != 0;
    // Its own children are not looked at.
    long next = pid == child ? PTRACE_SYSCALL : pid == parent ? PTRACE_CONT : PTRACE_DETACH;
    struct __ptrace_syscall_info information = {0};
    if (pid == child && is_call) ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof information, &information);
    if (information.op == PTRACE_SYSCALL_INFO_ENTRY) call = information.entry.nr;
    if (information.op == PTRACE_SYSCALL_INFO_EXIT) {
      over++;
      if (left-- == 0) say("halted %d", child);
      else if (call == SYS_wait4) say("waits %d", over);
      char byte;
      if (call == SYS_wait4 || left < 0) {
        while (read(0, &byte, 1) > 0) {
        }
        // Our end lets all of them go.
        return 0;
      }
    }
    if (ptrace(next, pid, NULL, is_call || is_event ? 0 : signal) < 0 && errno != ESRCH) return 96;
  }
  say("gone");
  return 0;
}
