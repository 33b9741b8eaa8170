import { latin1, WildPointer } from "./native-memory.ts";

/** The module's memory as the simulated kernel reads and writes it: every place is checked first. */
export class LinearMemory {
  readonly bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #view: DataView;

  constructor(buffer: ArrayBuffer) {
    this.bytes = new Uint8Array(buffer);
    this.#buffer = Buffer.from(buffer);
    this.#view = new DataView(buffer);
  }

  /** The place of `size` bytes from `offset` on. An offset of 0 is the null pointer, and no place. */
  place(offset: number, size: number): number {
    const start = offset >>> 0;
    if (start === 0 || start + size > this.bytes.length) throw new WildPointer(`${size} bytes at offset ${start}`);
    return start;
  }

  /** The NUL-terminated byte string at `offset`. */
  text(offset: number): string {
    const start = this.place(offset, 1);
    const end = this.bytes.indexOf(0, start);
    if (end < 0) throw new WildPointer(`a string without an end at offset ${start}`);
    return this.#buffer.toString("latin1", start, end);
  }

  /** The `size` bytes at `offset` as a byte string. */
  textOf(offset: number, size: number): string {
    const start = this.place(offset, size);
    return this.#buffer.toString("latin1", start, start + size);
  }

  /** Writes a byte string, cut to `size`, without a NUL; returns how much was written. */
  putText(offset: number, text: string, size: number): number {
    const bytes = latin1(text).subarray(0, size);
    this.bytes.set(bytes, this.place(offset, bytes.length));
    return bytes.length;
  }

  clear(offset: number, size: number): void {
    const start = this.place(offset, size);
    this.bytes.fill(0, start, start + size);
  }

  getU16(offset: number): number {
    return this.#view.getUint16(this.place(offset, 2), true);
  }

  putU16(offset: number, value: number): void {
    this.#view.setUint16(this.place(offset, 2), value, true);
  }

  putU8(offset: number, value: number): void {
    this.#view.setUint8(this.place(offset, 1), value);
  }

  getI32(offset: number): number {
    return this.#view.getInt32(this.place(offset, 4), true);
  }

  putI32(offset: number, value: number): void {
    this.#view.setInt32(this.place(offset, 4), value, true);
  }

  getU64(offset: number): bigint {
    return this.#view.getBigUint64(this.place(offset, 8), true);
  }

  putU64(offset: number, value: bigint): void {
    this.#view.setBigUint64(this.place(offset, 8), value, true);
  }

  /** A 64-bit number that is known to be small. */
  getNumber(offset: number): number {
    return Number(this.#view.getBigInt64(this.place(offset, 8), true));
  }

  putNumber(offset: number, value: number): void {
    this.#view.setBigInt64(this.place(offset, 8), BigInt(value), true);
  }
}
