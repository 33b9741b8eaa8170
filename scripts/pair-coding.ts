/**
 * Texts in fewer bytes: the bytes that no text has stand for a pair of bytes
 * each, either of which may stand for a pair again (byte pair encoding). Found
 * here by the build, undone by `Line.prose` (src/executable/support/line.ts).
 */

/** What parts the words of a list is in no pair, so that the program may count words without decoding them. */
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** A pair that is there less often takes more room in the table than it saves. */
const LEAST = 3;

/** In the order of the table: from 0x80 on, then, as if counted on, the control characters. */
const codes = Array.from({ length: 0xa0 }, (_, index) => (index + 0x80) & 0xff);

export interface PairCoding {
  /** Two bytes for each of the codes. */
  readonly table: readonly number[];
  encode(text: string): number[];
}

export function codeInPairs(texts: Iterable<string>): PairCoding {
  let coded = [...new Set(texts)].sort().map(asciiBytes);
  const pairs = new Map<number, Pair>();
  for (const code of codes) {
    // NUL ends a text, and a newline is one.
    const pair = code === 0 || code === NEWLINE ? undefined : mostFrequentPair(coded);
    if (pair === undefined) continue;
    pairs.set(code, pair);
    coded = coded.map((bytes) => replacePair(bytes, pair, code));
  }
  return {
    table: codes.flatMap((code) => pairs.get(code) ?? [0, 0]),
    encode(text) {
      let bytes = asciiBytes(text);
      for (const [code, pair] of pairs) bytes = replacePair(bytes, pair, code);
      return bytes;
    },
  };
}

type Pair = readonly [first: number, second: number];

/** Of those that are there equally often the one met first. */
function mostFrequentPair(texts: readonly number[][]): Pair | undefined {
  const counts = new Map<number, number>();
  let most = LEAST - 1;
  let found: Pair | undefined;
  for (const bytes of texts) {
    for (const [index, second] of bytes.entries()) {
      const first = bytes[index - 1];
      if (first === undefined || first === COMMA || second === COMMA) continue;
      const key = (first << 8) | second;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of counts) {
    if (count <= most) continue;
    most = count;
    found = [key >> 8, key & 0xff];
  }
  return found;
}

function replacePair(bytes: readonly number[], [first, second]: Pair, code: number): number[] {
  const replaced: number[] = [];
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    const isPair = byte === first && bytes[index + 1] === second;
    if (isPair) index++;
    replaced.push(isPair ? code : byte);
  }
  return replaced;
}

function asciiBytes(text: string): number[] {
  const stray = /[^\n\x20-\x7e]/.exec(text);
  if (stray !== null) throw new Error(`only "bytes" may have ${JSON.stringify(stray[0])}: ${JSON.stringify(text)}`);
  return [...Buffer.from(text)];
}
