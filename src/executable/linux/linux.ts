/**
 * The system calls, one import each: `linux.kill(pid, signal)`.
 *
 * A result below zero is `-errno`, as the kernel gives it. A parameter of type
 * `usize` is an offset into linear memory, 0 standing for the null pointer; a
 * `u64` address is one of the process's own, handed through unread (see
 * `host.ts`). Structures lie in memory as the kernel lays them out; their
 * offsets are in the files beside this one.
 */

// Processes

/**
 * Starts a process that runs the function at index `entry` of the module's
 * table and ends with what it returns.
 *
 * With `CLONE_VM | CLONE_VFORK` both share the memory, and the caller goes on
 * when the child has called `execve` or has ended.
 */
export declare function clone(flags: i32, entry: i32): i32;
/** The same with a struct clone_args (clone(2)), which has no stack. */
export declare function clone3(argument: usize, size: i32, entry: i32): i32;
export declare function execve(path: u64, argv: u64, envp: u64): i32;
export declare function execveat(directory: i32, path: usize, argv: u64, envp: u64, flags: i32): i32;
export declare function exit_group(status: i32): void;
export declare function wait4(pid: i32, status: usize, options: i32): i32;
export declare function getpid(): i32;
export declare function getppid(): i32;
export declare function getpgid(pid: i32): i32;
export declare function getsid(pid: i32): i32;
export declare function setpgid(pid: i32, group: i32): i32;
export declare function setsid(): i32;
export declare function prctl(option: i32, argument: i64, third: i64): i32;
/** `argument`: an address. */
export declare function seccomp(operation: u32, flags: u32, argument: u64): i32;

// Namespaces

export declare function unshare(flags: i32): i32;
export declare function setns(file: i32, kind: i32): i32;
export declare function sethostname(name: u64, size: i32): i32;
export declare function setdomainname(name: u64, size: i32): i32;

// Signals

export declare function kill(pid: i32, signal: i32): i32;
/** A descriptor of the process: it stays that process's when the number is another's. */
export declare function pidfd_open(pid: i32, flags: i32): i32;
export declare function pidfd_send_signal(process: i32, signal: i32, information: usize, flags: i32): i32;
export declare function rt_sigprocmask(how: i32, set: usize, previous: usize): i32;
export declare function rt_sigaction(signal: i32, action: usize, previous: usize): i32;
/** A descriptor that is readable while a signal of the set is pending; `file` -1 makes a new one. */
export declare function signalfd4(file: i32, set: usize, size: i32, flags: i32): i32;
export declare function rt_sigtimedwait(set: usize, information: usize, timeout: usize): i32;

// Credentials and limits

export declare function getuid(): i32;
export declare function getgid(): i32;
export declare function umask(mode: i32): i32;
/** Returns how many there are; at most `count` are written. */
export declare function getgroups(count: i32, groups: usize): i32;
export declare function setgroups(count: i32, groups: usize): i32;
export declare function setresgid(real: u32, effective: u32, saved: u32): i32;
export declare function setresuid(real: u32, effective: u32, saved: u32): i32;
export declare function capget(header: usize, data: usize): i32;
export declare function capset(header: usize, data: usize): i32;
export declare function prlimit64(pid: i32, resource: i32, limit: usize, previous: usize): i32;

/** `argument`: the one that all operations used here have. */
export declare function keyctl(operation: i32, argument: i64): i32;

// Files

export declare function openat(directory: i32, path: usize, flags: i32, mode: i32): i32;
export declare function faccessat(directory: i32, path: usize, mode: i32): i32;
export declare function readlinkat(directory: i32, path: usize, buffer: usize, size: i32): i32;
export declare function getdents64(file: i32, buffer: usize, size: i32): i32;
export declare function read(file: i32, buffer: usize, size: i32): i32;
export declare function write(file: i32, buffer: usize, size: i32): i32;
export declare function lseek(file: i32, offset: i64, from: i32): i64;
/** Writes one buffer, at the file's own position. */
export declare function pwritev2(file: i32, buffer: usize, size: i32, flags: i32): i32;
export declare function close(file: i32): i32;
export declare function close_range(first: u32, last: u32, flags: u32): i32;
export declare function fcntl(file: i32, command: i32, argument: i32): i32;
export declare function ioctl(file: i32, request: u32, argument: usize): i32;
export declare function ppoll(files: usize, count: i32, timeout: usize): i32;
export declare function chdir(path: usize): i32;
export declare function fchdir(directory: i32): i32;
/** The path takes `size` bytes at most; the result counts its NUL. */
export declare function getcwd(buffer: usize, size: i32): i32;
export declare function openat2(directory: i32, path: u64, how: usize): i32;
export declare function mkdirat(directory: i32, path: u64, mode: i32): i32;
export declare function mknodat(directory: i32, path: usize, mode: i32, device: i32): i32;
export declare function symlinkat(target: u64, directory: i32, path: u64): i32;
export declare function unlinkat(directory: i32, path: usize, flags: i32): i32;
/** An id of -1 stays. */
export declare function fchown(file: i32, uid: u32, gid: u32): i32;
export declare function fchmod(file: i32, mode: i32): i32;
export declare function chmod(path: usize, mode: i32): i32;
export declare function statx(directory: i32, path: usize, flags: i32, mask: u32, result: usize): i32;
/** A struct statfs. */
export declare function fstatfs(file: i32, result: usize): i32;
export declare function fcntl_lock(file: i32, command: i32, lock: usize): i32;
export declare function memfd_create(name: usize, flags: u32): i32;
export declare function socket(family: i32, type: i32, protocol: i32): i32;
export declare function socketpair(family: i32, type: i32, protocol: i32, pair: usize): i32;
/** A struct msghdr, here and below. */
export declare function sendmsg(socket: i32, header: usize, flags: i32): i32;
export declare function recvmsg(socket: i32, header: usize, flags: i32): i32;
export declare function flock(file: i32, operation: i32): i32;

// Landlock

export declare function landlock_create_ruleset(attributes: usize, size: i32, flags: u32): i32;
export declare function landlock_add_rule(ruleset: i32, type: i32, rule: usize, flags: u32): i32;
export declare function landlock_restrict_self(ruleset: i32, flags: u32): i32;

// Mounts

export declare function open_tree(directory: i32, path: u64, flags: u32): i32;
/** Moves the mount `from` itself onto the place at `path` in the directory `to`. */
export declare function move_mount(from: i32, to: i32, path: usize, flags: u32): i32;
export declare function mount_setattr(directory: i32, path: usize, flags: u32, attributes: usize, size: i32): i32;
export declare function fsopen(type: usize, flags: u32): i32;
export declare function fsconfig(context: i32, command: u32, key: usize, value: u64, auxiliary: i32): i32;
export declare function fsmount(context: i32, flags: u32, attributes: u32): i32;
export declare function pivot_root(root: usize, old: usize): i32;
/** mount(2), for what the calls above cannot do. */
export declare function mount(source: usize, target: usize, type: usize, flags: u64, data: usize): i32;
export declare function umount2(path: usize, flags: i32): i32;

// Time

export declare function clock_gettime(clock: i32, time: usize): i32;
