import { MEMORY_BASE, MEMORY_GROWTH } from "../../../scripts/module-source.ts";
import { WildPointer } from "./wild-pointer.ts";

/** What of the memory is whose; the rest is nobody's. */
export interface Extents {
  /** Where the data ends that the module begins with, and the heap begins. */
  readonly heapStart: number;
  /** Where the allocator's next block goes. */
  heapEnd(): number;
  /** Where the large buffers begin, which go on to the end of the memory as it is at first; the heap may go on there. */
  readonly buffersStart: number;
  /** The memory as it is before the program runs. */
  readonly image: Uint8Array;
}

/** A text as bytes: every code unit is one byte, as in the executable itself. */
function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/**
 * The module's memory as the simulated kernel reads and writes it: every place
 * is checked first. It has to be in one of the three parts that are the
 * module's. What the kernel writes goes to a buffer: never over a constant of
 * the data (buffers are zeroes there), and never into the heap, where objects
 * and strings are.
 */
export class LinearMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array;
  #currentBuffer: Buffer;
  #currentView: DataView;
  #extents: Extents | undefined;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#currentBuffer = Buffer.from(memory.buffer);
    this.#currentView = new DataView(memory.buffer);
  }

  /** Memory that grows is another buffer, and the one before it has no bytes. */
  #refresh(): void {
    if (this.#bytes.length > 0) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#currentBuffer = Buffer.from(this.#memory.buffer);
    this.#currentView = new DataView(this.#memory.buffer);
  }

  get bytes(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  get buffer(): Buffer {
    this.#refresh();
    return this.#currentBuffer;
  }

  get #view(): DataView {
    this.#refresh();
    return this.#currentView;
  }

  /** From now on only what is the module's may be read and written. */
  restrict(extents: Extents): void {
    this.#extents = extents;
  }

  /** Where the part ends that `start` is in; 0 when it is in none. */
  #partEnd(start: number): number {
    const extents = this.#extents;
    if (extents === undefined) return this.bytes.length;
    if (start >= MEMORY_GROWTH) return extents.heapEnd();
    if (start >= extents.image.length) return 0;
    if (start >= extents.buffersStart) return extents.image.length;
    if (start < MEMORY_BASE) return 0;
    return start < extents.heapStart ? extents.heapStart : Math.min(extents.heapEnd(), extents.buffersStart);
  }

  /** The place of `size` bytes from `offset` on, all of them the module's. An offset of 0 is the null pointer. */
  place(offset: number, size: number): number {
    const start = offset >>> 0;
    if (size < 0 || start === 0 || start + size > this.#partEnd(start))
      throw new WildPointer(`${size} bytes at offset ${start}`);
    return start;
  }

  /** The same where the kernel writes. */
  placeToWrite(offset: number, size: number): number {
    const start = this.place(offset, size);
    const extents = this.#extents;
    if (extents === undefined) return start;
    if (start >= extents.buffersStart && start < extents.image.length) return start;
    if (start >= extents.heapStart) throw new WildPointer(`a write of ${size} bytes into the heap, at offset ${start}`);
    for (let at = start; at < start + size; at++)
      if (extents.image[at] !== 0) throw new WildPointer(`a write over a constant, at offset ${at}`);
    return start;
  }

  /** The NUL-terminated byte string at `offset`. */
  text(offset: number): string {
    const start = this.place(offset, 1);
    const end = this.bytes.indexOf(0, start);
    if (end < 0 || end >= this.#partEnd(start)) throw new WildPointer(`a string without an end at offset ${start}`);
    return this.buffer.toString("latin1", start, end);
  }

  /** The `size` bytes at `offset` as a byte string. */
  textOf(offset: number, size: number): string {
    const start = this.place(offset, size);
    return this.buffer.toString("latin1", start, start + size);
  }

  /** Writes a byte string, cut to `size`, without a NUL; returns how much was written. */
  putText(offset: number, text: string, size: number): number {
    const bytes = latin1(text).subarray(0, size);
    this.bytes.set(bytes, this.placeToWrite(offset, bytes.length));
    return bytes.length;
  }

  clear(offset: number, size: number): void {
    const start = this.placeToWrite(offset, size);
    this.bytes.fill(0, start, start + size);
  }

  getU16(offset: number): number {
    return this.#view.getUint16(this.place(offset, 2), true);
  }

  putU16(offset: number, value: number): void {
    this.#view.setUint16(this.placeToWrite(offset, 2), value, true);
  }

  putU8(offset: number, value: number): void {
    this.#view.setUint8(this.placeToWrite(offset, 1), value);
  }

  getI32(offset: number): number {
    return this.#view.getInt32(this.place(offset, 4), true);
  }

  putI32(offset: number, value: number): void {
    this.#view.setInt32(this.placeToWrite(offset, 4), value, true);
  }

  getU64(offset: number): bigint {
    return this.#view.getBigUint64(this.place(offset, 8), true);
  }

  putU64(offset: number, value: bigint): void {
    this.#view.setBigUint64(this.placeToWrite(offset, 8), value, true);
  }

  /** A 64-bit number that is known to be small. */
  getNumber(offset: number): number {
    return Number(this.#view.getBigInt64(this.place(offset, 8), true));
  }

  putNumber(offset: number, value: number): void {
    this.#view.setBigInt64(this.placeToWrite(offset, 8), BigInt(value), true);
  }
}
