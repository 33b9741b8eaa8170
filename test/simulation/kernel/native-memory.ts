// The memory of the simulated process beside the module's own: what the kernel
// put on the stack before the first instruction.

import type { LinearMemory } from "./linear-memory.ts";
import { WildPointer } from "./wild-pointer.ts";

/** Where the regions lie: far apart, and low enough that an address is an exact number. */
const LINEAR_BASE = 0x5555_0000_0000;
const STACK_BASE = 0x7ffc_0000_0000;
const WORD = 8;

interface Region {
  readonly name: string;
  readonly base: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** From here on the program may not write: the strings behind the vectors. */
  readonly writable: number;
}

function region(name: string, base: number, bytes: Uint8Array, writable: number = bytes.length): Region {
  return { name, base, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), writable };
}

export class NativeMemory {
  readonly argumentCount: number;
  readonly argumentVector: bigint;
  readonly environmentVector: bigint;
  readonly #stack: Region;
  #linear: Region;
  readonly #linearMemory: LinearMemory;

  /** `linear` is the module's memory; `argv` and `envp` are byte strings without their NUL. */
  constructor(linear: LinearMemory, argv: readonly string[], envp: readonly string[]) {
    const words = 1 + argv.length + 1 + envp.length + 1;
    let size = words * WORD;
    for (const text of argv) size += text.length + 1;
    for (const text of envp) size += text.length + 1;
    const bytes = Buffer.alloc(size);
    let word = 0;
    let at = words * WORD;
    const put = (value: number): void => {
      bytes.writeUIntLE(value, word * WORD, 6);
      word++;
    };
    const putAll = (texts: readonly string[]): void => {
      for (const text of texts) {
        put(STACK_BASE + at);
        at += bytes.write(text, at, "latin1") + 1;
      }
      put(0);
    };
    put(argv.length);
    putAll(argv);
    putAll(envp);
    this.argumentCount = argv.length;
    this.argumentVector = BigInt(STACK_BASE + WORD);
    this.environmentVector = BigInt(STACK_BASE + WORD * (argv.length + 2));
    this.#stack = region("stack", STACK_BASE, bytes, words * WORD);
    this.#linear = region("linear memory", LINEAR_BASE, linear.bytes);
    this.#linearMemory = linear;
  }

  /** The address of a place in linear memory. */
  addressOf(offset: number): bigint {
    return BigInt(LINEAR_BASE + this.#linearMemory.place(offset, 1));
  }

  loadAddress(vector: bigint, index: number): bigint {
    const { region, at } = this.#resolve(Number(vector) + index * WORD, WORD);
    return region.view.getBigUint64(at, true);
  }

  storeAddress(vector: bigint, index: number, address: bigint): void {
    const { region, at } = this.#resolve(Number(vector) + index * WORD, WORD);
    if (at + WORD > region.writable) throw new WildPointer(`a store into the strings of the ${region.name}`);
    region.view.setBigUint64(at, BigInt.asUintN(64, address), true);
  }

  length(address: bigint): number {
    const { region, at } = this.#resolve(Number(address), 1);
    const end = region.bytes.indexOf(0, at);
    if (end < 0) throw new WildPointer(`a string without an end in the ${region.name}`);
    return end - at;
  }

  /** The `size` bytes at `address`. */
  bytesAt(address: bigint, size: number): Uint8Array {
    const { region, at } = this.#resolve(Number(address), size);
    return region.bytes.subarray(at, at + size);
  }

  /** The NUL-terminated byte string at `address`. */
  textAt(address: bigint): string {
    return Buffer.from(this.bytesAt(address, this.length(address))).toString("latin1");
  }

  /** The strings of the vector at `address`, up to its null. */
  vectorAt(address: bigint): string[] {
    const texts: string[] = [];
    for (let index = 0; ; index++) {
      const entry = this.loadAddress(address, index);
      if (entry === 0n) return texts;
      this.#checkWhole(entry);
      texts.push(this.textAt(entry));
    }
  }

  /** What the kernel put on the stack is handed on as a whole: an address inside a string there is a wrong one. */
  #checkWhole(address: bigint): void {
    const at = Number(address) - STACK_BASE;
    const { bytes, writable } = this.#stack;
    if (at < 0 || at >= bytes.length) return;
    if (at < writable || (at > writable && bytes[at - 1] !== 0))
      throw new WildPointer(`0x${address.toString(16)} is inside a string of the stack`);
  }

  /** A number for the name of the variable at `address`. */
  hashOfName(address: bigint): number {
    const text = this.textAt(address);
    const end = text.indexOf("=");
    let hash = 0;
    for (const unit of Buffer.from(end < 0 ? text : text.slice(0, end), "latin1")) hash = (hash * 31 + unit) | 0;
    return hash;
  }

  /** Whether the bytes at `address` begin with `prefix`; reads no further than the first difference. */
  startsWith(address: bigint, prefix: Uint8Array): boolean {
    for (let i = 0; i < prefix.length; i++) {
      const { region, at } = this.#resolve(Number(address) + i, 1);
      if (region.bytes[at] !== prefix[i]) return false;
    }
    return true;
  }

  #resolve(address: number, size: number): { region: Region; at: number } {
    if (this.#linear.bytes !== this.#linearMemory.bytes)
      this.#linear = region("linear memory", LINEAR_BASE, this.#linearMemory.bytes);
    for (const region of [this.#stack, this.#linear]) {
      const at = address - region.base;
      if (at < 0 || at + size > region.bytes.length) continue;
      if (region === this.#linear) this.#linearMemory.place(at, size);
      return { region, at };
    }
    throw new WildPointer(`${size} bytes at address 0x${address.toString(16)}`);
  }
}
