/*
 * What the inits look after while they are measured. The first argument says
 * which; each tells on stdout what the runner waits for, and ends with it.
 *
 *   wait        writes "r", waits until SIGTERM
 *   stamp       writes "r", and after every signal the time at which it was received
 *   stream N    forks N orphans that end at once; writes the nanoseconds until all are reaped
 *   storm N     forks N orphans that all end at the same moment; likewise, from that moment
 */
#include "bare.h"

#define PROT_READ_WRITE 3
#define MAP_SHARED_ANONYMOUS 0x21

struct time {
  long seconds;
  long nanoseconds;
};

static long now(void) {
  struct time time;
  CALL(clock_gettime, CLOCK_MONOTONIC, &time, 0, 0, 0, 0);
  return time.seconds * 1000000000 + time.nanoseconds;
}

static void tell(long number) {
  if (CALL(write, 1, &number, sizeof number, 0, 0, 0) != sizeof number) end(1);
}

static void tell_ready(void) {
  if (CALL(write, 1, "r", 1, 0, 0, 0) != 1) end(1);
}

_Noreturn static void take_signals(int stamps) {
  struct information information;
  CALL(rt_sigprocmask, SIG_SETMASK, &every_signal, 0, SET_SIZE, 0, 0);
  tell_ready();
  for (;;) {
    int signal = next_signal(&information);
    if (signal == SIGTERM) end(0);
    if (stamps && signal == SIGUSR1) tell(now());
  }
}

static long fork_process(void) { return CALL(clone, SIGCHLD, 0, 0, 0, 0, 0); }

/* Forks twice: the child ends, and whoever reaps orphans here is the grandchild's parent. Returns the grandchild's pid. */
static long make_orphan(volatile int *pid, const int *gate) {
  long child = fork_process();
  if (child == 0) {
    long orphan = fork_process();
    if (orphan == 0) {
      char byte;
      /* The last copy of the gate's other end is the payload's: the read returns when that one closes it. */
      CALL(close, gate[1], 0, 0, 0, 0, 0);
      if (gate[0] >= 0) CALL(read, gate[0], &byte, 1, 0, 0, 0);
      end(0);
    }
    *pid = (int)orphan;
    end(0);
  }
  if (child < 0) return child;
  while (CALL(wait4, child, 0, 0, 0, 0, 0) != child) {
  }
  return *pid;
}

/* A zombie can still be signalled, so that ESRCH tells that a process has been reaped. */
static void await_reaping(const int *pids, int count) {
  const struct time pause = {0, 20000};
  for (int i = 0; i < count; i++)
    while (CALL(kill, pids[i], 0, 0, 0, 0, 0) == 0) CALL(nanosleep, &pause, 0, 0, 0, 0, 0);
}

_Noreturn static void make_orphans(int count, int at_once) {
  int gate[2] = {-1, -1};
  int *pids = (int *)CALL(mmap, 0, (count + 1) * sizeof *pids, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0);
  if (at_once && CALL(pipe2, gate, 0, 0, 0, 0, 0) < 0) end(1);
  long start = now();
  for (int i = 0; i < count; i++)
    if (make_orphan(&pids[i], gate) <= 0) end(1);
  if (at_once) {
    start = now();
    CALL(close, gate[1], 0, 0, 0, 0, 0);
  }
  await_reaping(pids, count);
  tell(now() - start);
  end(0);
}

static int number(const char *text) {
  int value = 0;
  for (; *text != 0; text++) value = value * 10 + *text - '0';
  return value;
}

_Noreturn void start(long *stack) {
  char **argv = (char **)(stack + 1);
  /* Whatever becomes of the benchmark, nothing of it stays behind: an init that is killed takes its payload along. */
  CALL(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
  const char *kind = argv[1];
  if (kind[0] == 'w') take_signals(0);
  if (kind[2] == 'a') take_signals(1);
  make_orphans(number(argv[2]), kind[2] == 'o');
}
