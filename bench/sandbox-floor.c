/*
 * The floor of a sandbox: the least that a C program does for namespaces, a root
 * file system and an init in it. Nothing is checked but what would make the
 * figures wrong; the payload is the last word.
 *
 *   sandbox-floor pids PAYLOAD               PID and mount namespaces, a new /proc
 *   sandbox-floor host ROOT PAYLOAD          also IPC, UTS and network; the host read-only, new /proc, /dev and /mnt
 *   sandbox-floor image ROOT IMAGE PAYLOAD   the same around a folder with an image, and /tmp for /mnt
 *   sandbox-floor binds ROOT N PAYLOAD       as pids, and N bind mounts on an empty root
 *
 * ROOT is an empty folder to mount the new root on. Words before these add what
 * the floor leaves out and bubblewrap or rein does, to tell what that costs:
 *
 *   +execution   the init is this program again, from a read-only mount of it: no way for the payload to its file (rein)
 *   +covers      what of /proc could change the kernel is read-only (both; /proc/sys rein alone)
 *   +links       /dev has the links that programs expect (both)
 *   +loopback    the loopback device of the new network namespace is up (both)
 */
#include "bare.h"

#define MS_RDONLY 1
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_REMOUNT 32
#define MS_BIND 4096
#define MS_REC 16384
#define MS_PRIVATE (1 << 18)
#define MNT_DETACH 2
#define CLONE_NEWNS 0x20000
#define CLONE_NEWUTS 0x4000000
#define CLONE_NEWIPC 0x8000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define AT_FDCWD -100
#define AT_EMPTY_PATH 0x1000
#define O_CLOEXEC 02000000
#define OPEN_TREE_CLONE 1
#define MOVE_MOUNT_F_EMPTY_PATH 4
#define MOUNT_ATTR_RDONLY 1
#define ENOENT 2
#define AF_INET 2
#define SOCK_DGRAM 2
#define SIOCSIFFLAGS 0x8914

static int has_execution, has_covers, has_links, has_loopback;

static int equal(const char *one, const char *other) {
  for (; *one != 0 && *one == *other; one++) other++;
  return *one == *other;
}

static void need(long result) {
  if (result < 0) end(125);
}

static void mount(const char *from, const char *to, const char *type, long flags) {
  need(CALL(mount, from, to, type, flags, 0, 0));
}

/* A copy of what is mounted there, unattached and read-only. */
static long read_only_copy(long folder, const char *path) {
  static const unsigned long read_only[4] = {MOUNT_ATTR_RDONLY};
  long tree = CALL(open_tree, folder, path, OPEN_TREE_CLONE | O_CLOEXEC, 0, 0, 0);
  if (tree == -ENOENT) return tree;
  need(CALL(mount_setattr, tree, "", AT_EMPTY_PATH, read_only, sizeof read_only, 0));
  return tree;
}

static void mount_proc(const char *place) {
  static const char *const names[] = {"sys", "sysrq-trigger", "irq", "bus"};
  mount("proc", place, "proc", MS_NOSUID | MS_NODEV);
  if (!has_covers) return;
  long proc = CALL(openat, AT_FDCWD, place, 0, 0, 0, 0);
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    long tree = read_only_copy(proc, names[i]);
    if (tree == -ENOENT) continue;
    need(CALL(move_mount, tree, "", proc, names[i], MOVE_MOUNT_F_EMPTY_PATH, 0));
    CALL(close, tree, 0, 0, 0, 0, 0);
  }
  CALL(close, proc, 0, 0, 0, 0, 0);
}

static void raise_loopback(void) {
  /* struct ifreq: the name, and IFF_UP | IFF_RUNNING. */
  char request[40] = "lo";
  request[16] = 0x41;
  long socket = CALL(socket, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0, 0, 0, 0);
  need(CALL(ioctl, socket, SIOCSIFFLAGS, request, 0, 0, 0));
  CALL(close, socket, 0, 0, 0, 0, 0);
}

static void make_folder(const char *path) { CALL(mkdirat, AT_FDCWD, path, 0755, 0, 0, 0); }

static void make_link(const char *place, const char *target) { need(CALL(symlinkat, target, AT_FDCWD, place, 0, 0, 0)); }

static void make_links(void) {
  make_link("dev/fd", "/proc/self/fd");
  make_link("dev/stdin", "/proc/self/fd/0");
  make_link("dev/stdout", "/proc/self/fd/1");
  make_link("dev/stderr", "/proc/self/fd/2");
  make_link("dev/core", "/proc/kcore");
  make_link("dev/ptmx", "pts/ptmx");
}

