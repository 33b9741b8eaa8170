// Who calls a sandbox, and looks afterwards at what was its own: the terminal, the keyrings, its process, and a mount that
// the machine gets meanwhile. What is wrong goes to descriptor 3, a line each.
#include "fuzz.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>

#define SECONDS 2

static void wrong(const char *format, ...) {
  char line[512];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(line, sizeof line - 1, format, list);
  va_end(list);
  line[length++] = '\n';
  if (write(3, line, length) < 0) _exit(96);
}

static long keyctl(int operation, long a, long b, long c, long d) { return syscall(SYS_keyctl, operation, a, b, c, d); }

struct key {
  int ring, id;
  const char *name;
  char described[256], ring_described[256];
};

static void describe(int key, char *text) {
  memset(text, 0, 256);
  if (keyctl(KEYCTL_DESCRIBE, key, (long)text, 255, 0) < 0) snprintf(text, 256, "gone: %s", strerror(errno));
}

static struct key add_secret(const char *name, int ring, const char *secret) {
  struct key key = {.ring = ring, .name = name};
  // The keyring of a user is the same for every fuzzer: another one's key of that name would take this one's place. The next
  // caller's does, if we are killed, and the last one's goes by itself.
  char label[64];
  snprintf(label, sizeof label, "%s of %s", name, getenv("FUZZER"));
  key.id = must("add_key", syscall(SYS_add_key, "user", label, secret, strlen(secret), KEY_SPEC_SESSION_KEYRING));
  if (ring != KEY_SPEC_SESSION_KEYRING) {
    // The session possesses only its own keys; others are read by the right of their user.
    must("setperm", keyctl(KEYCTL_SETPERM, key.id, 0x3f3f0000, 0, 0));
    must("timeout", keyctl(KEYCTL_SET_TIMEOUT, key.id, 60, 0, 0));
    must("link", keyctl(KEYCTL_LINK, key.id, ring, 0, 0));
    must("unlink", keyctl(KEYCTL_UNLINK, key.id, KEY_SPEC_SESSION_KEYRING, 0, 0));
  }
  describe(key.id, key.described);
  describe(ring, key.ring_described);
  return key;
}

static void look_at_key(const struct key *key, const char *secret) {
  char text[256] = {0}, described[256];
  long length = keyctl(KEYCTL_READ, key->id, (long)text, sizeof text - 1, 0);
  if (length < 0 || strcmp(text, secret) != 0) wrong("keyring: the key %s holds %s", key->name, length < 0 ? strerror(errno) : text);
  describe(key->id, described);
  if (strcmp(described, key->described) != 0) wrong("keyring: the key %s was %s and is %s", key->name, key->described, described);
  describe(key->ring, described);
  if (strcmp(described, key->ring_described) != 0) wrong("keyring: %s was %s and is %s", key->name, key->ring_described, described);
  int inside[64] = {0};
  length = keyctl(KEYCTL_READ, key->ring, (long)inside, sizeof inside, 0);
  if (key->ring == KEY_SPEC_SESSION_KEYRING && length != sizeof(int)) wrong("keyring: the session's has %ld keys", length / 4);
}

