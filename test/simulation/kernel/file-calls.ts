// The system calls about files, for whoever runs the module.

import { Capability } from "./attributes.ts";
import { MILLISECOND } from "./clock.ts";
import { Errno } from "./errno.ts";
import { type OpenFile, writeTo } from "./files.ts";
import type { Kernel } from "./kernel.ts";
import type { LinearMemory } from "./linear-memory.ts";
import type { SystemCalls } from "./module.ts";
import type { Process } from "./process.ts";
import { bit, Code } from "./signal-set.ts";
import { STOPS, type Terminal } from "./terminal.ts";

const F_SETFD = 2;
const F_GETFL = 3;
const FD_CLOEXEC = 1;
const O_CLOEXEC = 0o2000000;
const F_DUPFD_CLOEXEC = 1030;
const F_GETPIPE_SZ = 1032;
const PIPE_SIZE = 65_536;
const TCGETS = 0x5401;
const TIOCGPGRP = 0x540f;
const TIOCSPGRP = 0x5410;
const WRITE_ONLY = 1;
const POLLIN = 1;
const POLLOUT = 4;
const POLLERR = 8;
const POLLNVAL = 32;
const DIRECTORY_ENTRY_NAME = 19;
const AT_FDCWD = -100;
/** struct statfs (statfs(2)) */
const FILE_SYSTEM_SIZE = 120;
const PIPEFS_MAGIC = 0x50495045n;
const DEVPTS_SUPER_MAGIC = 0x1cd1n;
const PROC_SUPER_MAGIC = 0x9fa0n;
const OTHER_MAGIC = 0xef53n;
/** struct statx */
const STATUS_SIZE = 256;
const STATUS_LINKS = 16;
const STATUS_OWNER = 20;
const STATUS_MODE = 28;

export type FileCalls = Pick<
  SystemCalls,
  | "openat"
  | "faccessat"
  | "readlinkat"
  | "getdents64"
  | "read"
  | "write"
  | "pwritev2"
  | "close"
  | "fchown"
  | "close_range"
  | "fcntl"
  | "ioctl"
  | "ppoll"
  | "statx"
  | "openat2"
  | "fstatfs"
>;

/** What the calls need of whoever makes them and of what is around. */
export interface CallContext {
  readonly kernel: Kernel;
  readonly memory: LinearMemory;
  /** What is at an address of the process's own. */
  bytesAt(address: bigint, size: number): Uint8Array;
  textAt(address: bigint): string;
  /** The process that runs the module now. */
  current(): Process;
  /** Takes a pending signal of the set, as signalfd(2) tells it. */
  readSignal(set: bigint, buffer: number, size: number): number;
  /** Lets time go on until `until()` holds or the clock reaches `deadline`; whether `until()` held. */
  wait(until: () => boolean, deadline: number | undefined): boolean;
}

