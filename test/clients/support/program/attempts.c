#define _GNU_SOURCE
#include "program.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int new_user_namespace(void) { return unshare(CLONE_NEWUSER); }
static int new_mount_namespace(void) { return unshare(CLONE_NEWNS); }
static int mount_tmpfs(void) { return mount("tmpfs", "/", "tmpfs", 0, ""); }
static int remount_root(void) { return mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL); }
static int set_host_name(void) { return sethostname("inspected", 9); }
static int become_root(void) { return setuid(0); }
static int become_another(void) { return setuid(12345); }
static int change_root(void) { return chroot("/"); }
static int write_root(void) { return mkdir("/inspected", 0700) == 0 ? rmdir("/inspected") : -1; }
static int raise_limit(void) { return nice(-1) == -1 ? -1 : 0; }
static int kernel_keyring(void) { return syscall(SYS_keyctl, 0, -3, 1, 0, 0) < 0 ? -1 : 0; }
static int make_device(void) {
  if (mknod("/tmp/inspected", S_IFCHR | 0600, 0x103) != 0) return -1;
  return unlink("/tmp/inspected");
}
/** A node for /dev/null's device: one that anybody may have. */
static int use_own_device(void) {
  if (mknod("/dev/inspected", S_IFCHR | 0600, 0x103) != 0) return -1;
  int device = open("/dev/inspected", O_RDONLY), error = errno;
  unlink("/dev/inspected");
  errno = error;
  return device < 0 ? -1 : 0;
}
static int type_on_terminal(void) {
  int terminal = open("/dev/tty", O_RDWR);
  return terminal < 0 ? -1 : ioctl(terminal, TIOCSTI, "");
}
static int map_executable_zero(void) {
  int zero = open("/dev/zero", O_RDWR);
  if (zero < 0) return -1;
  return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, zero, 0) == MAP_FAILED ? -1 : 0;
}
static int use_terminals(void) {
  int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  if (terminal < 0) return -1;
  return unlockpt(terminal) == 0 && ptsname(terminal) != NULL ? 0 : -1;
}
static int write_sysctl(void) { return open("/proc/sys/kernel/hostname", O_WRONLY) < 0 ? -1 : 0; }
static int read_init_environment(void) { return open("/proc/1/environ", O_RDONLY) < 0 ? -1 : 0; }
static int read_init_root(void) { return open("/proc/1/root", O_PATH | O_DIRECTORY) < 0 ? -1 : 0; }
static int raw_socket(void) { return syscall(SYS_socket, AF_INET, 3, IPPROTO_ICMP) < 0 ? -1 : 0; }
static int connect_loopback(void) {
  int socket_ = syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  return syscall(SYS_connect, socket_, &address, sizeof address);
}

static void attempt(const char *what, int (*action)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(action() == 0 ? 0 : errno);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) < 0) seen(strerrorname_np(errno), "attempt %s (fork)", what);
  else if (WIFSIGNALED(status)) seen("killed", "attempt %s", what);
  else seen(WEXITSTATUS(status) == 0 ? "done" : strerrorname_np(WEXITSTATUS(status)), "attempt %s", what);
}

static void interfaces(void) {
  struct if_nameindex *names = if_nameindex();
  char text[4096] = "";
  int socket_ = syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0), length = 0;
  for (struct if_nameindex *next = names; next != NULL && next->if_name != NULL && length < 4000; next++) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, next->if_name, IFNAMSIZ - 1);
    ioctl(socket_, SIOCGIFFLAGS, &request);
    length += snprintf(text + length, sizeof text - length, "%s %s ", next->if_name,
                       (request.ifr_flags & IFF_UP) != 0 ? "up" : "down");
  }
  if (socket_ >= 0) close(socket_);
  if (names != NULL) if_freenameindex(names);
  seen(text, "network interfaces");
}

void inspect_attempts(void) {
  interfaces();
  attempt("a user namespace", new_user_namespace);
  attempt("a mount namespace", new_mount_namespace);
  attempt("mount a tmpfs", mount_tmpfs);
  attempt("remount the root", remount_root);
  attempt("a file in the root", write_root);
  attempt("set the host name", set_host_name);
  attempt("setuid(0)", become_root);
  attempt("setuid(12345)", become_another);
  attempt("chroot", change_root);
  attempt("nice(-1)", raise_limit);
  attempt("a session keyring", kernel_keyring);
  attempt("a device node", make_device);
  attempt("use a device node of its own in /dev", use_own_device);
  attempt("type on the terminal", type_on_terminal);
  attempt("map /dev/zero to execute", map_executable_zero);
  attempt("a pseudoterminal", use_terminals);
  attempt("write a sysctl", write_sysctl);
  attempt("read PID 1's environment", read_init_environment);
  attempt("reach PID 1's root", read_init_root);
  attempt("a raw socket", raw_socket);
  attempt("connect to the loopback", connect_loopback);
}