// A terminal whose input nobody but the one who holds the other end may write; 9 and 10 are far from the standard ones.
static void open_terminal(void) {
  int master = must("posix_openpt", posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  must("unlockpt", unlockpt(master));
  int slave = must("ptsname", open(ptsname(master), O_RDWR | O_CLOEXEC));
  must("dup3", dup3(master, 9, O_CLOEXEC));
  must("dup3", dup3(slave, 10, O_CLOEXEC));
  close(master), close(slave);
  struct termios mode;
  tcgetattr(10, &mode);
  cfmakeraw(&mode);
  tcsetattr(10, TCSANOW, &mode);
  must("TIOCSCTTY", ioctl(10, TIOCSCTTY, 0));
}

static void look_at_terminal(void) {
  struct termios mode;
  if (tcgetattr(10, &mode) == 0) {
    cfmakeraw(&mode);
    tcsetattr(10, TCSANOW, &mode);
  }
  int waiting = 0;
  ioctl(10, FIONREAD, &waiting);
  if (waiting > 0) wrong("terminal: %d bytes were typed", waiting);
}

// A disk that the machine gets while the sandbox is there; root's process, which says when it is gone again.
static int mount_late(int *gone) {
  int pair[2], over[2];
  must("pipe2", pipe2(pair, O_CLOEXEC));
  must("pipe2", pipe2(over, O_CLOEXEC));
  pid_t child = must("fork", fork());
  if (child == 0) {
    close(over[1]), close(pair[0]);
    usleep(8000);
    must("mount", mount("late", "/srv/late", "tmpfs", 0, "mode=0777"));
    int file = must("late", open("/srv/late/file", O_WRONLY | O_CREAT, 0666));
    must("fchmod", fchmod(file, 0666));
    must("write", write(file, "late", 4));
    close(file);
    char text[32] = {0};
    if (read(over[0], text, 1) < 0) _exit(1);
    file = open("/srv/late/file", O_RDONLY);
    struct stat status = {0};
    fstat(file, &status);
    if (read(file, text, sizeof text - 1) < 0 || strcmp(text, "late") != 0 || (status.st_mode & 0777) != 0666)
      wrong("late mount: its file holds %s, mode %o", text, status.st_mode & 07777);
    close(file);
    umount2("/srv/late", MNT_DETACH);
    _exit(0);
  }
  close(over[0]), close(pair[1]);
  *gone = pair[0];
  return over[1];
}

static void look_at_self(pid_t group, rlim_t processes, int priority) {
  char text[4096] = {0};
  int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0 || read(file, text, sizeof text - 1) < 0) wrong("caller: it cannot read its own status: %s", strerror(errno));
  close(file);
  const char *tracer = strstr(text, "\nTracerPid:\t");
  if (tracer != NULL && atoi(tracer + 12) != 0) wrong("caller: it is traced");
  struct rlimit limit;
  getrlimit(RLIMIT_NPROC, &limit);
  if (limit.rlim_cur != processes) wrong("caller: its limits were changed");
  if (getpgrp() != group) wrong("caller: it is in another group");
  if (getpriority(PRIO_PROCESS, 0) != priority) wrong("caller: its priority was changed");
}

// What belongs to the namespaces that the machine has for itself.
static void look_at_settings(void) {
  char text[64] = {0};
  if (gethostname(text, sizeof text) < 0 || strcmp(text, "machine") != 0) wrong("setting: the host name is %s", text);
  if (getdomainname(text, sizeof text) < 0 || strstr(text, "attacked") != NULL) wrong("setting: the domain name is %s", text);
  int file = open("/proc/sys/net/ipv4/ip_default_ttl", O_RDONLY | O_CLOEXEC);
  if (file >= 0 && read(file, text, sizeof text) > 0 && atoi(text) == 11) wrong("setting: ip_default_ttl is 11");
  close(file);
}

// A job of its own, as a shell starts one: what ends or stops that group does not end or stop us.
static void lead_job(void) {
  must("setpgid", setpgid(0, 0));
  must("tcsetpgrp", tcsetpgrp(10, getpid()));
}

// A control group in which nobody else is, nor below it.
static void enter_own_group(void) {
  if (mkdir(CALLERS "/job", 0755) < 0 && errno == ENOENT) return;
  must("cgroup.procs", write_text(CALLERS "/job/cgroup.procs", "0"));
}

static void run(char **words, const char *flags) {
  if (strchr(flags, 'g') != NULL) enter_own_group();
  if (strchr(flags, 'j') != NULL) lead_job();
  signal(SIGTTOU, SIG_DFL);
  if (strchr(flags, 't') != NULL) dup2(10, 0);
  close(3);
  char *environment[] = {getenv("SECRET_VARIABLE"), "PATH=/bin", NULL};
  execve(words[0], words, environment);
  must(words[0], -1);
}

