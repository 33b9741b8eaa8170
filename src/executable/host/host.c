/*
 * The only C: it starts the module, makes the system calls that the module asks
 * for, one function each, and copies between the process's memory and the
 * module's. It decides nothing.
 */
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/uio.h>

#if defined(__x86_64__)
#include "x64.h"
#elif defined(__aarch64__)
#include "arm64.h"
#else
#error "no start-up code for this architecture"
#endif

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
/* Of the stack: what waiting and all that a signal brings about may take, and more than starting has ever taken. */
#define WAITING_DEPTH 1024
#define STARTING_DEPTH 65536

#include "module.h"

/*
 * All that changes besides linear memory: the one instance of the module, where the kernel's stack begins, and by how much
 * linear memory has grown. It lies
 * within linear memory, before the heap: both are written by every run, and so are on the same page (see layout.ld). The
 * module's heap begins so much later than it would (see scripts/build/wasm2c.ts), by a multiple of 16; of its first block
 * the header, four bytes, would lie within the state otherwise.
 */
static struct {
  w2c_rein module;
  long *initial_stack;
  u64 grown_pages;
} state __attribute__((section(".bss.state")));
#define STATE_SIZE ((sizeof state + 4 + 15) & -16)
/* Where the module would have its heap begin, four bytes before a block: a page further, and behind the state. */
#define HEAP_START(constants_end) ((((constants_end) + 4 + 4095) & -4096) - 4 + STATE_SIZE)

#include "module.c"

/* What the module calls by its number; no function has the number 0. */
static const wasm_rt_funcref_t functions[] = {
    {0},
#include "functions.h"
};

/* The module's constants, at the start of linear memory (see layout.ld). */
__asm__(".section .image, \"aw\"\n"
        ".incbin \"memory.image\"\n"
        ".previous\n");

/* What gcc calls on its own for copies and comparisons; there is no C library to take them from. */
__attribute__((used)) void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  u8 *out = to;
  for (const u8 *in = from; size > 0; size--) *out++ = *in++;
  return to;
}

__attribute__((used)) void *memmove(void *to, const void *from, size_t size) {
  if ((uintptr_t)to - (uintptr_t)from >= size) return memcpy(to, from, size);
  while (size-- > 0) ((u8 *)to)[size] = ((const u8 *)from)[size];
  return to;
}

__attribute__((used)) void *memset(void *to, int value, size_t size) {
  for (u8 *out = to; size > 0; size--) *out++ = (u8)value;
  return to;
}

