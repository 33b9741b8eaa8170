// What tests of single moments need: an init that halts at each of its system calls, and a pid of one's choice.
#include "payload.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *name_of(unsigned long call) {
  switch (call) {
    case SYS_clone: return "clone";
    case SYS_execve: return "execve";
    case SYS_getppid: return "getppid";
    case SYS_prctl: return "prctl";
    case SYS_rt_sigprocmask: return "rt_sigprocmask";
    case SYS_rt_sigtimedwait: return "rt_sigtimedwait";
    case SYS_wait4: return "wait4";
    default: return "other";
  }
}

// Says "CALL RESULT" about a call that is over, and waits for a line: 0 at the end of stdin.
static int halt(pid_t pid) {
  static unsigned long call;
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) < 0) die("PTRACE_GET_SYSCALL_INFO");
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) call = info.entry.nr;
  if (info.op != PTRACE_SYSCALL_INFO_EXIT) return 1;
  say("%s %lld", name_of(call), (long long)info.exit.rval);
  return wait_for_line();
}

// trace PID: after every system call of the process "CALL RESULT", and it goes on at
// a line on stdin; at the end of stdin it is let go. Says "tracing" first.
int trace_command(int count, char **arguments) {
  if (count != 1) return 99;
  pid_t pid = number(arguments[0]);
  if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) < 0) die("PTRACE_SEIZE");
  if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0) die("PTRACE_INTERRUPT");
  int status, said = 0;
  while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
    int signal = WSTOPSIG(status), isCall = signal == (SIGTRAP | 0x80), isEvent = status >> 16 != 0;
    if (!said++) say("tracing");
    if (isCall && !halt(pid)) {
      ptrace(PTRACE_DETACH, pid, NULL, NULL);
      return 0;
    }
    long delivered = isCall || isEvent ? 0 : signal;
    if (ptrace(PTRACE_SYSCALL, pid, NULL, delivered) < 0 && errno != ESRCH) die("PTRACE_SYSCALL");
  }
  say("gone");
  return 0;
}

// take-number PID END COMMAND...: says "wants PID"; as soon as the number is free a process
// has it that becomes the command. This one ends then, where END is "leave"; where it
// is "wait", when that one has ended. Needs CAP_SYS_ADMIN.
int take_number_command(int count, char **arguments) {
  if (count < 3) return 99;
  pid_t wanted = number(arguments[0]);
  struct clone_args request = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1};
  // Nobody tells when a number is free, and signals come meanwhile: they are for whoever takes it.
  set_mask(~0ULL);
  say("wants %d", wanted);
  for (;;) {
    long child = syscall(SYS_clone3, &request, sizeof request);
    if (child == 0) {
      execv(arguments[2], arguments + 2);
      die(arguments[2]);
    }
    if (child > 0) {
      if (strcmp(arguments[1], "wait") == 0) waitpid(child, NULL, 0);
      return 0;
    }
    if (errno != EEXIST) die("clone3");
    sleep_milliseconds(1);
  }
}
