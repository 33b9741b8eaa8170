import assert from "node:assert/strict";
import { test } from "node:test";
import { codeInPairs, type PairCoding } from "../../scripts/pair-coding.ts";

const places = ["root", "home", "layer"];
const texts = [...places.map((place) => `cannot make a tmpfs for the ${place}`), "No such file,,No such device\n", ""];

/** As `Line.coded` does it. */
function decode({ table }: PairCoding, bytes: readonly number[]): string {
  return bytes
    .map((byte) => {
      if ((byte >= 0x20 && byte < 0x80) || byte === 0x0a) return String.fromCharCode(byte);
      const at = 2 * ((byte + 0x80) & 0xff);
      return decode({ table } as PairCoding, table.slice(at, at + 2));
    })
    .join("");
}

test("a coded text is shorter, and decodes to the text", () => {
  const coding = codeInPairs(texts);
  for (const text of texts) assert.equal(decode(coding, coding.encode(text)), text);
  const text = texts[0] as string;
  assert.ok(coding.encode(text).length < text.length / 2, `${coding.encode(text)}`);
});

test("a text that the pairs were not found in decodes to itself too", () => {
  const coding = codeInPairs(texts);
  const text = "rooted: 0x7f~\n";
  assert.equal(decode(coding, coding.encode(text)), text);
});

test("no code ends a text, a line or a word of a list", () => {
  // More pairs than there are codes.
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const words = letters.flatMap((first) => letters.map((second) => `${first}${second},`.repeat(3)));
  const coding = codeInPairs(words);
  assert.notDeepEqual(coding.table.slice(-2), [0, 0]);
  for (const code of [0x80, 0x8a]) assert.deepEqual(coding.table.slice(2 * code, 2 * code + 2), [0, 0]);
  for (const word of words) assert.equal(coding.encode(word).filter((byte) => byte === 0x2c).length, 3);
});

test("the order of the texts makes no difference", () => {
  assert.deepEqual(codeInPairs(texts).table, codeInPairs(texts.toReversed()).table);
});

test("what is no ASCII text is refused", () => {
  for (const text of ["…", "\t", "\u007f", "\0"]) assert.throws(() => codeInPairs([text]), /only "bytes" may have/);
});
