// What stands before the init: a caller who leaves it an unusual world.
#include "payload.h"

#include <errno.h>
#include <stddef.h>
#include <linux/seccomp.h>
#include <linux/filter.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A pipe without a reader as this descriptor; or a full one whose reader reads nothing.
static void break_pipe(int wanted, int keep_reader) {
  int ends[2];
  if (pipe(ends) < 0) die("pipe");
  if (!keep_reader) {
    close(ends[0]);
  } else {
    // The payload keeps this end open: a write to the other would wait for ever.
    if (dup2(ends[0], 100) < 0) die("dup2");
    if (ends[0] != 100) close(ends[0]);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    char page[4096] = {0};
    while (write(ends[1], page, sizeof page) > 0) {
    }
    fcntl(ends[1], F_SETFL, 0);
  }
  if (dup2(ends[1], wanted) < 0) die("dup2");
  if (ends[1] != wanted) close(ends[1]);
}

// A file that may not grow: each write to it fails, and brings the writer a SIGXFSZ.
static void limit_file(int wanted) {
  int file = memfd_create("limited", 0);
  if (file < 0 || dup2(file, wanted) < 0) die("memfd_create");
  if (file != wanted) close(file);
  if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}) < 0) die("setrlimit");
}

static void open_as(const char *text) {
  const char *colon = strchr(text, ':');
  int wanted = atoi(text), file = colon ? open(colon + 1, O_RDONLY) : -1;
  if (file < 0 || dup2(file, wanted) < 0) die(text);
  if (file != wanted) close(file);
}

// Children from before the init was there: it has to reap them, though it never
// started them. The first `ended` of them are zombies already when we go on.
static void leave_children(int amount, int ended) {
  for (int i = 0; i < amount; i++) {
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child > 0) {
      siginfo_t info;
      if (i < ended) waitid(P_PID, child, &info, WEXITED | WNOWAIT);
      continue;
    }
    if (i >= ended) sleep_milliseconds(i % 20);
    _exit(i & 255);
  }
}

// hail=SIGNAL:COUNT: a child sends us the signal so often, through our exec, the
// init's first steps and the payload's start, and says "hailed" after the last.
static void hail(const char *text) {
  const char *colon = strchr(text, ':');
  int signal = atoi(text), amount = colon ? number(colon + 1) : 1;
  pid_t target = getpid(), child = fork();
  if (child < 0) die("fork");
  if (child > 0) return;
  for (int i = 0; i < amount; i++) {
    kill(target, signal);
    if (i % 8 == 7) {
      // A breath of another length each time: 1000 signals then reach over some 10 ms.
      for (volatile int spin = 0; spin < (i * 37 % 101) * 100; spin++) {
      }
    }
  }
  say("hailed");
  _exit(0);
}

// Goes on in a child whose parent is gone: somebody else is its parent by then.
static void lose_parent(void) {
  pid_t parent = getpid(), child = fork();
  if (child < 0) die("fork");
  if (child > 0) _exit(0);
  while (getppid() == parent) sleep_milliseconds(1);
}

static int value_of(const char *word, const char *name, const char **value) {
  size_t length = strlen(name);
  if (strncmp(word, name, length) != 0 || word[length] != '=') return 0;
  *value = word + length + 1;
  return 1;
}