export function fileCalls(context: CallContext): FileCalls {
  const { kernel, memory } = context;
  const get = (descriptor: number): OpenFile | undefined => context.current().files?.get(descriptor);

  /** A call on a terminal that may stop its caller: it is made again when that goes on. */
  const onTerminal = (attempt: (terminal: Terminal, self: Process) => number): number => {
    const { terminal } = kernel;
    if (terminal === undefined) throw new Error("a descriptor of a terminal, and there is none");
    const self = context.current();
    for (;;) {
      const result = attempt(terminal, self);
      if (result !== -STOPS) return result;
      if (self.state !== "stopped") return -Errno.EINTR;
      context.wait(() => self.state !== "stopped", undefined);
    }
  };

  /** Whether execve closes the descriptor. */
  const setClosing = (descriptor: number, closes: boolean): void => {
    const { attributes } = context.current();
    if (attributes === undefined || attributes.closing.has(descriptor) === closes) return;
    const closing = new Set(attributes.closing);
    if (closes) closing.add(descriptor);
    else closing.delete(descriptor);
    attributes.closing = closing;
  };

  const add = (file: OpenFile, first: number, closes: boolean): number => {
    const descriptor = context.current().files?.add(file, first) ?? -Errno.EMFILE;
    setClosing(descriptor, closes);
    return descriptor;
  };

  /** The absolute path of one that begins at a descriptor. */
  const pathOf = (directory: number, path: string): string => {
    if (directory === AT_FDCWD || path.startsWith("/")) return path;
    const file = get(directory);
    if (file?.kind !== "directory" || file.path === undefined) throw new Error(`no directory at ${directory}`);
    return path === "." ? file.path : `${file.path}/${path}`;
  };

  const open = (directory: number, path: string, flags: number): number => {
    const file = kernel.tree.open(context.current(), pathOf(directory, path));
    return typeof file === "number" ? file : add(file, 0, (flags & O_CLOEXEC) !== 0);
  };

  /** Whether it belongs to procfs, and not to a directory that looks like it. */
  const isOfProc = (file: OpenFile): boolean =>
    file.kind === "directory" && file.path?.startsWith("/proc") === true && kernel.tree.proc !== "false";

  const write = (descriptor: number, buffer: number, size: number, mayWait: boolean): number => {
    const text = memory.textOf(buffer, size);
    const file = get(descriptor);
    if (file === undefined) return -Errno.EBADF;
    // A terminal cannot do that (EOPNOTSUPP), and neither can the pipes of older kernels.
    if (!mayWait && file.kind === "terminal") return -Errno.EOPNOTSUPP;
    const refusal = file.kind === "terminal" ? onTerminal((terminal, self) => terminal.write(self)) : 0;
    if (refusal < 0) return refusal;
    let written = writeTo(file, text);
    if (written.waits === true && mayWait) {
      const hasRoom = (): boolean => {
        written = writeTo(file, text);
        return written.waits !== true;
      };
      context.wait(hasRoom, undefined);
    }
    if (written.raises !== undefined) {
      const self = context.current();
      kernel.signals.send(self, { signal: written.raises, code: Code.USER, pid: self.pid, toThread: true });
    }
    return written.result;
  };

  return {
    openat(directory, path, flags, _mode) {
      return open(directory, memory.text(path), flags);
    },
    openat2(directory, path, how) {
      memory.place(how, 24);
      return open(directory, context.textAt(path), memory.getI32(how));
    },
    fstatfs(descriptor, result) {
      memory.placeToWrite(result, FILE_SYSTEM_SIZE);
      const file = get(descriptor);
      if (file === undefined) return -Errno.EBADF;
      const magics: Partial<Record<OpenFile["kind"], bigint>> = { pipe: PIPEFS_MAGIC, terminal: DEVPTS_SUPER_MAGIC };
      memory.putU64(result, isOfProc(file) ? PROC_SUPER_MAGIC : (magics[file.kind] ?? OTHER_MAGIC));
      return 0;
    },
    faccessat(_directory, path) {
      const file = kernel.tree.open(context.current(), memory.text(path));
      return typeof file === "number" ? file : 0;
    },
    statx(directory, path, _flags, _mask, result) {
      memory.placeToWrite(result, STATUS_SIZE);
      if (memory.text(path) === "") {
        const file = get(directory);
        if (file === undefined) return -Errno.EBADF;
        memory.clear(result, STATUS_SIZE);
        memory.putI32(result + STATUS_LINKS, 1);
        memory.putI32(result + STATUS_OWNER, kernel.ownerOf(file));
        return 0;
      }
      const mode = kernel.tree.mode(memory.text(path));
      if (mode < 0) return mode;
      memory.clear(result, STATUS_SIZE);
      memory.putU16(result + STATUS_MODE, mode);
      return 0;
    },
    readlinkat(directory, path, buffer, size) {
      memory.placeToWrite(buffer, size);
      const target = kernel.tree.readLink(context.current(), pathOf(directory, memory.text(path)));
      return typeof target === "number" ? target : memory.putText(buffer, target, size);
    },
    getdents64(descriptor, buffer, size) {
      memory.placeToWrite(buffer, size);
      const file = get(descriptor);
      if (file === undefined) return -Errno.EBADF;
      if (file.kind !== "directory") return -Errno.ENOTDIR;
      let used = 0;
      for (; file.position < file.names.length; file.position++) {
        const name = file.names[file.position] as string;
        const length = Math.ceil((DIRECTORY_ENTRY_NAME + name.length + 1) / 8) * 8;
        if (used + length > size) break;
        memory.clear(buffer + used, length);
        memory.putU16(buffer + used + 16, length);
        memory.putText(buffer + used + DIRECTORY_ENTRY_NAME, name, name.length);
        used += length;
      }
      return used;
    },
    read(descriptor, buffer, size) {
      if (size > 0) memory.placeToWrite(buffer, size);
      const file = get(descriptor);
      if (file === undefined) return -Errno.EBADF;
      if (file.kind === "directory") return -Errno.EISDIR;
      if (file.kind === "terminal") return onTerminal((terminal, self) => terminal.read(self));
      if (file.kind === "signals") return context.readSignal(file.set, buffer, size);
      if (file.kind === "fifo" && kernel.clock.now < file.readyAt) return file.hasWriter ? -Errno.EAGAIN : 0;
      if (file.kind !== "text" && file.kind !== "fifo") return 0;
      const part = file.text.slice(file.position, file.position + size);
      file.position += part.length;
      return memory.putText(buffer, part, size);
    },
    write(descriptor, buffer, size) {
      return write(descriptor, buffer, size, true);
    },
    pwritev2(descriptor, buffer, size, _flags) {
      return write(descriptor, buffer, size, false);
    },
    fchown(descriptor, uid, gid) {
      const file = get(descriptor);
      if (file === undefined) return -Errno.EBADF;
      if (gid !== -1) throw new Error("the group was to stay");
      if (context.current().attributes?.has(Capability.CHOWN) !== true) return -Errno.EPERM;
      kernel.owners.set(file, uid >>> 0);
      return 0;
    },
    close(descriptor) {
      return context.current().files?.close(descriptor) ?? -Errno.EBADF;
    },
    close_range(first, last, _flags) {
      return context.current().files?.closeRange(first >>> 0, last >>> 0) ?? 0;
    },
    fcntl(descriptor, command, argument) {
      const file = get(descriptor);
      if (file === undefined) return -Errno.EBADF;
      if (command === F_DUPFD_CLOEXEC) return add(file, argument, true);
      if (command === F_GETPIPE_SZ) return file.kind === "pipe" ? PIPE_SIZE : -Errno.EBADF;
      if (command === F_SETFD) setClosing(descriptor, (argument & FD_CLOEXEC) !== 0);
      return command === F_GETFL ? WRITE_ONLY : 0;
    },
    ioctl(descriptor, request, argument) {
      if (request === TIOCSPGRP) memory.place(argument, 4);
      else memory.placeToWrite(argument, 4);
      const file = get(descriptor);
      if (file === undefined) return -Errno.EBADF;
      if (file.kind !== "terminal") return -Errno.ENOTTY;
      if (request === TIOCSPGRP) {
        const group = memory.getI32(argument);
        return onTerminal((terminal, self) => terminal.setForeground(self, group));
      }
      // What it gives is not looked at.
      if (request === TCGETS) return 0;
      if (request !== TIOCGPGRP) return -Errno.EINVAL;
      const group = onTerminal((terminal, self) => terminal.getForeground(self));
      if (group < 0) return group;
      memory.putI32(argument, group);
      return 0;
    },
    ppoll(files, count, timeout) {
      const deadline =
        timeout === 0
          ? undefined
          : kernel.clock.now + memory.getNumber(timeout) * 1000 * MILLISECOND + memory.getNumber(timeout + 8) / 1000;
      if (count === 0) {
        context.wait(() => false, deadline);
        return 0;
      }
      const places = Array.from({ length: count }, (_, index) => files + 8 * index);
      const returned = (place: number): number => {
        const descriptor = memory.getI32(place);
        if (descriptor < 0) return 0;
        const file = get(descriptor);
        if (file === undefined) return POLLNVAL;
        if (file.kind === "signals")
          return context.current().pending.some((info) => (file.set & bit(info.signal)) !== 0n) ? POLLIN : 0;
        if (file.kind === "fifo") return kernel.clock.now < file.readyAt ? 0 : POLLIN;
        if (file.kind !== "pipe") return POLLOUT;
        return (file.isFull ? 0 : POLLOUT) | (file.reader === "gone" ? POLLERR : 0);
      };
      const isAny = (): boolean => places.some((place) => returned(place) !== 0);
      const comesAt = places
        .map((place) => get(memory.getI32(place)))
        .map((file) => (file?.kind === "fifo" ? file.readyAt : Infinity));
      const until = Math.min(deadline ?? Infinity, ...comesAt);
      if (!isAny()) context.wait(isAny, until === Infinity ? undefined : until);
      for (const place of places) memory.putU16(place + 6, returned(place));
      return places.filter((place) => returned(place) !== 0).length;
    },
  };
}
