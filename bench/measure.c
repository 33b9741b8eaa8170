/*
 * Starts the commands that are compared, in turns, and measures them: a program
 * of its own, so that the forks and the clock of a large runtime are not in the
 * figures. It prints samples as they come; what they say is not decided here.
 *
 *   measure start ROUNDS MODE COMMAND       nanoseconds from before the fork to after the wait, and
 *                                           minor page faults: a line a round, a pair a command
 *   measure result ROUNDS MODE COMMAND      the nanoseconds that the payload itself tells: a line a round
 *   measure signal ROUNDS MODE COMMAND      nanoseconds from kill(2) to the payload's time stamp: likewise
 *   measure stop ROUNDS MODE COMMAND        nanoseconds from SIGTERM to the init's end, after its payload has said that it
 *                                           is ready: likewise
 *   measure hold COPIES MODE COMMAND        starts all, each so often, prints their pids, ends them at stdin's end
 *
 * MODE is `plain`, or `namespace` for a new PID namespace around each command.
 * A COMMAND's words are separated from the next one's by a word that is a comma.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_COMMANDS 32
/* Of one command, of which many are held at once. */
#define MOST_COPIES 1000
/* Rounds before the first that counts: they bring the files into memory. */
#define WARM_UP 10
/* Signals until all are started anew: the scheduler leaves a process where it is, which may be a good place or a bad one. */
#define BATCH 20
/* Nothing that is waited for takes that long, in milliseconds: something has gone wrong. */
#define PATIENCE 120000
#define NO_PIPE -1

struct command {
  char **words;
  int pid;
  int output;
};

static struct command commands[MOST_COMMANDS * MOST_COPIES];
static int command_count;
static int namespace_flag;

_Noreturn static void fail(const char *what, const struct command *command) {
  fprintf(stderr, "measure: %s: %s\n", command->words[0], what);
  /* Every command has asked for SIGKILL at our end. */
  exit(1);
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

struct child {
  char **words;
  int output;
};

static int run_child(void *argument) {
  const struct child *child = argument;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (child->output != NO_PIPE) dup2(child->output, STDOUT_FILENO);
  execv(child->words[0], child->words);
  _exit(127);
}

/* Like vfork(2), for a new PID namespace as well. */
static void start(struct command *command, int output) {
  static char stack[16384] __attribute__((aligned(16)));
  struct child child = {command->words, output};
  command->pid =
      clone(run_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | namespace_flag | SIGCHLD, &child);
  if (command->pid < 0) fail(strerror(errno), command);
}

static void start_with_pipe(struct command *command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) fail(strerror(errno), command);
  start(command, ends[1]);
  close(ends[1]);
  command->output = ends[0];
}

static void await_end(struct command *command, struct rusage *usage) {
  int status;
  while (wait4(command->pid, &status, 0, usage) < 0)
    if (errno != EINTR) fail(strerror(errno), command);
  if (status != 0) fail("it has not ended with 0", command);
}

/* Reads what a payload tells. A payload that tells nothing any more must not stop the benchmark for ever. */
static void read_exactly(struct command *command, void *to, size_t size) {
  struct pollfd file = {.fd = command->output, .events = POLLIN};
  if (poll(&file, 1, PATIENCE) != 1) fail("its payload tells nothing", command);
  if (read(command->output, to, size) != (ssize_t)size) fail("its payload has ended", command);
}

static void start_waiting(void) {
  for (int i = 0; i < command_count; i++) {
    char ready;
    start_with_pipe(&commands[i]);
    read_exactly(&commands[i], &ready, 1);
  }
  /* The payload is ready, its init perhaps not quite. */
  usleep(50000);
}

static void end_waiting(void) {
  for (int i = 0; i < command_count; i++) {
    kill(commands[i].pid, SIGKILL);
    waitpid(commands[i].pid, NULL, 0);
    close(commands[i].output);
  }
}

static void measure_start(struct command *command, long *sample) {
  struct rusage usage;
  long before = now();
  start(command, NO_PIPE);
  await_end(command, &usage);
  sample[0] = now() - before;
  sample[1] = usage.ru_minflt;
}

static void measure_result(struct command *command, long *sample) {
  struct rusage usage;
  start_with_pipe(command);
  read_exactly(command, sample, sizeof *sample);
  await_end(command, &usage);
  close(command->output);
}

static void measure_signal(struct command *command, long *sample) {
  long received;
  long before = now();
  if (kill(command->pid, SIGUSR1) < 0) fail(strerror(errno), command);
  read_exactly(command, &received, sizeof received);
  sample[0] = received - before;
}

/* Where the payload ends with 0 some inits do not: they tell of the signal. */
static void measure_stop(struct command *command, long *sample) {
  char ready;
  int status;
  start_with_pipe(command);
  read_exactly(command, &ready, 1);
  long before = now();
  if (kill(command->pid, SIGTERM) < 0 || waitpid(command->pid, &status, 0) < 0) fail(strerror(errno), command);
  sample[0] = now() - before;
  close(command->output);
}

/* Every other round the other way round: nobody always runs after the same neighbour. */
static void run_rounds(int rounds, int warm_up, void (*measure)(struct command *, long *), int width) {
  for (int round = -warm_up; round < rounds; round++) {
    long samples[MOST_COMMANDS][2];
    for (int i = 0; i < command_count; i++) {
      int which = (round & 1) != 0 ? command_count - 1 - i : i;
      measure(&commands[which], samples[which]);
    }
    if (round < 0) continue;
    for (int i = 0; i < command_count; i++)
      for (int j = 0; j < width; j++) printf("%ld ", samples[i][j]);
    putchar('\n');
    fflush(stdout);
  }
}

/* A pipe each is more than a process may have open by default. */
static void allow_many_files(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void hold(int copies) {
  char byte;
  if (copies > MOST_COPIES) fail("too many copies", &commands[0]);
  allow_many_files();
  int once = command_count;
  while (command_count < once * copies) {
    commands[command_count] = commands[command_count - once];
    command_count++;
  }
  start_waiting();
  for (int i = 0; i < command_count; i++) printf("%d ", commands[i].pid);
  putchar('\n');
  fflush(stdout);
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  end_waiting();
}

static void read_commands(char **words) {
  command_count = 1;
  commands[0].words = words;
  for (; *words != NULL; words++) {
    if (strcmp(*words, ",") != 0) continue;
    *words = NULL;
    if (command_count == MOST_COMMANDS) fail("too many commands", &commands[0]);
    commands[command_count++].words = words + 1;
  }
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fputs("usage: measure start|result|signal|stop|hold ROUNDS plain|namespace COMMAND [, COMMAND]...\n", stderr);
    return 2;
  }
  /* If the benchmark is killed, everything that it has started ends. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const char *what = argv[1];
  int rounds = atoi(argv[2]);
  namespace_flag = strcmp(argv[3], "namespace") == 0 ? CLONE_NEWPID : 0;
  read_commands(argv + 4);
  if (strcmp(what, "start") == 0) run_rounds(rounds, WARM_UP, measure_start, 2);
  else if (strcmp(what, "result") == 0) run_rounds(rounds, 0, measure_result, 1);
  else if (strcmp(what, "stop") == 0) run_rounds(rounds, 1, measure_stop, 1);
  else if (strcmp(what, "signal") == 0) {
    for (int left = rounds; left > 0; left -= BATCH) {
      start_waiting();
      run_rounds(left < BATCH ? left : BATCH, WARM_UP, measure_signal, 1);
      end_waiting();
    }
  } else if (strcmp(what, "hold") == 0) hold(rounds);
  return 0;
}
