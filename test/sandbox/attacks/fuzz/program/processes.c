// Namespaces, identity, other processes, the terminal, keyrings, control groups and settings.
#include "fuzz.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <linux/tiocl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int any_kinds(void) {
  static const int kinds[] = {CLONE_NEWUSER, CLONE_NEWUSER | CLONE_NEWNS, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWNS, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS, CLONE_NEWUSER | CLONE_NEWNET, CLONE_NEWCGROUP, CLONE_NEWIPC | CLONE_NEWUTS, CLONE_NEWUSER | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS, CLONE_FS, CLONE_FILES};
  return kinds[roll(12)];
}

static void map_ids(int user, int group) {
  char text[64];
  int inside = roll(2) ? 0 : user;
  write_text("/proc/self/setgroups", "deny");
  snprintf(text, sizeof text, "%d %d 1", inside, user);
  told(write_text("/proc/self/uid_map", text), "uid_map %s", text);
  snprintf(text, sizeof text, "%d %d 1", inside, group);
  told(write_text("/proc/self/gid_map", text), "gid_map %s", text);
}

static void enter_new(int kinds) {
  int user = geteuid(), group = getegid();
  if (told(unshare(kinds), "unshare %x", kinds) == 0 && (kinds & CLONE_NEWUSER)) map_ids(user, group);
}

void do_unshare(void) { enter_new(any_kinds()); }

// The child goes on with the operations, or the parent; the other one waits for it, or stays as somebody to look at.
void do_fork(void) {
  static int depth;
  if (depth >= 3) return;
  int kinds = any_kinds(), user = geteuid(), group = getegid();
  kinds &= ~(CLONE_FS | CLONE_FILES);
  struct clone_args request = {.flags = kinds, .exit_signal = SIGCHLD};
  pid_t child = roll(2) ? syscall(SYS_clone3, &request, sizeof request) : fork();
  if (child == 0) {
    depth++;
    if (kinds & CLONE_NEWUSER) map_ids(user, group);
    return;
  }
  told(child, "clone %x", kinds);
  if (child < 0) return;
  if (roll(2)) _exit(waitpid(child, NULL, 0) < 0);
  depth++;
}

void do_setns(void) {
  static const char *names[] = {"mnt", "user", "pid", "net", "ipc", "uts", "cgroup", "time"};
  char path[64];
  int process = any_process(), kind = roll(8);
  snprintf(path, sizeof path, "/proc/%d/ns/%s", process, names[kind]);
  switch (roll(3)) {
    case 0: {
      int descriptor = any_descriptor(), kinds = any_kinds();
      told(setns(descriptor, roll(2) ? 0 : kinds), "setns %d", descriptor);
      return;
    }
    case 1: {
      int descriptor = syscall(SYS_pidfd_open, process, 0);
      told(setns(descriptor, CLONE_NEWNS | (roll(2) ? CLONE_NEWUSER : 0)), "setns pidfd of %d", process);
      keep(descriptor);
      return;
    }
    default: {
      int descriptor = open(path, O_RDONLY);
      if (told(descriptor, "open %s", path) >= 0) told(setns(descriptor, 0), "setns %s", path);
      keep(descriptor);
    }
  }
}

void do_owner_namespace(void) {
  static const char *names[] = {"mnt", "user", "pid", "net", "cgroup"};
  char path[64];
  snprintf(path, sizeof path, "/proc/self/ns/%s", names[roll(5)]);
  int own = open(path, O_RDONLY);
  int owner = ioctl(own, roll(2) ? NS_GET_USERNS : NS_GET_PARENT);
  close(own);
  if (told(owner, "owner of %s", path) >= 0) told(setns(owner, 0), "setns to it");
  keep(owner);
}

void do_identity(void) {
  static const int ids[] = {0, 0, 1, 1000, 41234, 65534};
  int id = ids[roll(6)];
  gid_t groups[] = {0, id};
  switch (roll(4)) {
    case 0: told(syscall(SYS_setresuid, id, id, id), "setresuid %d", id); return;
    case 1: told(syscall(SYS_setresgid, id, id, id), "setresgid %d", id); return;
    case 2: told(setgroups(2, groups), "setgroups"); return;
    default: map_ids(id, id);
  }
}

void do_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct sets[2] = {0};
  syscall(SYS_capget, &header, sets);
  if (roll(2)) sets[0].effective = sets[0].permitted, sets[1].effective = sets[1].permitted;
  else sets[0].effective = sets[0].permitted = sets[0].inheritable = ~0u;
  told(syscall(SYS_capset, &header, sets), "capset");
  int capability = roll(41);
  told(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0), "ambient %d", capability);
}

