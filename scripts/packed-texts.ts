/**
 * The executable's texts for people, in half the room: what stands together most
 * often is one byte, found two by two (byte pair encoding). `Line.packed` puts it
 * out again.
 */

/** The bytes that stand for two others each, which may be such bytes again: all that are not printable, but NUL and newline. */
const CODES = [...Array(256).keys()].filter((byte) => byte !== 0 && !isPlain(byte)).sort((a, b) => place(a) - place(b));

export interface Packing {
  /** Of each code the two bytes that it stands for, in the order of `place`. */
  readonly pairs: Buffer;
  pack(text: string): Buffer;
}

type Pair = readonly [number, number];

function isPlain(byte: number): boolean {
  return byte === 0x0a || (byte >= 0x20 && byte <= 0x7e);
}

/** From DEL on, and round to the first bytes. */
function place(code: number): number {
  return (code - 0x7f) & 0xff;
}

/** The packing that is best for these texts, though it packs any. */
export function packingOf(texts: readonly string[]): Packing {
  let packed = texts.map(bytesOf);
  const pairs = new Map<number, Pair>();
  for (const code of CODES) {
    const pair = mostFrequent(packed);
    if (pair === undefined) break;
    packed = packed.map((bytes) => replace(bytes, pair, code));
    pairs.set(code, pair);
  }
  return {
    pairs: tableOf(pairs),
    pack(text) {
      let bytes = bytesOf(text);
      for (const [code, pair] of pairs) bytes = replace(bytes, pair, code);
      return Buffer.from(bytes);
    },
  };
}

function tableOf(pairs: ReadonlyMap<number, Pair>): Buffer {
  const table = Buffer.alloc(2 * (place(CODES.at(-1)!) + 1));
  for (const [code, pair] of pairs) table.set(pair, 2 * place(code));
  return table;
}

function bytesOf(text: string): number[] {
  const bytes = [...Buffer.from(text)];
  if (!bytes.every(isPlain)) throw new Error(`not printable ASCII: ${text}`);
  return bytes;
}

/** The first of the most frequent ones, so that a source makes the same file everywhere. */
function mostFrequent(texts: readonly (readonly number[])[]): Pair | undefined {
  const counts = new Map<number, number>();
  for (const bytes of texts)
    for (let i = 1; i < bytes.length; i++) {
      const pair = bytes[i - 1]! * 256 + bytes[i]!;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  let best: number | undefined;
  for (const [pair, count] of counts) if (count > 1 && (best === undefined || count > counts.get(best)!)) best = pair;
  return best === undefined ? undefined : [best >> 8, best & 255];
}

function replace(bytes: readonly number[], [left, right]: Pair, code: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const isPair = bytes[i] === left && bytes[i + 1] === right;
    result.push(isPair ? code : bytes[i]!);
    if (isPair) i++;
  }
  return result;
}
