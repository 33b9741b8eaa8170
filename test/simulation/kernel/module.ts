// The executable's wasm, loaded in Node.js: its system calls are answered by
// whoever starts it, its host by an argv and an envp in a simulated memory.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import binaryen from "binaryen";
import { MEMORY_BASE, MEMORY_END, MEMORY_GROWTH } from "../../../scripts/module-source.ts";
import { LinearMemory } from "./linear-memory.ts";
import { NativeMemory } from "./native-memory.ts";
import { WildPointer } from "./wild-pointer.ts";

/** The product's own module, as the executable is compiled from it. */
export const productPath: string = join(import.meta.dirname, "../../../dist/rein.wasm");

/** The system calls as the module imports them (linux.ts): offsets into linear memory, 0 the null pointer. */
export interface SystemCalls {
  clone(flags: number, entry: number): number;
  clone3(argument: number, size: number, entry: number): number;
  execve(path: bigint, argv: bigint, envp: bigint): number;
  exit_group(status: number): void;
  wait4(pid: number, status: number, options: number): number;
  getpid(): number;
  getppid(): number;
  getpgid(pid: number): number;
  getsid(pid: number): number;
  setpgid(pid: number, group: number): number;
  setsid(): number;
  prctl(option: number, argument: bigint, third: bigint): number;
  kill(pid: number, signal: number): number;
  pidfd_open(pid: number, flags: number): number;
  pidfd_send_signal(process: number, signal: number, information: number, flags: number): number;
  rt_sigprocmask(how: number, set: number, previous: number): number;
  rt_sigaction(signal: number, action: number, previous: number): number;
  signalfd4(file: number, set: number, size: number, flags: number): number;
  rt_sigtimedwait(set: number, information: number, timeout: number): number;
  umask(mode: number): number;
  getuid(): number;
  getgid(): number;
  getgroups(count: number, groups: number): number;
  setgroups(count: number, groups: number): number;
  setresgid(real: number, effective: number, saved: number): number;
  setresuid(real: number, effective: number, saved: number): number;
  capget(header: number, data: number): number;
  capset(header: number, data: number): number;
  prlimit64(pid: number, resource: number, limit: number, previous: number): number;
  keyctl(operation: number, argument: bigint): number;
  openat(directory: number, path: number, flags: number, mode: number): number;
  openat2(directory: number, path: bigint, how: number): number;
  fstatfs(file: number, result: number): number;
  faccessat(directory: number, path: number, mode: number): number;
  readlinkat(directory: number, path: number, buffer: number, size: number): number;
  getdents64(file: number, buffer: number, size: number): number;
  read(file: number, buffer: number, size: number): number;
  write(file: number, buffer: number, size: number): number;
  pwritev2(file: number, buffer: number, size: number, flags: number): number;
  close(file: number): number;
  fchown(file: number, uid: number, gid: number): number;
  close_range(first: number, last: number, flags: number): number;
  fcntl(file: number, command: number, argument: number): number;
  ioctl(file: number, request: number, argument: number): number;
  ppoll(files: number, count: number, timeout: number): number;
  chdir(path: number): number;
  statx(directory: number, path: number, flags: number, mask: number, result: number): number;
  clock_gettime(clock: number, time: number): number;
}

/** Where the host's own code would be: a signal handler that does nothing, and what it returns through. */
export const NO_ACTION = 0x40_1000n;
export const RETURN_FROM_ACTION = 0x40_1010n;

/** Thrown by a system call that ends the simulated process: `exit_group`, or a signal's default action. */
export class ProcessEnded extends Error {
  /** As wait4(2) tells it. */
  readonly waitStatus: number;
  constructor(waitStatus: number) {
    super(`the process ended with wait status ${waitStatus}`);
    this.waitStatus = waitStatus;
  }
}

/** Thrown by a successful `execve`: the caller's image is gone. */
export class ImageReplaced extends Error {}

interface Exports {
  readonly memory: WebAssembly.Memory;
  initialize(): void;
  main(): number;
  child(entry: number): number;
  outOfMemory(): void;
}

/** The name under which a global of the module is exported for the tests. */
const globalName = (index: number): string => `global ${index}`;
/** How much of the memory that is nobody's is looked at after every run, on both sides: where an overrun begins. */
const MARGIN = 4096;
/** And how much of what lies between, in turn. */
const SLICE = 65_536;

const WASM_PAGE = 65_536;
/** WebAssembly's pages that there are in all: a megabyte behind the code. */
const MOST_PAGES = MEMORY_GROWTH / WASM_PAGE + 16;

/** The module with an end of memory that tests can reach: there are 65536 pages otherwise, three bytes in LEB128. */
function limited(wasm: Uint8Array): Uint8Array {
  const copy = Buffer.from(wasm);
  const end = copy.indexOf(Buffer.of(MEMORY_END / WASM_PAGE, 0x80, 0x80, 4));
  if (end < 4 || !copy.subarray(end - 4, end).equals(Buffer.of(5, 6, 1, 1)))
    throw new Error("the end of the module's memory was not found");
  copy.set([0x80 | (MOST_PAGES & 0x7f), 0x80 | (MOST_PAGES >> 7), 0], end + 1);
  return copy;
}