void do_prctl(void) {
  switch (roll(7)) {
    case 0: told(prctl(PR_SET_PDEATHSIG, 0), "PR_SET_PDEATHSIG 0"); return;
    case 1: told(prctl(PR_SET_DUMPABLE, roll(2)), "PR_SET_DUMPABLE"); return;
    case 2: told(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), "PR_SET_NO_NEW_PRIVS 0"); return;
    case 3: told(prctl(PR_SET_CHILD_SUBREAPER, 1), "PR_SET_CHILD_SUBREAPER"); return;
    case 4: told(prctl(PR_SET_SECUREBITS, 0), "PR_SET_SECUREBITS"); return;
    case 5: told(prctl(PR_SET_PTRACER, any_process()), "PR_SET_PTRACER"); return;
    default: told(prctl(PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS");
  }
}

// One that wants to stay when everybody else is gone.
void do_daemon(void) {
  pid_t child = fork();
  if (child != 0) {
    told(child, "a daemon");
    return;
  }
  setsid();
  prctl(PR_SET_PDEATHSIG, 0);
  for (int signal_number = 1; signal_number < 32; signal_number++) signal(signal_number, SIG_IGN);
  alarm(0);
  if (fork() != 0) _exit(0);
  close(0), close(1), close(2);
  while (1) pause();
}

void do_names(void) {
  told(sethostname("attacked", 8), "sethostname");
  told(setdomainname("attacked", 8), "setdomainname");
}

static int any_signal(void) {
  static const int signals[] = {SIGKILL, SIGSTOP, SIGTERM, SIGCONT, SIGHUP, SIGTSTP, SIGUSR1, SIGABRT};
  return signals[roll(8)];
}

void do_signal(void) {
  int process = any_process(), signal_number = any_signal();
  if (process == getpid()) return;
  switch (roll(4)) {
    case 0: told(kill(-1, signal_number), "kill -1 %d", signal_number); return;
    case 1: told(kill(-process, signal_number), "kill -%d %d", process, signal_number); return;
    default: told(kill(process, signal_number), "kill %d %d", process, signal_number);
  }
}

// Everybody of the group, ourselves as well: told before.
void do_group_kill(void) {
  int signal_number = roll(2) ? SIGKILL : SIGTERM;
  told(0, "kill 0 %d", signal_number);
  kill(0, signal_number);
}

void do_group(void) {
  int process = any_process(), group = any_process();
  switch (roll(4)) {
    case 0: told(setsid(), "setsid"); return;
    case 1: told(setpgid(0, group), "setpgid 0 %d", group); return;
    case 2: told(setpgid(process, group), "setpgid %d %d", process, group); return;
    default: told(tcsetpgrp(roll(3), group), "tcsetpgrp %d", group);
  }
}

void do_pidfd(void) {
  int process = any_process(), wanted = roll(24), signal_number = any_signal();
  int descriptor = told(syscall(SYS_pidfd_open, process, 0), "pidfd_open %d", process);
  if (descriptor < 0) return;
  if (roll(3)) keep(told(syscall(SYS_pidfd_getfd, descriptor, wanted, 0), "pidfd_getfd %d %d", process, wanted));
  else if (process != getpid()) told(syscall(SYS_pidfd_send_signal, descriptor, signal_number, NULL, 0), "pidfd_send_signal %d %d", process, signal_number);
  close(descriptor);
}

void do_trace(void) {
  int process = any_process();
  if (process == getpid()) return;
  if (told(ptrace(roll(2) ? PTRACE_SEIZE : PTRACE_ATTACH, process, 0, 0), "ptrace %d", process) < 0) return;
  told(ptrace(PTRACE_INTERRUPT, process, 0, 0), "PTRACE_INTERRUPT");
  told(ptrace(PTRACE_DETACH, process, 0, 0), "PTRACE_DETACH");
}

// The stacks of a process, where its variables are.
void do_memory(void) {
  char path[64], line[256], text[16384];
  int process = any_process();
  snprintf(path, sizeof path, "/proc/%d/maps", process);
  FILE *maps = fopen(path, "r");
  unsigned long from = 0, to = 0;
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
    if (strstr(line, "[stack]") != NULL && sscanf(line, "%lx-%lx", &from, &to) == 2) break;
  if (maps != NULL) fclose(maps);
  if (to == 0) to = 0x7ffffffff000;
  struct iovec here = {text, sizeof text}, there = {(void *)(to - sizeof text), sizeof text};
  long length = told(process_vm_readv(process, &here, 1, &there, 1, 0), "process_vm_readv %d", process);
  for (long i = 0; i < length; i++) if (text[i] == 0) text[i] = '\n';
  if (length > 0 && process != getpid() && write(1, text, length) < 0) _exit(0);
}

void do_limit(void) {
  int process = any_process();
  struct rlimit limit = {6, 6};
  if (process == getpid()) return;
  told(prlimit(process, RLIMIT_NPROC, &limit, NULL), "prlimit %d", process);
  told(setpriority(PRIO_PROCESS, process, 7), "setpriority %d", process);
}

void do_terminal(void) {
  int terminal = roll(3), group = any_process();
  if (roll(2)) terminal = open(roll(2) ? "/dev/tty" : "/dev/pts/0", O_RDWR | O_NOCTTY | O_NONBLOCK);
  char letter = 'x', paste[2] = {TIOCL_PASTESEL};
  switch (roll(5)) {
    case 0: told(ioctl(terminal, TIOCLINUX, paste), "TIOCLINUX"); break;
    case 1: told(ioctl(terminal, TIOCSCTTY, 1), "TIOCSCTTY"); break;
    case 2: told(ioctl(terminal, TIOCSPGRP, &group), "TIOCSPGRP"); break;
    // The upper half counts for the filter, and not for the kernel.
    case 3: told(syscall(SYS_ioctl, terminal, 0xdead00000000ul | TIOCSTI, &letter), "TIOCSTI, 64 bits"); break;
    default: told(ioctl(terminal, TIOCSTI, &letter), "TIOCSTI");
  }
  if (terminal > 2) keep(terminal);
}

static long keyctl(int operation, long a, long b, long c, long d) { return syscall(SYS_keyctl, operation, a, b, c, d); }

void do_key(void) {
  static const int rings[] = {KEY_SPEC_SESSION_KEYRING, KEY_SPEC_USER_KEYRING, KEY_SPEC_USER_SESSION_KEYRING, KEY_SPEC_PROCESS_KEYRING};
  int ring = rings[roll(4)], inside[16] = {0};
  char text[256];
  long length = keyctl(KEYCTL_READ, ring, (long)inside, sizeof inside, 0);
  int key = length >= 4 && roll(2) ? inside[roll(length / 4 < 16 ? length / 4 : 16)] : ring;
  switch (roll(10)) {
    case 0: told(keyctl(KEYCTL_CLEAR, ring, 0, 0, 0), "clear %d", ring); return;
    case 1: told(keyctl(KEYCTL_REVOKE, key, 0, 0, 0), "revoke"); return;
    case 2: told(keyctl(KEYCTL_UNLINK, key, ring, 0, 0), "unlink"); return;
    case 3: told(keyctl(KEYCTL_SETPERM, key, 0x3f3f3f3f, 0, 0), "setperm"); return;
    case 4: told(syscall(SYS_add_key, "user", "attack", "x", 1, ring), "add_key %d", ring); return;
    case 5: told(keyctl(KEYCTL_UPDATE, key, (long)"ATTACKED", 8, 0), "update"); return;
    case 6: told(keyctl(KEYCTL_SESSION_TO_PARENT, 0, 0, 0, 0), "session to parent"); return;
    case 7: told(keyctl(KEYCTL_SET_TIMEOUT, key, 1, 0, 0), "timeout"); return;
    case 8: key = keyctl(KEYCTL_SEARCH, ring, (long)"user", (long)(roll(2) ? "attack" : "user"), 0); break;
  }
  length = told(keyctl(KEYCTL_READ, key, (long)text, sizeof text, 0), "read key");
  if (length > 0 && length < (long)sizeof text && (write(1, text, length) < 0 || write(1, "\n", 1) < 0)) _exit(0);
}

static void use_control_groups(const char *root) {
  static const char *groups[] = {"", "canary/", "callers/canary/", "../", "../canary/"};
  static const char *files[] = {"cgroup.kill", "cgroup.freeze", "pids.max", "cgroup.procs", "cgroup.subtree_control"};
  static const char *words[] = {"1", "1", "1", "0", "+pids"};
  char path[600];
  int file = roll(5), group = roll(5);
  if (roll(6) == 0) {
    snprintf(path, sizeof path, "%s/attack", root);
    told(mkdir(path, 0777), "mkdir %s", path);
    return;
  }
  snprintf(path, sizeof path, "%s/%s%s", root, groups[group], files[file]);
  told(write_text(path, words[file]), "write %s", path);
}

void do_control_group(void) {
  static const char *roots[] = {"/sys/fs/cgroup", "/work/new0", "/tmp/new0", "/tmp", "/proc/1/root/sys/fs/cgroup"};
  use_control_groups(roots[roll(5)]);
}

// The whole way: a user namespace, control groups of its own, their file system, and everybody in it.
void do_control_group_way(void) {
  enter_new(CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWNS);
  const char *place = roll(2) ? "/tmp" : "/sys/fs/cgroup";
  if (told(mount("attack", place, "cgroup2", 0, NULL), "mount cgroup2 %s", place) < 0) return;
  for (int i = 0; i < 3; i++) use_control_groups(place);
}

// Only such as do no harm, whoever's they are.
void do_setting(void) {
  static const char *names[] = {"/proc/sys/kernel/printk_ratelimit_burst", "/proc/sys/net/ipv4/ip_default_ttl", "/proc/sys/kernel/hostname"};
  char path[256];
  snprintf(path, sizeof path, "%s%s", (const char *[]){"", "/proc/1/root", "/work/new0/..", "/proc/self/root"}[roll(4)], names[roll(3)]);
  told(write_text(path, "11"), "write %s", path);
}
