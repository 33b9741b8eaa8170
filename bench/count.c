/*
 * Counts what a program does, exactly and the same at every run: no noise, so
 * that a regression of one instruction shows. It traces the program and what it
 * forks, each until it executes another program than itself, by ptrace(2) alone.
 *
 *   count instructions MODE COMMAND...    one number: instructions outside the kernel
 *   count calls MODE COMMAND...           a line a system call: its number, how often
 *
 * MODE is `plain`, or `namespace` for PID 1 of a new PID namespace. The
 * command's own output goes to stderr; its exit status is not looked at.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>

#define MOST_CALLS 1024
#define SYSTEM_CALL_STOP (SIGTRAP | 0x80)

static long instructions;
static long calls[MOST_CALLS];

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "count: %s: %s\n", what, strerror(errno));
  exit(1);
}

_Noreturn static void run(char **words) {
  dup2(STDERR_FILENO, STDOUT_FILENO);
  /* A dynamic loader does other work at other addresses. */
  personality(ADDR_NO_RANDOMIZE);
  if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0) fail("PTRACE_TRACEME");
  raise(SIGSTOP);
  execv(words[0], words);
  fail(words[0]);
}

static void note_call(int pid) {
  struct ptrace_syscall_info information;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof information, &information) < 0) return;
  if (information.op == PTRACE_SYSCALL_INFO_ENTRY && information.entry.nr < MOST_CALLS) calls[information.entry.nr]++;
}

/* Whether what the process executes is the same file as before; of the first one this is noted. */
static int is_itself(int pid) {
  static struct stat program;
  struct stat now;
  char path[32];
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  if (stat(path, &now) < 0) return 0;
  if (program.st_ino == 0) program = now;
  return now.st_ino == program.st_ino && now.st_dev == program.st_dev;
}

/* Goes on from one stop to the next until the program has ended. A process that is gone meanwhile (SIGKILL) is no error. */
static void trace(int program, int request) {
  int pid, status, has_begun = 0;
  while ((pid = waitpid(-1, &status, __WALL)) > 0) {
    int signal = 0;
    if (!WIFSTOPPED(status)) {
      if (pid == program) return;
      continue;
    }
    if (status >> 16 == PTRACE_EVENT_EXEC) {
      /* The program itself begins here, or again as a sandbox's stage; all else is the payload's. */
      if (!is_itself(pid)) {
        ptrace(PTRACE_DETACH, pid, 0, 0);
        continue;
      }
      has_begun = 1;
    } else if (status >> 16 == 0) {
      int stop = WSTOPSIG(status);
      if (stop == SYSTEM_CALL_STOP) note_call(pid);
      else if (stop == SIGTRAP) instructions++;
      /* A new process begins with a SIGSTOP of ptrace's own. */
      else if (stop != SIGSTOP) signal = stop;
    }
    ptrace(has_begun ? request : PTRACE_CONT, pid, 0, signal);
  }
}

int main(int argc, char **argv) {
  int status, counts_calls = argc > 1 && strcmp(argv[1], "calls") == 0;
  if (argc < 4) {
    fputs("usage: count instructions|calls plain|namespace COMMAND\n", stderr);
    return 2;
  }
  if (strcmp(argv[2], "namespace") == 0 && unshare(CLONE_NEWPID) < 0) fail("unshare");
  int program = fork();
  if (program == 0) run(argv + 3);
  if (program < 0 || waitpid(program, &status, 0) < 0 || !WIFSTOPPED(status)) fail(argv[3]);
  long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE |
                 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  if (ptrace(PTRACE_SETOPTIONS, program, 0, options) < 0) fail("PTRACE_SETOPTIONS");
  ptrace(PTRACE_CONT, program, 0, 0);
  trace(program, counts_calls ? PTRACE_SYSCALL : PTRACE_SINGLESTEP);
  if (!counts_calls) printf("%ld\n", instructions);
  else
    for (int number = 0; number < MOST_CALLS; number++)
      if (calls[number] > 0) printf("%d %ld\n", number, calls[number]);
  return 0;
}
