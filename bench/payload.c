/*
 * What the inits look after while they are measured. The first argument says
 * which; each tells on stdout what the runner waits for, and ends with it.
 *
 *   wait        writes "r", waits until SIGTERM
 *   stamp       writes "r", and after every signal the time at which it was received
 *   stream N    forks N orphans that end at once; writes the nanoseconds until all are reaped
 *   storm N     forks N orphans that all end at the same moment; likewise, from that moment
 *   zombies N   forks N orphans, one after the other; writes the nanoseconds for which the longest zombie stood
 *   left N      forks N orphans that end at once; writes how many zombies are still there a while later
 *   family N    forks N children that wait, writes "r", ends at SIGTERM and leaves them
 *   poke N      sends its parent N signals, each when the one before has come back
 *   spin        keeps a processor busy
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

static void *shared(long size) { return (void *)CALL(mmap, 0, size, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0); }

_Noreturn static void make_orphans(int count, int at_once) {
  int gate[2] = {-1, -1};
  int *pids = shared((count + 1) * sizeof *pids);
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

struct orphan {
  volatile int pid;
  volatile long ended;
  int is_reaped;
};

static int is_there(int pid) { return CALL(kill, pid, 0, 0, 0, 0, 0) == 0; }

/* Looks at all from `first` on. Returns the first that is still there. */
static int look_for_reaped(struct orphan *orphans, int first, int end, long *longest) {
  for (int i = first; i < end; i++) {
    struct orphan *orphan = &orphans[i];
    if (orphan->is_reaped || is_there(orphan->pid)) continue;
    orphan->is_reaped = 1;
    if (now() - orphan->ended > *longest) *longest = now() - orphan->ended;
  }
  while (first < end && orphans[first].is_reaped) first++;
  return first;
}

_Noreturn static void watch_zombies(int count) {
  struct orphan *orphans = shared(count * sizeof *orphans);
  long longest = 0;
  int first = 0;
  for (int i = 0; i < count; i++) {
    long child = fork_process();
    if (child == 0) {
      long pid = fork_process();
      if (pid != 0) {
        orphans[i].pid = (int)pid;
        end(0);
      }
      orphans[i].ended = now();
      end(0);
    }
    CALL(wait4, child, 0, 0, 0, 0, 0);
    first = look_for_reaped(orphans, first, i + 1, &longest);
  }
  while (first < count) first = look_for_reaped(orphans, first, count, &longest);
  tell(longest);
  end(0);
}

/* By then an init that reaps has done it, and Node.js has not. */
_Noreturn static void count_left(int count) {
  const struct time pause = {0, 300000000};
  int *pids = shared(count * sizeof *pids), gate[2] = {-1, -1}, left = 0;
  for (int i = 0; i < count; i++)
    if (make_orphan(&pids[i], gate) <= 0) end(1);
  CALL(nanosleep, &pause, 0, 0, 0, 0, 0);
  for (int i = 0; i < count; i++) left += is_there(pids[i]);
  tell(left);
  end(0);
}

_Noreturn static void head_family(int count) {
  for (int i = 0; i < count; i++) {
    long child = fork_process();
    if (child < 0) end(1);
    if (child == 0)
      for (;;) CALL(ppoll, 0, 0, 0, 0, SET_SIZE, 0);
  }
  take_signals(0);
}

_Noreturn static void poke(int count) {
  struct information information;
  CALL(rt_sigprocmask, SIG_SETMASK, &every_signal, 0, SET_SIZE, 0, 0);
  long parent = CALL(getppid, 0, 0, 0, 0, 0, 0);
  for (int i = 0; i < count; i++) {
    CALL(kill, parent, SIGUSR1, 0, 0, 0, 0);
    while (next_signal(&information) != SIGUSR1) {
    }
  }
  end(0);
}

_Noreturn static void spin(void) {
  for (;;) __asm__ volatile("");
}

static int equal(const char *one, const char *other) {
  for (; *one != 0 && *one == *other; one++) other++;
  return *one == *other;
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
  if (equal(kind, "wait")) take_signals(0);
  if (equal(kind, "stamp")) take_signals(1);
  if (equal(kind, "spin")) spin();
  int count = number(argv[2]);
  if (equal(kind, "zombies")) watch_zombies(count);
  if (equal(kind, "left")) count_left(count);
  if (equal(kind, "family")) head_family(count);
  if (equal(kind, "poke")) poke(count);
  make_orphans(count, equal(kind, "storm"));
}
