// What a restricted payload may still do: each word is an attempt, and each line of the output one and its errno, 0 when
// it went well. A word is NAME or NAME:VALUE. Calls are given what fails when it gets as far as the kernel's own code.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <unistd.h>

static const struct {
  const char *name;
  long number;
} calls[] = {
#define CALL(name) {#name, SYS_##name}
    CALL(acct), CALL(add_key), CALL(adjtimex), CALL(bpf), CALL(clock_adjtime), CALL(clock_settime), CALL(clone3),
    CALL(delete_module), CALL(fanotify_init), CALL(finit_module), CALL(fsconfig), CALL(fsmount), CALL(fsopen),
    CALL(fspick), CALL(get_mempolicy), CALL(init_module), CALL(io_uring_enter), CALL(io_uring_register),
    CALL(io_uring_setup), CALL(kcmp), CALL(kexec_load), CALL(keyctl), CALL(mbind), CALL(mount), CALL(mount_setattr),
    CALL(move_mount), CALL(move_pages), CALL(open_by_handle_at), CALL(open_tree), CALL(perf_event_open),
    CALL(pidfd_getfd), CALL(pivot_root), CALL(process_madvise), CALL(quotactl), CALL(quotactl_fd), CALL(reboot),
    CALL(request_key), CALL(set_mempolicy), CALL(setdomainname), CALL(sethostname), CALL(setns), CALL(settimeofday),
    CALL(swapoff), CALL(swapon), CALL(syslog), CALL(umount2), CALL(userfaultfd),
    // Allowed by the built-in lists, or by `default` alone.
    CALL(chdir), CALL(openat), CALL(read), CALL(futex), CALL(faccessat2), CALL(ptrace), CALL(shmget), CALL(setresuid),
    CALL(mknodat), CALL(chroot), CALL(process_vm_readv),
#ifdef __x86_64__
    CALL(uselib), CALL(iopl), CALL(ioperm), CALL(_sysctl), CALL(ustat),
#endif
    {"open_tree_attr", 467}, {"newer", 490}, {"x32", 0x40000000 | SYS_getpid}, {"none", -1},
};

static int failure(long result) { return result < 0 ? errno : 0; }

// In a child of its own; flags beside the signal of its end.
static int cloned(unsigned long flags) {
  long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  int error = failure(pid);
  if (pid > 0) waitpid(pid, NULL, __WALL);
  return error;
}

static int unshared(int flags) {
  pid_t pid = fork();
  if (pid == 0) _exit(failure(syscall(SYS_unshare, flags)));
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

static int opened(const char *path, int flags) {
  int file = open(path, flags | O_CLOEXEC, 0600);
  int error = failure(file);
  if (file >= 0) close(file);
  return error;
}

static int executed(char *path) {
  pid_t pid = fork();
  if (pid == 0) {
    execl(path, path, NULL);
    _exit(errno);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

static int reached(int port, int connects) {
  int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int error = failure((connects ? connect : bind)(file, (struct sockaddr *)&address, sizeof address));
  close(file);
  return error;
}

static int reached_abstract(const char *name) {
  int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {AF_UNIX, ""};
  strcpy(address.sun_path + 1, name);
  return failure(connect(file, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name)));
}

static int opened_socket(int family) {
  int file = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int error = failure(file);
  if (file >= 0) close(file);
  return error;
}

static int traced(pid_t pid) {
  long result = ptrace(PTRACE_SEIZE, pid, 0, 0);
  return failure(result);
}

#ifdef __x86_64__
static int called_i386(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
  return result < 0 ? -result : 0;
}
#endif

static int attempt(const char *name, char *value) {
  long number = value == NULL ? 0 : strtol(value, NULL, 0);
  if (strcmp(name, "read-file") == 0) return opened(value, O_RDONLY);
  if (strcmp(name, "write-file") == 0) return opened(value, O_WRONLY);
  if (strcmp(name, "truncate-file") == 0) return failure(truncate(value, 0));
  if (strcmp(name, "make-file") == 0) return opened(value, O_WRONLY | O_CREAT | O_EXCL);
  if (strcmp(name, "make-fifo") == 0) return failure(mkfifo(value, 0600));
  if (strcmp(name, "make-device") == 0) return failure(mknod(value, S_IFCHR | 0600, 0x103));
  if (strcmp(name, "remove-file") == 0) return failure(unlink(value));
  if (strcmp(name, "list") == 0) return opened(value, O_RDONLY | O_DIRECTORY);
  if (strcmp(name, "execute") == 0) return executed(value);
  if (strcmp(name, "connect") == 0) return reached(number, 1);
  if (strcmp(name, "bind") == 0) return reached(number, 0);
  if (strcmp(name, "abstract") == 0) return reached_abstract(value);
  if (strcmp(name, "socket") == 0) return opened_socket(number);
  if (strcmp(name, "kill") == 0) return failure(kill(number == 0 ? getppid() : number, 0));
  if (strcmp(name, "trace-parent") == 0) return traced(getppid());
  if (strcmp(name, "clone") == 0) return cloned(number);
  if (strcmp(name, "unshare") == 0) return unshared(number);
  if (strcmp(name, "personality") == 0) return failure(syscall(SYS_personality, number));
  if (strcmp(name, "ioctl") == 0) return failure(syscall(SYS_ioctl, -1, number, 1));
  if (strcmp(name, "landlock-version") == 0) return syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
#ifdef __x86_64__
  if (strcmp(name, "i386") == 0) return called_i386();
#endif
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp(calls[i].name, name) == 0) return failure(syscall(calls[i].number, -1L, -1L, -1L, -1L, -1L, -1L));
  dprintf(2, "no such attempt: %s\n", name);
  _exit(99);
}

int main(int count, char **words) {
  for (int i = 1; i < count; i++) {
    char *value = strchr(words[i], ':');
    if (value != NULL) *value++ = 0;
    int error = attempt(words[i], value);
    printf("%s%s%s %d\n", words[i], value == NULL ? "" : ":", value == NULL ? "" : value, error);
    fflush(stdout);
  }
  return 0;
}
