// A hostile command: operations by the dice, each told in one line. It reads what it can, and writes ATTACKED wherever it
// can; whether that did any harm is seen from outside.
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>

uint64_t dice;
struct world world;

// splitmix64
unsigned roll(unsigned faces) {
  uint64_t z = (dice += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) % faces;
}

static int number = -1;

long told(long result, const char *format, ...) {
  char line[1024];
  int error = errno, length = snprintf(line, sizeof line, "%d.%d ", number, getpid());
  va_list list;
  va_start(list, format);
  length += vsnprintf(line + length, sizeof line - 64 - length, format, list);
  va_end(list);
  if (length > (int)sizeof line - 64) length = sizeof line - 64;
  if (result < 0) length += snprintf(line + length, 60, ": %s\n", strerrorname_np(error));
  else length += snprintf(line + length, 60, ": %ld\n", result);
  if (write(1, line, length) < 0) _exit(0);
  errno = error;
  return result;
}

void keep(int descriptor) {
  if (descriptor < 0) return;
  if (world.kept_count < 24) world.kept[world.kept_count++] = descriptor;
  else {
    int place = roll(24);
    close(world.kept[place]);
    world.kept[place] = descriptor;
  }
}

int any_descriptor(void) {
  if (world.kept_count == 0 || roll(4) == 0) return roll(24);
  return world.kept[roll(world.kept_count)];
}

int any_process(void) {
  switch (roll(6)) {
    case 0: return 1;
    case 1: return getppid();
    case 2: return getpid();
    case 3: return 1 + roll(20);
  }
  // One that there is.
  DIR *folder = opendir("/proc");
  int found = 1, seen = 0;
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
    if (atoi(entry->d_name) > 0 && roll(++seen) == 0) found = atoi(entry->d_name);
  if (folder != NULL) closedir(folder);
  return found;
}

static const char *begin(char *text) {
  switch (roll(14)) {
    case 0: strcpy(text, "/proc/self/root"); break;
    case 1: strcpy(text, "/proc/1/root"); break;
    case 2: snprintf(text, 64, "/proc/%d/root", any_process()); break;
    case 3: snprintf(text, 64, "/proc/%d/cwd", any_process()); break;
    case 4: snprintf(text, 64, "/proc/self/fd/%d", any_descriptor()); break;
    case 5: snprintf(text, 64, "/proc/self/fd/%d/../../..", any_descriptor()); break;
    case 6: strcpy(text, "../../../../.."); break;
    case 7: snprintf(text, 64, "/work/new%d", roll(3)); break;
    case 8: snprintf(text, 64, "/tmp/new%d", roll(3)); break;
    case 9: strcpy(text, "/work"); break;
    default: text[0] = 0;
  }
  return text;
}

const char *any_path(void) {
  static char paths[4][512];
  static int next;
  char *path = paths[next++ % 4], start[128];
  switch (roll(10)) {
    case 0: snprintf(path, 512, "/proc/%d/%s", any_process(), (const char *[]){"mem", "environ", "exe", "cwd", "root", "cmdline", "maps", "auxv"}[roll(8)]); break;
    case 1: snprintf(path, 512, "/proc/%d/fd/%d", any_process(), roll(24)); break;
    case 2: snprintf(path, 512, "%s/", begin(start)); break;
    case 3: snprintf(path, 512, "%s", (const char *[]){"/work/new0", "/work/new1", "/tmp/new0", "/tmp/new1", "/work/fixed", "/work/fixed/file", "/proc/self/fd/0", "/dev/tty"}[roll(8)]); break;
    case 4: snprintf(path, 512, "%s", (const char *[]){"/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/pts/0", "/dev/pts/ptmx", "/proc/uptime", "/dev"}[roll(8)]); break;
    default: snprintf(path, 512, "%s%s", begin(start), world.paths[roll(world.path_count)]);
  }
  return path;
}

static const struct {
  operation *run;
  int weight;
} operations[] = {
    {do_open, 12},     {do_read, 10},       {do_write, 8},        {do_truncate, 2},  {do_mode, 5},
    {do_owner, 4},     {do_times, 4},       {do_rename, 5},       {do_link, 3},      {do_unlink, 4},
    {do_make, 4},      {do_directory, 5},   {do_attribute, 2},    {do_mount, 10},    {do_remount, 5},
    {do_unmount, 6},   {do_propagation, 4}, {do_pivot, 4},        {do_tree, 6},      {do_tree_attribute, 3},
    {do_new_mount, 4}, {do_unshare, 8},     {do_fork, 5},         {do_setns, 8},     {do_owner_namespace, 3},
    {do_identity, 4},  {do_capabilities, 4}, {do_prctl, 4},       {do_daemon, 2},    {do_names, 1},
    {do_signal, 5},    {do_group, 3},       {do_pidfd, 6},        {do_trace, 4},     {do_memory, 5},
    {do_limit, 3},     {do_terminal, 5},    {do_key, 6},          {do_control_group, 4}, {do_setting, 3},
    {do_set_user_program, 2}, {do_group_kill, 1}, {do_control_group_way, 3}, {do_rename_way, 2},
    {do_ring, 6},
};

static operation *any_operation(void) {
  int sum = 0;
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) sum += operations[i].weight;
  int place = roll(sum);
  for (size_t i = 0;; i++) {
    place -= operations[i].weight;
    if (place < 0) return operations[i].run;
  }
}

// Whether "1,5,7" has the number.
static int is_kept(const char *list, int wanted) {
  if (strcmp(list, "all") == 0) return 1;
  for (const char *at = list; *at != 0; at++) {
    char *end;
    if (strtol(at, &end, 10) == wanted) return 1;
    if (*end == 0) return 0;
    at = end;
  }
  return 0;
}

static void end(int signal_number) {
  (void)signal_number;
  _exit(0);
}

// Elsewhere kill(-1, SIGKILL) is for everybody, prlimit(1) for all that starts later, and chmod("/") for good. Only the
// machine has this file, in every sandbox; and nobody on it is in the first PID namespace, whose number does not change
// (PROC_PID_INIT_INO, include/linux/proc_ns.h).
static int is_on_machine(void) {
  struct stat status;
  if (access("/bin/set-uid", F_OK) < 0) return 0;
  return stat("/proc/self/ns/pid", &status) < 0 || status.st_ino != 0xEFFFFFFC;
}

int attack_command(int count, char **arguments) {
  if (count < 4) return 99;
  if (!is_on_machine()) {
    dprintf(2, "attack: this is no machine that is made to be attacked\n");
    return 99;
  }
  uint64_t seed = strtoull(arguments[0], NULL, 10);
  int all = atoi(arguments[1]);
  world.paths = arguments + 3;
  world.path_count = count - 3;
  // One that waits for something is of no use. As PID 1 it would not die of a signal that it does not handle.
  signal(SIGALRM, end);
  alarm(1);
  for (number = 0; number < all; number++) {
    dice = (seed << 20) + number * 7919;
    if (is_kept(arguments[2], number)) any_operation()();
  }
  return 0;
}
