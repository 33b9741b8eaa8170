#define _GNU_SOURCE
#include "program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
  dprintf(2, "watch: %s: %s\n", what, strerror(errno));
  _exit(98);
}

static void bind(const char *source, const char *target) {
  if (mount(source, target, NULL, MS_BIND, NULL) != 0) die(target);
}

/** How often in a row, a tenth of a second apart, all others must be found asleep before they count as there for good. */
#define ASLEEP 4

/** Whether each process but this one sleeps, and has no SIGKILL that it is about to die of. */
static int all_asleep(void) {
  DIR *folder = opendir("/proc");
  if (folder == NULL) die("/proc");
  int asleep = 1;
  for (struct dirent *next; (next = readdir(folder)) != NULL && asleep;) {
    if (atoi(next->d_name) <= 1) continue;
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/status", next->d_name);
    const char *status = text_of(path), *state = strstr(status, "\nState:\t");
    for (const char *line = status; (line = strstr(line, "Pnd:\t")) != NULL; line++) {
      if ((strtoull(line + 5, NULL, 16) & 1ULL << (SIGKILL - 1)) != 0) asleep = 0;
    }
    if (state == NULL || state[8] != 'S') asleep = 0;
  }
  closedir(folder);
  return asleep;
}

/** Waits until every process has ended, or those that have not will not: at most as many milliseconds. */
static void settle(int milliseconds) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  for (int asleep = 0; milliseconds > 0 && asleep < ASLEEP; milliseconds -= 100) {
    int reaped;
    while ((reaped = waitpid(-1, NULL, WNOHANG)) > 0) continue;
    if (reaped < 0) return;
    asleep = all_asleep() ? asleep + 1 : 0;
    struct timespec rest = {0, 100000000};
    if (sigtimedwait(&children, NULL, &rest) == SIGCHLD) asleep = 0;
  }
}

static void left_processes(void) {
  DIR *folder = opendir("/proc");
  if (folder == NULL) die("/proc");
  for (struct dirent *next; (next = readdir(folder)) != NULL;) {
    if (atoi(next->d_name) <= 1) continue;
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/comm", next->d_name);
    char *name = text_of(path);
    name[strcspn(name, "\n")] = 0;
    seen(name, "left process");
  }
  closedir(folder);
}

static void left_files(const char *path) {
  DIR *folder = opendir(path);
  if (folder == NULL) return;
  for (struct dirent *next; (next = readdir(folder)) != NULL;) {
    if (next->d_name[0] != '.') seen(next->d_name, "left file in %s", path);
  }
  closedir(folder);
}

static int count_mounts(void) {
  int count = 0;
  for (const char *text = text_of("/proc/self/mountinfo"); (text = strchr(text, '\n')) != NULL; text++) count++;
  return count;
}

/** A process of its own for the client, with nothing of ours. */
static void become_client(int user, char **command) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  umask(022);
  close_range(3, ~0U, 0);
  if (setsid() < 0) die("setsid");
  if (user != 0 && (setgroups(0, NULL) != 0 || setgid(user) != 0 || setuid(user) != 0)) die("setuid");
  execvp(command[0], command);
  dprintf(2, "watch: %s: %s\n", command[0], strerror(errno));
  _exit(97);
}

/**
 * watch DESCRIPTOR USER MILLISECONDS [SOURCE TARGET]... -- COMMAND...
 *
 * PID 1 of the place that a client runs in, in mount and PID namespaces of its own: a new /tmp and /run, a bind mount for
 * each pair; then the command, and when it has ended, on the descriptor: how, and what is left.
 */
int watch(char **words) {
  int report = atoi(words[0]), user = atoi(words[1]), milliseconds = atoi(words[2]);
  if (getpid() != 1) die("not PID 1");
  fcntl(report, F_SETFD, FD_CLOEXEC);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_SETMASK, &children, NULL);
  for (words += 3; words[0] != NULL && strcmp(words[0], "--") != 0; words += 2) bind(words[0], words[1]);
  if (words[0] == NULL) die("no command");
  umask(0);
  if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0) die("/tmp");
  if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0) die("/run");
  char path[64];
  snprintf(path, sizeof path, "/run/user/%d", user);
  if (mkdir("/run/user", 0755) != 0 || mkdir(path, 0700) != 0 || chown(path, user, user) != 0) die(path);
  int before = count_mounts();
  pid_t client = fork();
  if (client < 0) die("fork");
  if (client == 0) become_client(user, words + 1);
  // Strays are reaped meanwhile: a client may wait until one is gone.
  int status = 0, how;
  for (pid_t pid; (pid = waitpid(-1, &how, 0)) != client;) {
    if (pid < 0 && errno != EINTR) die("waitpid");
  }
  status = how;
  settle(milliseconds);
  dup2(report, 1);
  static const char *kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
  for (int i = 0; i < 8; i++) {
    snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
    seen(link_of(path), "outer namespace %s", kinds[i]);
  }
  char text[64];
  if (WIFSIGNALED(status)) snprintf(text, sizeof text, "ended by signal %d", WTERMSIG(status));
  else snprintf(text, sizeof text, "exit status %d", WEXITSTATUS(status));
  seen(text, "status");
  left_processes();
  left_files("/tmp");
  seen_number(count_mounts() - before, "mounts left");
  fflush(stdout);
  return 0;
}
