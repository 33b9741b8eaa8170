#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static void identity(void) {
  char text[65536];
  uid_t user, effective_user, saved_user;
  gid_t group, effective_group, saved_group;
  getresuid(&user, &effective_user, &saved_user);
  getresgid(&group, &effective_group, &saved_group);
  snprintf(text, sizeof text, "%d %d %d", user, effective_user, saved_user);
  seen(text, "user");
  snprintf(text, sizeof text, "%d %d %d", group, effective_group, saved_group);
  seen(text, "group");
  static gid_t groups[65536];
  int count = getgroups(65536, groups);
  text[0] = 0;
  for (int i = 0, length = 0; i < count && length < 60000; i++) {
    length += snprintf(text + length, sizeof text - length, "%d ", groups[i]);
  }
  seen(text, "groups");
  seen(text_of("/proc/self/uid_map"), "uid_map");
  seen(text_of("/proc/self/gid_map"), "gid_map");
  seen(text_of("/proc/self/setgroups"), "setgroups");
  struct utsname names;
  uname(&names);
  seen(names.nodename, "hostname");
  seen(names.domainname, "domain name");
  // Alike or not, the caller tells: it knows the outer ones.
  static const char *kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};
  for (int i = 0; i < 8; i++) {
    snprintf(text, sizeof text, "/proc/self/ns/%s", kinds[i]);
    seen(link_of(text), "namespace %s", kinds[i]);
  }
  // Sessions and groups are told by what they are to the process: its number differs from run to run.
  pid_t self = getpid(), pgrp = getpgrp(), session = getsid(0);
  seen(session == self ? "its own" : session == 0 ? "from outside" : session == 1 ? "of PID 1" : "another's", "session");
  seen(pgrp == self ? "its own" : pgrp == 0 ? "from outside" : pgrp == 1 ? "of PID 1" : "another's", "process group");
  pid_t parent = getppid();
  seen(parent == 0 ? "outside" : parent == 1 ? "PID 1" : "another", "parent");
}

static void rights(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2] = {0};
  syscall(SYS_capget, &header, sets);
  char text[64];
  snprintf(text, sizeof text, "%08x%08x", sets[1].permitted, sets[0].permitted);
  seen(text, "capabilities permitted");
  snprintf(text, sizeof text, "%08x%08x", sets[1].effective, sets[0].effective);
  seen(text, "capabilities effective");
  snprintf(text, sizeof text, "%08x%08x", sets[1].inheritable, sets[0].inheritable);
  seen(text, "capabilities inheritable");
  uint64_t bounding = 0, ambient = 0;
  for (int i = 0; i < 64; i++) {
    if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) == 1) bounding |= 1ULL << i;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1) ambient |= 1ULL << i;
  }
  snprintf(text, sizeof text, "%016lx", (unsigned long)bounding);
  seen(text, "capabilities bounding");
  snprintf(text, sizeof text, "%016lx", (unsigned long)ambient);
  seen(text, "capabilities ambient");
  seen_number(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), "no_new_privs");
  seen_number(prctl(PR_GET_SECUREBITS), "securebits");
  seen_number(prctl(PR_GET_DUMPABLE), "dumpable");
  int number = 0;
  prctl(PR_GET_PDEATHSIG, &number);
  seen_number(number, "parent death signal");
  prctl(PR_GET_CHILD_SUBREAPER, &number);
  seen_number(number, "subreaper");
  seen_number(prctl(PR_GET_TIMERSLACK), "timer slack");
  seen_number(personality(0xffffffff), "personality");
  const char *status = text_of("/proc/self/status");
  const char *seccomp = strstr(status, "\nSeccomp:");
  seen_number(seccomp == NULL ? -1 : atol(seccomp + 9), "seccomp");
  const char *filters = strstr(status, "\nSeccomp_filters:");
  seen_number(filters == NULL ? -1 : atol(filters + 17), "seccomp filters");
}

static void signals(void) {
  uint64_t mask = 0, ignored = 0, caught = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, sizeof mask);
  for (int i = 1; i <= 64; i++) {
    // The kernel's own structure: the C library's hides two signals.
    struct {
      void *handler;
      unsigned long flags;
      void *restorer;
      uint64_t mask;
    } action = {0};
    if (syscall(SYS_rt_sigaction, i, NULL, &action, 8) != 0) continue;
    if (action.handler == (void *)SIG_IGN) ignored |= 1ULL << (i - 1);
    else if (action.handler != (void *)SIG_DFL) caught |= 1ULL << (i - 1);
  }
  char text[64];
  snprintf(text, sizeof text, "%016lx", (unsigned long)mask);
  seen(text, "signals blocked");
  snprintf(text, sizeof text, "%016lx", (unsigned long)ignored);
  seen(text, "signals ignored");
  snprintf(text, sizeof text, "%016lx", (unsigned long)caught);
  seen(text, "signals caught");
}

static void limits(void) {
  for (int i = 0; i < RLIM_NLIMITS; i++) {
    struct rlimit limit;
    if (getrlimit(i, &limit) != 0) continue;
    char text[64];
    snprintf(text, sizeof text, "%ld %ld", (long)limit.rlim_cur, (long)limit.rlim_max);
    seen(text, "limit %d", i);
  }
  errno = 0;
  seen_number(getpriority(PRIO_PROCESS, 0), "nice");
  seen_number(sched_getscheduler(0), "scheduler");
  seen(text_of("/proc/self/oom_score_adj"), "oom_score_adj");
  seen(text_of("/proc/self/coredump_filter"), "coredump_filter");
  mode_t mask = umask(0);
  umask(mask);
  char text[256];
  snprintf(text, sizeof text, "%03o", mask);
  seen(text, "umask");
  char key[256] = "none";
  long ring = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0, 0, 0);
  if (ring > 0) syscall(SYS_keyctl, KEYCTL_DESCRIBE, ring, key, sizeof key - 1, 0);
  seen(ring < 0 ? strerrorname_np(errno) : key, "session keyring");
}

void inspect_self(char **environment) {
  // Before anything of the C library's makes another.
  char directory[PATH_MAX];
  seen(getcwd(directory, sizeof directory) == NULL ? strerrorname_np(errno) : directory, "working directory");
  identity();
  rights();
  signals();
  limits();
  seen(link_of("/proc/self/exe"), "executable");
  for (; *environment != NULL; environment++) {
    char *sign = strchr(*environment, '=');
    if (sign == NULL) seen("", "environment without a sign %s", *environment);
    else seen(sign + 1, "environment %.*s", (int)(sign - *environment), *environment);
  }
}