/** Counts of what the module's code reached, where a program was built to tell (see coverage.ts). */
export type Probe = (point: number, value: number) => number;

/**
 * A module that instances are made of. Its code is what is given; only its
 * mutable globals are exported beside, so that an instance can be put back to
 * its beginning and the allocator's offset can be read.
 */
export class Program {
  readonly module: WebAssembly.Module;
  readonly globals: readonly string[];
  /** The export that holds where the allocator's next block goes. */
  readonly heapGlobal: string;
  /** The allocator's place among the functions. */
  readonly allocator: number;

  constructor(wasm: Uint8Array) {
    const code = binaryen.readBinary(limited(wasm));
    const names: string[] = [];
    let heap: string | undefined;
    // The allocator is the one function that can grow the memory, and sets first where the next block goes.
    const functions = code.emitText().split(/\n(?= \(func )/);
    const growing = functions.filter((text) => text.includes("(memory.grow"));
    const heapName = /\(global\.set \$(\S+)/.exec(growing[0] ?? "")?.[1];
    const name = /^ \(func \$(\S+)/.exec(growing[0] ?? "")?.[1];
    const indices = Array.from({ length: code.getNumFunctions() }, (_, index) => index);
    this.allocator = indices.findIndex(
      (index) => binaryen.getFunctionInfo(code.getFunctionByIndex(index)).name === name,
    );
    for (let index = 0; index < code.getNumGlobals(); index++) {
      const global = binaryen.getGlobalInfo(code.getGlobalByIndex(index));
      if (!global.mutable) continue;
      code.addGlobalExport(global.name, globalName(index));
      names.push(globalName(index));
      if (global.name === heapName) heap = globalName(index);
    }
    if (growing.length !== 1 || heap === undefined) throw new Error("the module's allocator was not found");
    this.globals = names;
    this.heapGlobal = heap;
    this.module = new WebAssembly.Module(Buffer.from(code.emitBinary()));
    code.dispose();
  }

  /** Loads the product's module. */
  static product(): Program {
    return new Program(readFileSync(productPath));
  }
}

/** An instance, to be started again and again; each start finds it as the first did. */
export class Instance {
  readonly memory: LinearMemory;
  native: NativeMemory;
  readonly #exports: Exports;
  readonly #globals: [global: WebAssembly.Global, initial: number | bigint][] = [];
  readonly #heap: WebAssembly.Global;
  /** How a trap in the allocator begins, in V8's words: there is no more memory. */
  readonly #endOfMemory: string;
  readonly #image: Buffer<ArrayBuffer>;
  /** The constants, before anything has run. */
  readonly #constants: Buffer;
  readonly #heapStart: number;
  readonly #buffersStart: number;
  #calls: SystemCalls | undefined;
  #slice = 0;
  /** How far the heap reached when something was looked for: what is compared is given back afterwards. */
  #highest = 0;

  constructor(program: Program, probe: Probe = (_, value) => value) {
    const exports = new WebAssembly.Instance(program.module, this.#imports(program.module, probe)).exports;
    this.#exports = exports as unknown as Exports;
    const buffer = this.#exports.memory.buffer;
    const data = Buffer.from(buffer);
    this.#constants = Buffer.from(data.subarray(0, data.findLastIndex((byte) => byte !== 0) + 1));
    this.#exports.initialize();
    this.memory = new LinearMemory(this.#exports.memory);
    this.native = new NativeMemory(this.memory, [], []);
    this.#image = Buffer.from(new Uint8Array(data).buffer);
    this.#heap = exports[program.heapGlobal] as WebAssembly.Global;
    this.#endOfMemory = `wasm-function[${program.allocator}]:`;
    let lowestBuffer = buffer.byteLength;
    for (const name of program.globals) {
      const global = exports[name] as WebAssembly.Global;
      this.#globals.push([global, global.value]);
      // The static buffers lie at the memory's end (static-buffers.ts); the lowest address up there is where they begin.
      const isBuffer = typeof global.value === "number" && global.value > (MEMORY_BASE + MEMORY_END) / 2;
      if (isBuffer && (global.value as number) < MEMORY_END) lowestBuffer = Math.min(lowestBuffer, global.value);
    }
    this.#heapStart = this.heapEnd;
    this.#buffersStart = lowestBuffer;
    if (this.#image.subarray(lowestBuffer).some((byte) => byte !== 0))
      throw new Error("the static buffers are not empty");
    const { heapStart, buffersStart } = { heapStart: this.#heapStart, buffersStart: this.#buffersStart };
    this.memory.restrict({ heapStart, buffersStart, heapEnd: () => this.heapEnd, image: this.#image });
  }

  get #current(): Buffer {
    return this.memory.buffer;
  }

  /** Where the allocator's next block goes: it grows with every allocation. */
  get heapEnd(): number {
    return this.#heap.value as number;
  }

  /** Where the large buffers at the memory's end begin. */
  get buffersStart(): number {
    return this.#buffersStart;
  }

  /** Puts the instance back to its beginning, with a new argv, envp and kernel. */
  reset(calls: SystemCalls, argv: readonly string[], envp: readonly string[]): void {
    const end = Math.max(this.heapEnd, this.#highest, this.#heapStart);
    this.#current.set(this.#image.subarray(MEMORY_BASE, end), MEMORY_BASE);
    this.#current.fill(0, this.#buffersStart, this.#image.length);
    // The memory stays as large as it has become.
    const { length } = this.#image;
    if (end > length) this.#current.fill(0, length, Math.min(end, this.#current.length));
    for (const [global, initial] of this.#globals) global.value = initial;
    this.#highest = 0;
    this.#calls = calls;
    this.native = new NativeMemory(this.memory, argv, envp);
  }

  /**
   * After a run: whether the memory between the heap and the static buffers, which is
   * nobody's, was written to. Throws when it was, by this run (at the edges) or
   * by one of the last thirty. Nor may a constant have been: their pages are given
   * back while the payload runs (layout.ld), and what was written would be undone.
   */
  checkUnowned(): void {
    const { length } = this.#constants;
    if (this.#current.compare(this.#constants, MEMORY_BASE, length, MEMORY_BASE, length) !== 0)
      throw new WildPointer("a write to a constant");
    const start = Math.max(this.heapEnd, this.#highest);
    if (start + MARGIN > this.#buffersStart) return;
    this.#checkZero(start, start + MARGIN);
    this.#checkZero(this.#buffersStart - MARGIN, this.#buffersStart);
    this.#slice = this.#slice < start || this.#slice + SLICE >= this.#buffersStart ? start : this.#slice + SLICE;
    this.#checkZero(this.#slice, Math.min(this.#slice + SLICE, this.#buffersStart));
  }

  #checkZero(start: number, end: number): void {
    if (this.#current.compare(this.#image, start, end, start, end) === 0) return;
    this.#current.fill(0, start, end);
    throw new WildPointer(`a write to what is nobody's, between offsets ${start} and ${end}`);
  }

  /** Runs the program; returns main's result, or throws what a system call threw. */
  main(): number {
    return this.#exports.main();
  }

  /** Does what the host does where memory is to grow (host.c), if that is what `trap` tells of. */
  runOut(trap: unknown): void {
    if (!(trap instanceof WebAssembly.RuntimeError)) return;
    const [, place = ""] = trap.stack?.split("\n") ?? [];
    if (place.includes(this.#endOfMemory)) this.#exports.outOfMemory();
  }

  /** Runs what a cloned process runs. */
  child(entry: number): number {
    return this.#exports.child(entry);
  }

  #imports(module: WebAssembly.Module, probe: Probe): WebAssembly.Imports {
    const linux: Record<string, WebAssembly.ImportValue> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from !== "linux") continue;
      const call = name as keyof SystemCalls;
      linux[call] = (...values: never[]) => {
        const calls = this.#calls as unknown as Record<string, (...values: never[]) => number | bigint>;
        return calls[call]!(...values);
      };
    }
    const host = {
      argumentCount: () => this.native.argumentCount,
      argumentVector: () => this.native.argumentVector,
      environmentVector: () => this.native.environmentVector,
      // Its file gives nobody any rights.
      auxiliaryValue: () => 0n,
      loadAddress: (vector: bigint, index: number) => {
        this.#highest = Math.max(this.#highest, this.heapEnd);
        return this.native.loadAddress(vector, index);
      },
      storeAddress: (vector: bigint, index: number, address: bigint) =>
        this.native.storeAddress(vector, index, address),
      vectorFrom: (vector: bigint, index: number) => vector + BigInt(index * 8),
      vectorSize: (count: number) => count * 8,
      systemCallNumber: () => -1,
      auditArchitecture: () => 0,
      noAction: () => NO_ACTION,
      returnFromAction: () => RETURN_FROM_ACTION,
      addressOf: (offset: number) => this.native.addressOf(offset),
      giveBackCold: () => {},
      length: (address: bigint) => this.native.length(address),
      hashOfName: (address: bigint) => this.native.hashOfName(address),
      copyIn: (offset: number, address: bigint, size: number) => {
        const place = this.memory.place(offset, size);
        if (size > 0) this.memory.bytes.set(this.native.bytesAt(address, size), place);
      },
      copyOut: (address: bigint, offset: number, size: number) => {
        const place = this.memory.place(offset, size);
        if (size > 0) this.native.bytesAt(address, size).set(this.memory.bytes.subarray(place, place + size));
      },
      startsWith: (address: bigint, offset: number, size: number) => {
        const place = this.memory.place(offset, size);
        return this.native.startsWith(address, this.memory.bytes.subarray(place, place + size)) ? 1 : 0;
      },
    };
    return { linux, host, coverage: { probe } };
  }
}
