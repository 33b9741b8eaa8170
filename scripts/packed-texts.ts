/**
 * The executable's texts for people, in half the room: what stands together most
 * often is one byte, found two by two (byte pair encoding). `Line.packed` puts it
 * out again.
 */

/** The bytes that stand for several: from this one on. No text has them, as all are ASCII. */
const FIRST = 0x80;
const CODES = 0x80;

export interface Packing {
  /** What each code stands for, its length before it. */
  readonly pieces: Buffer;
  pack(text: string): Buffer;
}

/** The packing that is best for these texts, though it packs any. */
export function packingOf(texts: readonly string[]): Packing {
  let packed = texts.map(bytesOf);
  const pairs: (readonly [number, number])[] = [];
  while (pairs.length < CODES) {
    const pair = mostFrequent(packed);
    if (pair === undefined) break;
    packed = packed.map((bytes) => replace(bytes, pair, FIRST + pairs.length));
    pairs.push(pair);
  }
  return {
    pieces: piecesOf(pairs),
    pack(text) {
      let bytes = bytesOf(text);
      for (const [index, pair] of pairs.entries()) bytes = replace(bytes, pair, FIRST + index);
      return Buffer.from(bytes);
    },
  };
}

function piecesOf(pairs: readonly (readonly [number, number])[]): Buffer {
  const pieces: (readonly number[])[] = [];
  for (const pair of pairs) pieces.push(pair.flatMap((byte) => (byte < FIRST ? [byte] : pieces[byte - FIRST]!)));
  return Buffer.from(pieces.flatMap((piece) => [piece.length, ...piece]));
}

function bytesOf(text: string): number[] {
  const bytes = [...Buffer.from(text)];
  if (bytes.some((byte) => byte >= FIRST)) throw new Error(`not ASCII: ${text}`);
  return bytes;
}

/** The first of the most frequent ones, so that a source makes the same file everywhere. */
function mostFrequent(texts: readonly (readonly number[])[]): readonly [number, number] | undefined {
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

function replace(bytes: readonly number[], [left, right]: readonly [number, number], code: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const isPair = bytes[i] === left && bytes[i + 1] === right;
    result.push(isPair ? code : bytes[i]!);
    if (isPair) i++;
  }
  return result;
}