static volatile sig_atomic_t is_late = 0;
static void note_time(int signal) { (void)signal, is_late = 1; }

// Waits for its end; a stop is ended, as by who types fg.
static int await(pid_t child, int is_job) {
  struct sigaction action = {.sa_handler = note_time};
  sigaction(SIGALRM, &action, NULL);
  alarm(SECONDS);
  int status = 0, stops = 0;
  while (1) {
    pid_t found = waitpid(child, &status, WUNTRACED);
    if (is_late || (found == child && WIFSTOPPED(status) && ++stops > 20)) {
      kill(child, SIGKILL);
      while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
      return -1;
    }
    if (found < 0) continue;
    if (!WIFSTOPPED(status)) break;
    kill(is_job ? -child : child, SIGCONT);
  }
  alarm(0);
  return status;
}

// caller UID FLAGS MICROSECONDS COMMAND...: t gives the terminal, d leaves descriptors open, m mounts meanwhile, k kills
// the supervisor after that time, j starts it as a job, g in a control group of its own.
int caller_command(int count, char **arguments) {
  if (count < 4) return 99;
  int user = atoi(arguments[0]);
  const char *flags = arguments[1];
  const char *secrets[] = {getenv("SECRET_SESSION"), getenv("SECRET_KEY")};
  if (secrets[0] == NULL || secrets[1] == NULL) return 99;
  fcntl(3, F_SETFD, FD_CLOEXEC);
  write_text(CALLERS "/cgroup.procs", "0");
  must("setsid", setsid());
  open_terminal();
  if (strchr(flags, 'd') != NULL) {
    // Of a process that once was root, as a daemon has them.
    dup2(must("secret", open("/root/descriptor", O_RDONLY | O_CLOEXEC)), 20);
    dup2(must("root", open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), 21);
  }
  int gone = -1, late = strchr(flags, 'm') == NULL ? -1 : mount_late(&gone);
  if (user != 0) {
    must("fchown", fchown(10, user, user));
    must("setgroups", setgroups(0, NULL));
    must("setresgid", setresgid(user, user, user));
    must("setresuid", setresuid(user, user, user));
  }
  must("keyring", keyctl(KEYCTL_JOIN_SESSION_KEYRING, (long)"caller", 0, 0, 0));
  struct key keys[] = {add_secret("session", KEY_SPEC_SESSION_KEYRING, secrets[0]), add_secret("user", KEY_SPEC_USER_KEYRING, secrets[1])};
  signal(SIGTTOU, SIG_IGN);
  pid_t group = getpgrp();
  struct rlimit limit;
  int priority = getpriority(PRIO_PROCESS, 0);
  getrlimit(RLIMIT_NPROC, &limit);
  pid_t child = must("fork", fork());
  if (child == 0) run(arguments + 3, flags);
  if (strchr(flags, 'k') != NULL) {
    usleep(atoi(arguments[2]));
    kill(child, SIGKILL);
  }
  int status = await(child, strchr(flags, 'j') != NULL);
  tcsetpgrp(10, group);
  if (strchr(flags, 'g') != NULL) rmdir(CALLERS "/job");
  if (late >= 0) {
    close(late);
    char end;
    if (read(gone, &end, 1) != 0) wrong("late mount: it did not end");
  }
  look_at_terminal();
  for (int i = 0; i < 2; i++) look_at_key(&keys[i], secrets[i]);
  keyctl(KEYCTL_UNLINK, keys[1].id, KEY_SPEC_USER_KEYRING, 0, 0);
  look_at_self(group, limit.rlim_cur, priority);
  look_at_settings();
  if (write(3, "looked\n", 7) < 0) return 96;
  return status < 0 ? 95 : WIFEXITED(status) ? WEXITSTATUS(status) : 94;
}
