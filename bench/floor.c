/*
 * The floor: the least that a program can do that forks a payload as PID 1 and
 * looks after it. It blocks all signals, forks, gives the payload its own group
 * and its caller's signals, forwards, reaps, and exits as the payload did. No
 * option is read, no error is told. With -DVFORK the child shares the memory
 * until it executes: what forking without copying page tables is worth.
 */
#include "bare.h"

#ifdef VFORK
#define FLAGS (SIGCHLD | CLONE_VM | CLONE_VFORK)
#else
#define FLAGS SIGCHLD
#endif

/* A function of its own: with shared memory, the child must not write to the parent's frame. */
__attribute__((noinline)) _Noreturn static void child(char **argv, char **envp, const signal_set *mask) {
  CALL(setpgid, 0, 0, 0, 0, 0, 0);
  CALL(rt_sigprocmask, SIG_SETMASK, mask, 0, SET_SIZE, 0, 0);
  CALL(execve, argv[0], argv, envp, 0, 0, 0);
  end(127);
}

_Noreturn void start(long *stack) {
  char **argv = (char **)(stack + 2);
  char **envp = (char **)(stack + *stack + 2);
  signal_set mask;
  struct information information;
  int status;

  CALL(rt_sigprocmask, SIG_SETMASK, &every_signal, &mask, SET_SIZE, 0, 0);
  long payload = CALL(clone, FLAGS, 0, 0, 0, 0, 0);
  if (payload == 0) child(argv, envp, &mask);
  for (;;) {
    int signal = next_signal(&information);
    if (signal != SIGCHLD) {
      if (signal > 0) CALL(kill, payload, signal, 0, 0, 0, 0);
      continue;
    }
    for (long pid; (pid = CALL(wait4, -1, &status, WNOHANG, 0, 0, 0)) > 0;)
      if (pid == payload) end((status & 0x7f) != 0 ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
  }
}