__attribute__((used)) int memcmp(const void *left, const void *right, size_t size) {
  const u8 *a = left, *b = right;
  for (; size > 0; size--, a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}

/* Where a filter refuses the one, the other ends the only thread that there is; and where it refuses both, a fault does. */
_Noreturn static void exit_group(int status) {
  system_call(__NR_exit_group, status, 0, 0, 0, 0);
  system_call(__NR_exit, status, 0, 0, 0, 0);
  __builtin_trap();
}

/* A fault of ours that wasm's rules stopped. The exit status is that of our refusals. */
_Noreturn void wasm_rt_trap(wasm_rt_trap_t trap) {
  static const char message[] = "rein: internal error\n";
  (void)trap;
  system_call(__NR_write, 2, (long)message, sizeof message - 1, 0, 0);
  exit_group(125);
}

/*
 * Memory is taken while options are read, and never after. It goes on behind the code: what lies between is nobody's. A
 * kernel before Linux 4.17 takes the place for a wish.
 */
uint64_t wasm_rt_grow_memory(const wasm_rt_memory_t *m, uint64_t pages) {
  u64 old_end = (MEMORY_PAGES + state.grown_pages) * WASM_DEFAULT_PAGE_SIZE;
  u64 start = old_end < MEMORY_GROWTH ? MEMORY_GROWTH : old_end;
  u64 end = old_end + pages * WASM_DEFAULT_PAGE_SIZE;
  if (end >= m->size || system_call6(__NR_mmap, start, end - start, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (long)start) {
    w2c_rein_outOfMemory(&state.module);
    wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
  }
  state.grown_pages += pages;
  return 0;
}

/* Where the process begins: the kernel's stack holds argc, argv, NULL, envp, NULL (execve(2)). */
__attribute__((used)) _Noreturn static void start(long *stack) {
  state.initial_stack = stack;
  /*
   * In place of wasm2c_rein_instantiate, which would put constants and table together at every start, from second copies
   * in the file, and on pages that are the process's own from then on. Memory is linked in as it is to be.
   */
  init_globals(&state.module);
  state.module.w2c_0 = (wasm_rt_funcref_table_t){(wasm_rt_funcref_t *)functions, COUNT(functions), COUNT(functions)};
  w2c_rein_initialize(&state.module);
  exit_group((int)w2c_rein_main(&state.module));
}

/* Where a cloned process begins. */
__attribute__((used)) _Noreturn static void start_child(long entry) {
  exit_group((int)w2c_rein_child(&state.module, (u32)entry));
}

/* What is at an offset in linear memory. */
static inline u8 *at(u32 offset) { return (u8 *)(uintptr_t)offset; }

/* host.ts */

#define HOST(result, name, ...) result w2c_host_##name(struct w2c_host *unused, ##__VA_ARGS__)

HOST(u32, argumentCount) { return (u32)*state.initial_stack; }
HOST(u64, argumentVector) { return (u64)(state.initial_stack + 1); }
HOST(u64, environmentVector) { return (u64)(state.initial_stack + 1 + *state.initial_stack + 1); }
/* Behind envp lie pairs of a type and a value, up to the type 0. */
HOST(u64, auxiliaryValue, u32 type) {
  long *at = state.initial_stack + 1 + *state.initial_stack + 1;
  while (*at++ != 0) {}
  while (*at != 0 && *at != (long)type) at += 2;
  return *at == 0 ? 0 : (u64)at[1];
}
HOST(u64, loadAddress, u64 vector, u32 index) { return ((unsigned long *)vector)[(s32)index]; }
HOST(void, storeAddress, u64 vector, u32 index, u64 address) { ((unsigned long *)vector)[(s32)index] = address; }
HOST(u64, vectorFrom, u64 vector, u32 index) { return (u64)((unsigned long *)vector + (s32)index); }
HOST(u32, vectorSize, u32 count) { return count * sizeof(long); }
HOST(u64, addressOf, u32 offset) { return offset; }

HOST(u32, length, u64 address) {
  u32 size = 0;
  while (((const char *)address)[size] != 0) size++;
  return size;
}

/* FNV-1a. */
HOST(u32, hashOfName, u64 address) {
  u32 hash = 0x811c9dc5;
  for (const u8 *at = (const u8 *)address; *at != 0 && *at != '='; at++) hash = (hash ^ *at) * 0x01000193;
  return hash;
}

HOST(void, copyIn, u32 offset, u64 address, u32 size) {
  RANGE_CHECK(&linear_memory, offset, size);
  memcpy(at(offset), (const void *)address, size);
}

HOST(void, copyOut, u64 address, u32 offset, u32 size) {
  RANGE_CHECK(&linear_memory, offset, size);
  memcpy((void *)address, at(offset), size);
}

extern void no_action(int), return_from_action(void);
HOST(u64, noAction) { return (u64)no_action; }
HOST(u64, returnFromAction) { return (u64)return_from_action; }

/*
 * See layout.ld. Where pages are larger than its code is aligned to, the kernel refuses, and nothing is lost. Between
 * the segments there may be pages of nobody's: the kernel says so, and does the rest.
 */
HOST(void, giveBackCold) {
  extern char constants_start[], constants_end[], cold_start[], cold_end[];
  system_call(__NR_madvise, (long)constants_start, constants_end - constants_start, MADV_DONTNEED, 0, 0);
  system_call(__NR_madvise, (long)cold_start, cold_end - cold_start, MADV_DONTNEED, 0, 0);
  /* Of the stack what lay deeper than waiting goes: options were read there, and the payload's process began there. */
  long deepest = ((long)__builtin_frame_address(0) - WAITING_DEPTH) & -4096;
  system_call(__NR_madvise, deepest - STARTING_DEPTH, STARTING_DEPTH, MADV_DONTNEED, 0, 0);
}

HOST(u32, startsWith, u64 address, u32 offset, u32 size) {
  RANGE_CHECK(&linear_memory, offset, size);
  const char *text = (const char *)address;
  for (u32 i = 0; i < size; i++)
    if (text[i] != (char)at(offset)[i]) return 0;
  return 1;
}

/* The numbers of the calls that confine/seccomp-calls.ts names, in its order; -1 for what this architecture does not have. */
static const short system_call_numbers[] = {
#include "system-calls.h"
};
HOST(u32, systemCallNumber, u32 index) { return (u32)system_call_numbers[index]; }
HOST(u32, auditArchitecture) { return AUDIT_ARCHITECTURE; }

/* linux.ts: a system call each. Offsets are pointers, 0 the null pointer; numbers keep their sign. */

static inline long pointer(u32 offset) { return (long)at(offset); }

#define CALL(name, a, b, c, d, e) ((u32)system_call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e)))
#define CALL6(name, a, b, c, d, e, f) \
  system_call6(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define LINUX(result, name, ...) result w2c_linux_##name(struct w2c_linux *unused, ##__VA_ARGS__)
#define SET_SIZE 8

LINUX(u32, clone, u32 flags, u32 entry) { return (u32)clone_process(__NR_clone, (s32)flags, 0, entry); }
LINUX(u32, clone3, u32 arguments, u32 size, u32 entry) {
  return (u32)clone_process(__NR_clone3, pointer(arguments), size, entry);
}
LINUX(u32, execve, u64 path, u64 argv, u64 envp) { return CALL(execve, path, argv, envp, 0, 0); }
LINUX(u32, execveat, u32 directory, u32 path, u64 argv, u64 envp, u32 flags) {
  return CALL(execveat, (s32)directory, pointer(path), argv, envp, (s32)flags);
}
LINUX(void, exit_group, u32 status) { exit_group((int)status); }
LINUX(u32, wait4, u32 pid, u32 status, u32 options) { return CALL(wait4, (s32)pid, pointer(status), (s32)options, 0, 0); }
LINUX(u32, getpid) { return CALL(getpid, 0, 0, 0, 0, 0); }
LINUX(u32, getppid) { return CALL(getppid, 0, 0, 0, 0, 0); }
LINUX(u32, getpgid, u32 pid) { return CALL(getpgid, (s32)pid, 0, 0, 0, 0); }
LINUX(u32, getsid, u32 pid) { return CALL(getsid, (s32)pid, 0, 0, 0, 0); }
LINUX(u32, setpgid, u32 pid, u32 group) { return CALL(setpgid, (s32)pid, (s32)group, 0, 0, 0); }
LINUX(u32, setsid) { return CALL(setsid, 0, 0, 0, 0, 0); }
LINUX(u32, prctl, u32 option, u64 argument, u64 third) { return CALL(prctl, (s32)option, argument, third, 0, 0); }
LINUX(u32, seccomp, u32 operation, u32 flags, u64 argument) { return CALL(seccomp, operation, flags, argument, 0, 0); }

LINUX(u32, unshare, u32 flags) { return CALL(unshare, (s32)flags, 0, 0, 0, 0); }
LINUX(u32, setns, u32 file, u32 kind) { return CALL(setns, (s32)file, (s32)kind, 0, 0, 0); }
LINUX(u32, sethostname, u64 name, u32 size) { return CALL(sethostname, name, (s32)size, 0, 0, 0); }
LINUX(u32, setdomainname, u64 name, u32 size) { return CALL(setdomainname, name, (s32)size, 0, 0, 0); }

LINUX(u32, kill, u32 pid, u32 signal) { return CALL(kill, (s32)pid, (s32)signal, 0, 0, 0); }
LINUX(u32, pidfd_open, u32 pid, u32 flags) { return CALL(pidfd_open, (s32)pid, (s32)flags, 0, 0, 0); }
LINUX(u32, pidfd_send_signal, u32 process, u32 signal, u32 information, u32 flags) {
  return CALL(pidfd_send_signal, (s32)process, (s32)signal, pointer(information), (s32)flags, 0);
}
LINUX(u32, rt_sigprocmask, u32 how, u32 set, u32 previous) {
  return CALL(rt_sigprocmask, (s32)how, pointer(set), pointer(previous), SET_SIZE, 0);
}
LINUX(u32, rt_sigaction, u32 signal, u32 action, u32 previous) {
  return CALL(rt_sigaction, (s32)signal, pointer(action), pointer(previous), SET_SIZE, 0);
}
LINUX(u32, signalfd4, u32 file, u32 set, u32 size, u32 flags) {
  return CALL(signalfd4, (s32)file, pointer(set), (s32)size, (s32)flags, 0);
}
LINUX(u32, rt_sigtimedwait, u32 set, u32 information, u32 timeout) {
  return CALL(rt_sigtimedwait, pointer(set), pointer(information), pointer(timeout), SET_SIZE, 0);
}

LINUX(u32, getuid) { return CALL(getuid, 0, 0, 0, 0, 0); }
LINUX(u32, getgid) { return CALL(getgid, 0, 0, 0, 0, 0); }
LINUX(u32, umask, u32 mode) { return CALL(umask, mode, 0, 0, 0, 0); }
LINUX(u32, getgroups, u32 count, u32 groups) { return CALL(getgroups, (s32)count, pointer(groups), 0, 0, 0); }
LINUX(u32, setgroups, u32 count, u32 groups) { return CALL(setgroups, (s32)count, pointer(groups), 0, 0, 0); }
LINUX(u32, setresgid, u32 real, u32 effective, u32 saved) { return CALL(setresgid, real, effective, saved, 0, 0); }
LINUX(u32, setresuid, u32 real, u32 effective, u32 saved) { return CALL(setresuid, real, effective, saved, 0, 0); }
LINUX(u32, capget, u32 header, u32 data) { return CALL(capget, pointer(header), pointer(data), 0, 0, 0); }
LINUX(u32, capset, u32 header, u32 data) { return CALL(capset, pointer(header), pointer(data), 0, 0, 0); }
LINUX(u32, prlimit64, u32 pid, u32 resource, u32 limit, u32 previous) {
  return CALL(prlimit64, (s32)pid, (s32)resource, pointer(limit), pointer(previous), 0);
}

LINUX(u32, keyctl, u32 operation, u64 argument) { return CALL(keyctl, (s32)operation, argument, 0, 0, 0); }

LINUX(u32, openat, u32 directory, u32 path, u32 flags, u32 mode) {
  return CALL(openat, (s32)directory, pointer(path), (s32)flags, mode, 0);
}
LINUX(u32, faccessat, u32 directory, u32 path, u32 mode) {
  return CALL(faccessat, (s32)directory, pointer(path), (s32)mode, 0, 0);
}
LINUX(u32, readlinkat, u32 directory, u32 path, u32 buffer, u32 size) {
  return CALL(readlinkat, (s32)directory, pointer(path), pointer(buffer), (s32)size, 0);
}
LINUX(u32, getdents64, u32 file, u32 buffer, u32 size) { return CALL(getdents64, (s32)file, pointer(buffer), (s32)size, 0, 0); }
LINUX(u32, read, u32 file, u32 buffer, u32 size) { return CALL(read, (s32)file, pointer(buffer), (s32)size, 0, 0); }
LINUX(u32, write, u32 file, u32 buffer, u32 size) { return CALL(write, (s32)file, pointer(buffer), (s32)size, 0, 0); }
LINUX(u64, lseek, u32 file, u64 offset, u32 from) {
  return (u64)system_call(__NR_lseek, (s32)file, (long)offset, (s32)from, 0, 0);
}
LINUX(u32, pwritev2, u32 file, u32 buffer, u32 size, u32 flags) {
  struct iovec vector = {at(buffer), size};
  /* The position -1: where the file is, as write(2) has it. */
  return (u32)CALL6(pwritev2, (s32)file, &vector, 1, -1, -1, flags);
}
LINUX(u32, close, u32 file) { return CALL(close, (s32)file, 0, 0, 0, 0); }
LINUX(u32, close_range, u32 first, u32 last, u32 flags) { return CALL(close_range, first, last, flags, 0, 0); }
LINUX(u32, fcntl, u32 file, u32 command, u32 argument) { return CALL(fcntl, (s32)file, (s32)command, (s32)argument, 0, 0); }
LINUX(u32, ioctl, u32 file, u32 request, u32 argument) { return CALL(ioctl, (s32)file, request, pointer(argument), 0, 0); }
LINUX(u32, ppoll, u32 files, u32 count, u32 timeout) {
  return CALL(ppoll, pointer(files), (s32)count, pointer(timeout), 0, SET_SIZE);
}
LINUX(u32, chdir, u32 path) { return CALL(chdir, pointer(path), 0, 0, 0, 0); }
LINUX(u32, fchdir, u32 directory) { return CALL(fchdir, (s32)directory, 0, 0, 0, 0); }
LINUX(u32, getcwd, u32 buffer, u32 size) { return CALL(getcwd, pointer(buffer), (s32)size, 0, 0, 0); }
LINUX(u32, openat2, u32 directory, u64 path, u32 how) {
  return CALL(openat2, (s32)directory, path, pointer(how), 24, 0);
}
LINUX(u32, mknodat, u32 directory, u32 path, u32 mode, u32 device) {
  return CALL(mknodat, (s32)directory, pointer(path), mode, device, 0);
}
LINUX(u32, mkdirat, u32 directory, u64 path, u32 mode) { return CALL(mkdirat, (s32)directory, path, mode, 0, 0); }
LINUX(u32, symlinkat, u64 target, u32 directory, u64 path) { return CALL(symlinkat, target, (s32)directory, path, 0, 0); }
LINUX(u32, unlinkat, u32 directory, u32 path, u32 flags) {
  return CALL(unlinkat, (s32)directory, pointer(path), (s32)flags, 0, 0);
}
LINUX(u32, fchown, u32 file, u32 uid, u32 gid) { return CALL(fchown, (s32)file, uid, gid, 0, 0); }
LINUX(u32, fchmod, u32 file, u32 mode) { return CALL(fchmod, (s32)file, mode, 0, 0, 0); }
LINUX(u32, chmod, u32 path, u32 mode) { return CALL(fchmodat, AT_FDCWD, pointer(path), mode, 0, 0); }
LINUX(u32, statx, u32 directory, u32 path, u32 flags, u32 mask, u32 result) {
  return CALL(statx, (s32)directory, pointer(path), (s32)flags, mask, pointer(result));
}
LINUX(u32, fstatfs, u32 file, u32 result) { return CALL(fstatfs, (s32)file, pointer(result), 0, 0, 0); }
LINUX(u32, fcntl_lock, u32 file, u32 command, u32 lock) {
  return CALL(fcntl, (s32)file, (s32)command, pointer(lock), 0, 0);
}
LINUX(u32, memfd_create, u32 name, u32 flags) { return CALL(memfd_create, pointer(name), flags, 0, 0, 0); }
LINUX(u32, socket, u32 family, u32 type, u32 protocol) {
  return CALL(socket, (s32)family, (s32)type, (s32)protocol, 0, 0);
}
LINUX(u32, socketpair, u32 family, u32 type, u32 protocol, u32 pair) {
  return CALL(socketpair, (s32)family, (s32)type, (s32)protocol, pointer(pair), 0);
}
LINUX(u32, sendmsg, u32 socket, u32 header, u32 flags) {
  return CALL(sendmsg, (s32)socket, pointer(header), (s32)flags, 0, 0);
}
LINUX(u32, recvmsg, u32 socket, u32 header, u32 flags) {
  return CALL(recvmsg, (s32)socket, pointer(header), (s32)flags, 0, 0);
}
LINUX(u32, flock, u32 file, u32 operation) { return CALL(flock, (s32)file, (s32)operation, 0, 0, 0); }

LINUX(u32, landlock_create_ruleset, u32 attributes, u32 size, u32 flags) {
  return CALL(landlock_create_ruleset, pointer(attributes), size, flags, 0, 0);
}
LINUX(u32, landlock_add_rule, u32 ruleset, u32 type, u32 rule, u32 flags) {
  return CALL(landlock_add_rule, (s32)ruleset, type, pointer(rule), flags, 0);
}
LINUX(u32, landlock_restrict_self, u32 ruleset, u32 flags) {
  return CALL(landlock_restrict_self, (s32)ruleset, flags, 0, 0, 0);
}

LINUX(u32, open_tree, u32 directory, u64 path, u32 flags) { return CALL(open_tree, (s32)directory, path, flags, 0, 0); }
LINUX(u32, move_mount, u32 from, u32 to, u32 path, u32 flags) {
  return CALL(move_mount, (s32)from, "", (s32)to, pointer(path), flags);
}
LINUX(u32, mount_setattr, u32 directory, u32 path, u32 flags, u32 attributes, u32 size) {
  return CALL(mount_setattr, (s32)directory, pointer(path), flags, pointer(attributes), size);
}
LINUX(u32, fsopen, u32 type, u32 flags) { return CALL(fsopen, pointer(type), flags, 0, 0, 0); }
LINUX(u32, fsconfig, u32 context, u32 command, u32 key, u64 value, u32 auxiliary) {
  return CALL(fsconfig, (s32)context, command, pointer(key), value, (s32)auxiliary);
}
LINUX(u32, fsmount, u32 context, u32 flags, u32 attributes) { return CALL(fsmount, (s32)context, flags, attributes, 0, 0); }
LINUX(u32, pivot_root, u32 root, u32 old) { return CALL(pivot_root, pointer(root), pointer(old), 0, 0, 0); }
LINUX(u32, mount, u32 source, u32 target, u32 type, u64 flags, u32 data) {
  return CALL(mount, pointer(source), pointer(target), pointer(type), flags, pointer(data));
}
LINUX(u32, umount2, u32 path, u32 flags) { return CALL(umount2, pointer(path), (s32)flags, 0, 0, 0); }

LINUX(u32, clock_gettime, u32 clock, u32 time) { return CALL(clock_gettime, (s32)clock, pointer(time), 0, 0, 0); }