// deny=CALL:ERRNO[:FIRST]: a filter that refuses a system call, by its number, to us and to whatever comes after; or only
// where its first argument is that.
static void deny(const char *text) {
  unsigned call = 0, error = EPERM, first = 0;
  int words = sscanf(text, "%u:%u:%u", &call, &error, &first);
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
      BPF_JUMP(BPF_JMP | (words < 3 ? BPF_JGE : BPF_JEQ) | BPF_K, first, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    die("seccomp");
}

// launch WORD... -- COMMAND [ARGUMENT...]: does what each word says, in order,
// and becomes the command.
int launch_command(int count, char **arguments) {
  int i = 0;
  for (; i < count && strcmp(arguments[i], "--") != 0; i++) {
    const char *word = arguments[i], *value;
    if (value_of(word, "block", &value)) {
      set_mask(parse_set(value));
    } else if (value_of(word, "ignore", &value)) {
      kernel_set set = parse_set(value);
      for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
        // The raw call: the C library refuses 32 and 33. Handler, flags, restorer, mask.
        unsigned long action[4] = {(unsigned long)SIG_IGN, 0, 0, 0};
        if (set & BIT(signal)) syscall(SYS_rt_sigaction, signal, action, NULL, 8);
      }
    } else if (value_of(word, "pending", &value)) {
      // By somebody else, and pending when the init begins if it is blocked.
      pid_t target = getpid(), sender = fork();
      if (sender == 0) {
        kill(target, number(value));
        _exit(0);
      }
      waitpid(sender, NULL, 0);
    } else if (value_of(word, "close", &value)) {
      close(number(value));
    } else if (value_of(word, "close-from", &value)) {
      // What the tests' own caller left open is not to be seen.
      for (int descriptor = number(value); descriptor < 1024; descriptor++) close(descriptor);
    } else if (value_of(word, "deny", &value)) {
      deny(value);
    } else if (value_of(word, "open", &value)) {
      open_as(value);
    } else if (value_of(word, "broken", &value)) {
      break_pipe(number(value), 0);
    } else if (value_of(word, "limited", &value)) {
      limit_file(number(value));
    } else if (value_of(word, "full", &value)) {
      break_pipe(number(value), 1);
    } else if (value_of(word, "listen-pid", &value)) {
      char pid[16];
      snprintf(pid, sizeof pid, "%d", getpid() + number(value));
      setenv("LISTEN_PID", pid, 1);
    } else if (strcmp(word, "line") == 0) {
      wait_for_line();
    } else if (strcmp(word, "orphaned") == 0) {
      lose_parent();
    } else if (strcmp(word, "clear-environment") == 0) {
      clearenv();
    } else if (value_of(word, "children", &value)) {
      leave_children(number(value), number(value) / 2);
    } else if (value_of(word, "zombies", &value)) {
      leave_children(number(value), number(value));
    } else if (value_of(word, "hail", &value)) {
      hail(value);
    } else if (value_of(word, "say", &value)) {
      say("%s", value);
    } else if (value_of(word, "cwd", &value)) {
      if (chdir(value) < 0) die(value);
    } else {
      dprintf(2, "launch: unknown word: %s\n", word);
      return 99;
    }
  }
  if (i + 1 >= count) return 99;
  execvp(arguments[i + 1], arguments + i + 1);
  die(arguments[i + 1]);
  return 99;
}

// statuses MODE FROM TO COMMAND...: runs the command with each number in turn as
// its last argument, as PID 1 of a namespace of its own when MODE is "pid1", and
// says "NUMBER exited STATUS" or "NUMBER killed SIGNAL".
int statuses_command(int count, char **arguments) {
  if (count < 4) return 99;
  unsigned long namespace = strcmp(arguments[0], "pid1") == 0 ? CLONE_NEWPID : 0;
  char *words[64], last[16];
  int amount = 0;
  for (int i = 3; i < count && amount < 60; i++) words[amount++] = arguments[i];
  words[amount++] = last;
  words[amount] = NULL;
  for (int value = number(arguments[1]); value <= number(arguments[2]); value++) {
    snprintf(last, sizeof last, "%d", value);
    // s390x takes the stack before the flags.
#ifdef __s390x__
    pid_t child = syscall(SYS_clone, 0, namespace | SIGCHLD, NULL, NULL, 0);
#else
    pid_t child = syscall(SYS_clone, namespace | SIGCHLD, 0, NULL, NULL, 0);
#endif
    if (child < 0) die("clone");
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execv(words[0], words);
      die(words[0]);
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) say("%d exited %d", value, WEXITSTATUS(status));
    if (WIFSIGNALED(status)) say("%d killed %d", value, WTERMSIG(status));
  }
  say("end");
  return 0;
}
