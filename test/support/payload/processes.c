// Payloads with processes of their own: orphans, and workers that want to end in order.
#include "payload.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Starts a process whose parent is gone: it becomes the child of the nearest reaper.
// It ends when `hold` has no writer left, and has `alive` open until then.
static void start_orphans(int amount, int hold[2], int alive[2]) {
  pid_t middle = fork();
  if (middle < 0) die("fork");
  if (middle == 0) {
    close(hold[1]);
    close(alive[0]);
    for (int i = 0; i < amount; i++) {
      pid_t orphan = fork();
      if (orphan < 0) die("fork");
      if (orphan > 0) continue;
      char byte;
      while (read(hold[0], &byte, 1) > 0) {
      }
      _exit(i & 255);
    }
    _exit(0);
  }
  int status;
  waitpid(middle, &status, 0);
  if (status != 0) _exit(99);
}

// orphans COUNT STATUS [held]: leaves COUNT orphans, which end at once, or at a
// line on stdin when held. Says "ended" when all have, and ends with STATUS
// when stdin does.
int orphans_command(int count, char **arguments) {
  if (count < 2) return 99;
  int amount = number(arguments[0]), held = count > 2 && strcmp(arguments[2], "held") == 0;
  int hold[2], alive[2];
  if (pipe(hold) < 0 || pipe(alive) < 0) die("pipe");
  if (!held) {
    close(hold[1]);
    hold[1] = -1;
  }
  // In batches, so that a small limit on processes is enough.
  for (int left = amount; left > 0; left -= 200) start_orphans(left < 200 ? left : 200, hold, alive);
  close(alive[1]);
  ready();
  if (held) {
    wait_for_line();
    close(hold[1]);
  }
  char byte;
  while (read(alive[0], &byte, 1) > 0) {
  }
  say("ended");
  while (wait_for_line()) {
  }
  return number(arguments[1]);
}

// One worker: on TERM it says so, works for a while, says that it is clean, and ends.
static void work(int index, int session, int stubborn, int milliseconds, int barrier[2]) {
  if (session) setsid();
  kernel_set term = BIT(SIGTERM);
  set_mask(get_mask() | term);
  if (stubborn) sigaction(SIGTERM, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
  close(barrier[0]);
  close(barrier[1]);
  if (stubborn) {
    for (;;) pause();
  }
  wait_for_signal(term);
  say("worker %d got 15", index);
  sleep_milliseconds(milliseconds);
  say("worker %d cleaned", index);
  _exit(0);
}

// tree KIND WORKERS MILLISECONDS STATUS: workers of a KIND (group: in the main
// process's group; session: each in its own; orphan: in its own, and without a
// parent; stubborn: as orphan, and ignoring TERM). The main process ends at
// once with STATUS, on TERM or a line on stdin or its end.
int tree_command(int count, char **arguments) {
  if (count != 4) return 99;
  const char *kind = arguments[0];
  int stubborn = strcmp(kind, "stubborn") == 0, orphan = stubborn || strcmp(kind, "orphan") == 0;
  int session = orphan || strcmp(kind, "session") == 0;
  int barrier[2];
  if (pipe(barrier) < 0) die("pipe");
  for (int i = 0; i < number(arguments[1]); i++) {
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
      if (!orphan || fork() == 0) work(i, session, stubborn, number(arguments[2]), barrier);
      _exit(0);
    }
    if (orphan) waitpid(child, NULL, 0);
  }
  close(barrier[1]);
  char byte;
  while (read(barrier[0], &byte, 1) > 0) {
  }
  pid_t main_process = getpid();
  set_mask(get_mask() | BIT(SIGTERM));
  // A line on stdin becomes a TERM, so that there is one thing to wait for.
  if (fork() == 0) {
    set_mask(get_mask() & ~BIT(SIGTERM));
    wait_for_line();
    kill(main_process, SIGTERM);
    _exit(0);
  }
  ready();
  wait_for_signal(BIT(SIGTERM));
  say("main ends");
  return number(arguments[3]);
}
