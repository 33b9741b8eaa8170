// A process that does one system call after another, as it is told over its
// channel: the real side of the scenes in test/simulation/model.
//
// A channel is an open socket; a puppet that forks gives its child another one.
// Each line is a call with numbers for its arguments, and is answered by a line
// with the call's result: the number, or the negative errno.
#include "payload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif

// The pipe's and the terminal's two ends; the far ones are the outsider's alone.
enum { PIPE = 40, PIPE_READER = 41, TERMINAL = 50, TERMINAL_MASTER = 51, PROCESS = 60 };

static int channel;
static const char *program;

static void answer(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void answer(const char *format, ...) {
  va_list list;
  va_start(list, format);
  vdprintf(channel, format, list);
  va_end(list);
}

static void answer_result(long result) { answer("%ld\n", result < 0 ? -(long)errno : result); }

// The signals that came to the handler, in order; it blocks all others while it runs.
static volatile int handled[256];
static volatile int handled_amount;

static void handle(int signal) {
  if (handled_amount < 256) handled[handled_amount++] = signal;
}

static void become_child(int own_channel) {
  channel = own_channel;
  close(PIPE_READER);
  close(TERMINAL_MASTER);
  handled_amount = 0;
}

// clone(2) with flags: the child goes on from here, as another puppet.
static void split(unsigned long flags, int child_channel) {
#ifdef __s390x__
  pid_t child = syscall(SYS_clone, 0, flags | SIGCHLD, NULL, NULL, 0);
#else
  pid_t child = syscall(SYS_clone, flags | SIGCHLD, 0, NULL, NULL, 0);
#endif
  if (child == 0) {
    become_child(child_channel);
    // A test that was killed leaves no namespace behind.
    if (flags != 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  } else {
    answer_result(child);
  }
}

static void set_action(int signal, int action) {
  struct sigaction wanted = {.sa_handler = action == 0 ? SIG_DFL : action == 1 ? SIG_IGN : handle};
  sigfillset(&wanted.sa_mask);
  answer_result(sigaction(signal, &wanted, NULL));
}

static void take_signal(kernel_set set, long milliseconds) {
  struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  siginfo_t info;
  int signal = syscall(SYS_rt_sigtimedwait, &set, &info, &limit, sizeof set);
  if (signal > 0) answer("%d %d %d\n", signal, info.si_code, info.si_pid);
  else answer_result(-1);
}

static void tell_handled(void) {
  char text[1024] = "";
  for (int i = 0; i < handled_amount; i++) {
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s%d", i > 0 ? " " : "", handled[i]);
  }
  handled_amount = 0;
  answer("%s\n", text);
}

static void wait_for_child(int pid, int options) {
  int status = 0, found = wait4(pid, &status, options, NULL);
  if (found > 0) answer("%d %d\n", found, status);
  else answer_result(found);
}

static void open_process(int pid) {
  int file = syscall(SYS_pidfd_open, pid, 0);
  if (file >= 0) {
    dup2(file, PROCESS);
    close(file);
  }
  answer_result(file < 0 ? -1 : 0);
}

static void write_text(int file, int may_wait) {
  struct iovec text = {"text\n", 5};
  answer_result(may_wait ? writev(file, &text, 1) : pwritev2(file, &text, 1, -1, RWF_NOWAIT));
}

static void wait_for_room(int file, int milliseconds) {
  struct pollfd wanted = {.fd = file, .events = POLLOUT};
  int result = poll(&wanted, 1, milliseconds);
  if (result > 0) answer("1 %d\n", wanted.revents);
  else answer_result(result);
}

static void open_pipe(void) {
  int ends[2];
  if (pipe(ends) < 0 || dup2(ends[0], PIPE_READER) < 0 || dup2(ends[1], PIPE) < 0) die("pipe");
  close(ends[0]);
  close(ends[1]);
  answer_result(0);
}

// 0: the reader has read all there is; 1: it has let the pipe fill up; 2: it is gone.
static void set_reader(int reader) {
  char page[4096] = {0};
  if (reader == 2) {
    close(PIPE_READER);
  } else {
    int end = reader == 0 ? PIPE_READER : PIPE;
    int flags = fcntl(end, F_GETFL);
    fcntl(end, F_SETFL, flags | O_NONBLOCK);
    // To the last byte: a page that is not full takes another small write.
    for (size_t size = sizeof page; size > 0; size = size > 1 && reader != 0 ? 1 : 0) {
      while ((reader == 0 ? read(end, page, size) : write(end, page, size)) > 0) {
      }
    }
    fcntl(end, F_SETFL, flags);
  }
  answer_result(0);
}

static void open_terminal(void) {
  int locked = 0, master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  if (master < 0 || ioctl(master, TIOCSPTLCK, &locked) < 0) die("/dev/ptmx");
  int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  if (slave < 0 || dup2(slave, TERMINAL) < 0 || dup2(master, TERMINAL_MASTER) < 0) die("TIOCGPTPEER");
  close(slave);
  close(master);
  answer_result(0);
}

// A key by the signal that it means. The kernel takes it in later, in a worker;
// it has sent the signal when it echoes the key (n_tty_receive_signal_char() in n_tty.c).
static void press(int signal) {
  char key = signal == SIGINT ? 3 : signal == SIGQUIT ? 28 : 26, shown = 0;
  int written = write(TERMINAL_MASTER, &key, 1);
  while (shown != '^' && read(TERMINAL_MASTER, &shown, 1) == 1) {
  }
  answer_result(written - 1);
}

static void resize(int rows) {
  struct winsize size = {.ws_row = rows, .ws_col = 80};
  answer_result(ioctl(TERMINAL_MASTER, TIOCSWINSZ, &size));
}

static void stop_output(int stops) {
  struct termios settings;
  tcgetattr(TERMINAL_MASTER, &settings);
  settings.c_lflag = stops ? settings.c_lflag | TOSTOP : settings.c_lflag & ~(tcflag_t)TOSTOP;
  answer_result(tcsetattr(TERMINAL_MASTER, TCSANOW, &settings));
}

static void get_foreground(void) {
  int group = 0, result = ioctl(TERMINAL, TIOCGPGRP, &group);
  answer_result(result < 0 ? result : group);
}

static void execute(const char *path) {
  char own[16];
  snprintf(own, sizeof own, "%d", channel);
  if (path) execl(path, path, NULL);
  else execl(program, program, "puppet", own, NULL);
  answer_result(-1);
}

static void open_path(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  if (file >= 0) close(file);
  answer_result(file < 0 ? -1 : 0);
}

static void obey(char *line) {
  char *save, *call = strtok_r(line, " ", &save), *words[3];
  long n[3] = {0, 0, 0};
  for (int i = 0; i < 3; i++) {
    words[i] = strtok_r(NULL, " ", &save);
    if (words[i]) n[i] = strtoull(words[i], NULL, 10);
  }
#define IS(name) (strcmp(call, name) == 0)
  if (IS("fork")) split(0, n[0]);
  else if (IS("namespace")) split(CLONE_NEWPID | (geteuid() == 0 ? 0 : CLONE_NEWUSER), n[0]);
  else if (IS("exit")) _exit(n[0]);
  else if (IS("execve")) execute(words[0]);
  else if (IS("kill")) answer_result(kill(n[0], n[1]));
  else if (IS("wait4")) wait_for_child(n[0], n[1]);
  else if (IS("rt_sigprocmask")) set_mask(n[0]), answer_result(0);
  else if (IS("rt_sigaction")) set_action(n[0], n[1]);
  else if (IS("rt_sigtimedwait")) take_signal(n[0], n[1]);
  else if (IS("handled")) tell_handled();
  else if (IS("setpgid")) answer_result(setpgid(n[0], n[1]));
  else if (IS("setsid")) answer_result(setsid());
  else if (IS("getpgid")) answer_result(getpgid(n[0]));
  else if (IS("getsid")) answer_result(getsid(n[0]));
  else if (IS("getppid")) answer_result(getppid());
  else if (IS("prctl")) answer_result(prctl(n[0], n[1], 0, 0, 0));
  else if (IS("pidfd_open")) open_process(n[0]);
  else if (IS("pidfd_send_signal")) answer_result(syscall(SYS_pidfd_send_signal, PROCESS, n[0], NULL, 0));
  else if (IS("write")) write_text(n[0], 1);
  else if (IS("pwritev2")) write_text(n[0], 0);
  else if (IS("read")) answer_result(read(n[0], line, 0));
  else if (IS("ppoll")) wait_for_room(n[0], n[1]);
  else if (IS("open")) open_path(words[0]);
  else if (IS("tcgetpgrp")) get_foreground();
  else if (IS("tcsetpgrp")) answer_result(ioctl(TERMINAL, TIOCSPGRP, &(int){n[0]}));
  else if (IS("control")) answer_result(ioctl(TERMINAL, TIOCSCTTY, 0));
  else if (IS("pipe")) open_pipe();
  else if (IS("reader")) set_reader(n[0]);
  else if (IS("terminal")) open_terminal();
  else if (IS("press")) press(n[0]);
  else if (IS("resize")) resize(n[0]);
  else if (IS("tostop")) stop_output(n[0]);
  else if (IS("hangup")) answer_result(close(TERMINAL_MASTER));
  else answer("not understood\n");
#undef IS
}

// puppet CHANNEL: says "0" when it is there, and obeys until the channel ends.
int puppet_command(int count, char **arguments) {
  if (count != 1) return 99;
  program = arguments[-2];
  channel = number(arguments[0]);
  answer_result(0);
  char line[4096];
  for (size_t length = 0;;) {
    ssize_t got = read(channel, line + length, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || length == sizeof line - 1) return 0;
    if (line[length] != '\n') {
      length++;
      continue;
    }
    line[length] = 0;
    length = 0;
    obey(line);
  }
}
