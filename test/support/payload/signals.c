// Payloads that show which signals reach them, and ones that end in a chosen way.
#include "payload.h"

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

// Says "signal N" for each signal until stdin has a line or ends. All signals
// are blocked and taken from a descriptor: nothing is lost between two of them,
// real-time signals come as often as they were sent, and none stops or ends us.
static void report_signals(int descriptor, const char *prefix) {
  struct pollfd wanted[] = {{.fd = descriptor, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  for (int over = 0; !over;) {
    if (poll(wanted, 2, -1) < 0 && errno != EINTR) die("poll");
    over = (wanted[1].revents & (POLLIN | POLLHUP)) != 0;
    if (wanted[1].revents & POLLNVAL) wanted[1].fd = -1; // stdin is closed: only signals, then
    struct signalfd_siginfo info;
    while (read(descriptor, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGCHLD && info.ssi_code > 0) continue; // a child's end, not a sender's
      say("%ssignal %u", prefix, info.ssi_signo);
    }
  }
}

// signals: every signal that can be blocked is reported.
int signals_command(int count, char **arguments) {
  (void)arguments;
  set_mask(~0ULL);
  int descriptor = all_signals_descriptor();
  if (count == 0) ready();
  report_signals(descriptor, "");
  say("end");
  return 0;
}

// family COUNT: as `signals`, with COUNT children in the same group that say "member signal N".
int family_command(int count, char **arguments) {
  if (count != 1) return 99;
  int members = number(arguments[0]), barrier[2];
  set_mask(~0ULL);
  if (pipe(barrier) < 0) die("pipe");
  for (int i = 0; i < members; i++) {
    if (fork() > 0) continue;
    int descriptor = all_signals_descriptor();
    close(barrier[0]);
    close(barrier[1]); // all members have closed theirs: all are ready
    report_signals(descriptor, "member ");
    _exit(0);
  }
  close(barrier[1]);
  char byte;
  while (read(barrier[0], &byte, 1) > 0) {
  }
  int descriptor = all_signals_descriptor();
  ready();
  report_signals(descriptor, "");
  while (wait(NULL) > 0) {
  }
  say("end");
  return 0;
}

// ignore SET [STATUS]: ignores these signals, and ends with STATUS (0) when stdin does.
int ignore_command(int count, char **arguments) {
  kernel_set set = count > 0 ? parse_set(arguments[0]) : 0;
  for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
    if (set & BIT(signal)) sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
  }
  ready();
  while (wait_for_line()) {
  }
  return count > 1 ? number(arguments[1]) : 0;
}

// delay SIGNAL MILLISECONDS STATUS: on the signal works so long, then ends with the status.
int delay_command(int count, char **arguments) {
  if (count != 3) return 99;
  kernel_set set = BIT(number(arguments[0]));
  set_mask(get_mask() | set);
  ready();
  say("got %d", wait_for_signal(set));
  sleep_milliseconds(number(arguments[1]));
  say("done");
  return number(arguments[2]);
}

// wait [STATUS]: does nothing about any signal, and ends with STATUS (0) when stdin does.
int wait_command(int count, char **arguments) {
  ready();
  while (wait_for_line()) {
  }
  return count > 0 ? number(arguments[0]) : 0;
}

int exit_command(int count, char **arguments) { return count > 0 ? number(arguments[0]) : 0; }

// kill-self SIGNAL: ends by the signal, and leaves no core file.
int kill_self_command(int count, char **arguments) {
  if (count != 1) return 99;
  int signal = number(arguments[0]);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  prctl(PR_SET_DUMPABLE, 0);
  set_mask(0);
  kill(getpid(), signal);
  return 98;
}