/* The working directory is the new root. */
static void fill_devices(void) {
  static const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
  char from[] = "/dev/\0\0\0\0\0\0\0\0", *to = from + 1;
  mount("tmpfs", "dev", "tmpfs", MS_NOSUID);
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    int length = 0;
    for (; names[i][length] != 0; length++) from[5 + length] = names[i][length];
    from[5 + length] = 0;
    need(CALL(openat, AT_FDCWD, to, 0100 /* O_CREAT */, 0644, 0, 0));
    mount(from, to, 0, MS_BIND);
  }
  if (has_links) make_links();
  make_folder("dev/pts");
  make_folder("dev/shm");
  mount("devpts", "dev/pts", "devpts", MS_NOSUID);
}

static void enter_root(void) {
  need(CALL(pivot_root, ".", ".", 0, 0, 0, 0));
  need(CALL(umount2, ".", MNT_DETACH, 0, 0, 0, 0));
  need(CALL(chdir, "/", 0, 0, 0, 0, 0));
}

static void build_root(const char *root, const char *from, const char *temporary) {
  mount(from, root, 0, MS_BIND | MS_REC);
  mount(0, root, 0, MS_BIND | MS_REMOUNT | MS_RDONLY);
  need(CALL(chdir, root, 0, 0, 0, 0, 0));
  mount_proc("proc");
  fill_devices();
  mount("tmpfs", temporary, "tmpfs", MS_NOSUID | MS_NODEV);
  enter_root();
}

static void build_binds(const char *root, const char *count_text, const char *payload) {
  char path[] = "b/0000000";
  int count = 0;
  for (; *count_text != 0; count_text++) count = count * 10 + *count_text - '0';
  mount("tmpfs", root, "tmpfs", 0);
  need(CALL(chdir, root, 0, 0, 0, 0, 0));
  make_folder("b");
  for (int i = 0; i < count; i++) {
    for (int digit = 8, rest = i; digit > 1; digit--, rest /= 10) path[digit] = (char)('0' + rest % 10);
    make_folder(path);
    mount("/usr", path, 0, MS_BIND);
  }
  need(CALL(openat, AT_FDCWD, "payload", 0100 /* O_CREAT */, 0755, 0, 0));
  mount(payload, "payload", 0, MS_BIND);
  enter_root();
}

_Noreturn static void await(long payload) {
  int status;
  for (long pid; (pid = CALL(wait4, -1, &status, 0, 0, 0, 0)) > 0;)
    if (pid == payload) end((status & 0x7f) != 0 ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
  end(125);
}

_Noreturn void start(long *stack) {
  char **argv = (char **)(stack + 1), **envp = (char **)(stack + *stack + 2), **all = argv;
  char **last = (char **)(stack + *stack);
  int is_again = equal(argv[0], "again");
  for (; argv[1][0] == '+'; argv++) {
    if (equal(argv[1], "+execution")) has_execution = 1;
    if (equal(argv[1], "+covers")) has_covers = 1;
    if (equal(argv[1], "+links")) has_links = 1;
    if (equal(argv[1], "+loopback")) has_loopback = 1;
  }
  const char *what = argv[1];
  int is_small = equal(what, "pids") || equal(what, "binds");
  long namespaces = CLONE_NEWPID | CLONE_NEWNS | (is_small ? 0 : CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET);
  signal_set mask = {0};

  if (!is_again) {
    CALL(rt_sigprocmask, SIG_SETMASK, &every_signal, &mask, SET_SIZE, 0, 0);
    long image = has_execution ? read_only_copy(AT_FDCWD, "/proc/self/exe") : -1;
    long init = CALL(clone, namespaces | SIGCHLD, 0, 0, 0, 0, 0);
    need(init);
    if (init > 0) {
      if (has_execution) CALL(close, image, 0, 0, 0, 0, 0);
      await(init);
    }
    if (has_execution) {
      all[0] = "again";
      need(CALL(execveat, image, "", all, envp, AT_EMPTY_PATH, 0));
    }
  }
  CALL(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
  mount(0, "/", 0, MS_REC | MS_PRIVATE);
  if (equal(what, "pids")) mount_proc("/proc");
  else if (equal(what, "host")) build_root(argv[2], "/", "mnt");
  else if (equal(what, "image")) build_root(argv[2], argv[3], "tmp");
  else {
    build_binds(argv[2], argv[3], *last);
    *last = "/payload";
  }
  if (has_loopback) raise_loopback();
  long payload = CALL(clone, SIGCHLD, 0, 0, 0, 0, 0);
  if (payload == 0) {
    CALL(rt_sigprocmask, SIG_SETMASK, &mask, 0, SET_SIZE, 0, 0);
    CALL(execve, *last, last, envp, 0, 0, 0);
    end(127);
  }
  await(payload);
}
