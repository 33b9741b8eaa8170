// The machine that sandboxes are tried on: namespaces with a root of their own, so that an attack that succeeds reaches
// no further. Its first process, and two that are not to be touched.
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void become(int user) {
  if (user == 0) return;
  must("setgroups", setgroups(0, NULL));
  must("setresgid", setresgid(user, user, user));
  must("setresuid", setresuid(user, user, user));
}

// Its secret is in its memory and in its environment.
int canary_command(int count, char **arguments) {
  (void)count, (void)arguments;
  while (1) pause();
}

static void start_canary(int user, const char *name) {
  pid_t child = must("fork", fork());
  if (child > 0) return;
  write_text(CALLERS "/canary/cgroup.procs", "0");
  must("setsid", setsid());
  become(user);
  char variable[256];
  snprintf(variable, sizeof variable, "CANARY=%s", getenv(name));
  char *environment[] = {variable, NULL};
  char *words[] = {"fuzz", "canary", NULL};
  execve("/bin/fuzz", words, environment);
  must("execve of a canary", -1);
}

static _Noreturn void first(const char *root, int has_controls, int user) {
  must("sethostname", sethostname("machine", 7));
  must("private", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
  must("chdir", chdir(root));
  must("proc", mount("proc", "proc", "proc", 0, NULL));
  if (has_controls) must("cgroup2", mount("cgroup2", "sys/fs/cgroup", "cgroup2", 0, NULL));
  must("pivot_root", syscall(SYS_pivot_root, ".", "."));
  must("umount", umount2(".", MNT_DETACH));
  must("chdir", chdir("/"));
  // As systemd has it.
  must("shared", mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL));
  if (has_controls) {
    must("mkdir", mkdir(CALLERS, 0755));
    must("mkdir", mkdir(CALLERS "/canary", 0755));
  }
  start_canary(0, "ROOTS_SECRET");
  start_canary(user, "USERS_SECRET");
  must("ready", write(1, "ready\n", 6));
  int nothing = open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; standard++) dup2(nothing, standard);
  syscall(SYS_close_range, 3, ~0U, 0);
  while (1) {
    if (waitpid(-1, NULL, 0) < 0) pause();
  }
}

static int remove_folder(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)place;
  if (kind == FTW_DP) rmdir(path);
  return 0;
}

// Its control groups go when the last of its processes has gone, a moment after the first one.
static void remove_groups(const char *name) {
  for (int tries = 0; tries < 1000 && access(name, F_OK) == 0; tries++) {
    nftw(name, remove_folder, 8, FTW_DEPTH | FTW_PHYS);
    usleep(1000);
  }
}

// machine ROOT CGROUP USER: CGROUP is a folder in our own group, or "-". The secrets are variables, as everybody sees arguments.
int machine_command(int count, char **arguments) {
  if (count < 3) return 99;
  const char *root = arguments[0];
  int has_controls = strcmp(arguments[1], "-") != 0;
  int parent = -1;
  if (has_controls) {
    char path[256];
    snprintf(path, sizeof path, "%s/..", arguments[1]);
    parent = must("the control group", open(path, O_PATH | O_CLOEXEC));
    snprintf(path, sizeof path, "%s/cgroup.procs", arguments[1]);
    must("cgroup.procs", write_text(path, "0"));
  }
  int kinds = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP;
  must("unshare", unshare(kinds));
  pid_t child = must("fork", fork());
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    first(root, has_controls, atoi(arguments[2]));
  }
  // We are not to be frozen with it. (Our root becomes the machine's with the pivot_root there, and our directory stays.)
  if (has_controls) {
    must("fchdir", fchdir(parent));
    must("cgroup.procs", write_text("cgroup.procs", "0"));
  }
  dprintf(1, "%d\n", child);
  // The driver's end, also by a crash, is the machine's.
  char end;
  while (read(0, &end, 1) > 0) continue;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  if (has_controls) remove_groups(strrchr(arguments[1], '/') + 1);
  return 0;
}
