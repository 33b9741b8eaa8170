// The executable's texts are packed in the build: what comes out again is what went in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packingOf } from "../../scripts/packed-texts.ts";

const texts = ["Can't mount proc on /newroot/>", "Can't mount on", "Can't mkdir parents for", "", "aaaaa", "\n\t~!"];

/** As `Line.packed` does it. */
function unpacked(bytes: Iterable<number>, pairs: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const at = (byte - 0x80) * 2;
      return byte < 0x80 ? String.fromCharCode(byte) : unpacked(pairs.subarray(at, at + 2), pairs);
    })
    .join("");
}

test("a text comes out as it was, one too that the packing was not made for", () => {
  const { pack, pairs } = packingOf(texts);
  for (const text of [...texts, "Can't make another", "aa"]) assert.equal(unpacked(pack(text), pairs), text);
});

test("what stands together often takes less room", () => {
  const { pack } = packingOf(texts);
  const [before, after] = [texts.join(""), texts.map((text) => pack(text).toString("latin1")).join("")];
  assert.ok(after.length < before.length * 0.6, `${before.length}, ${after.length}`);
});

test("the same texts are packed in the same way everywhere", () => {
  assert.deepEqual(packingOf(texts).pairs, packingOf([...texts]).pairs);
});

test("no text has the bytes that stand for two", () => {
  assert.throws(() => packingOf(["a…"]), /not ASCII: a…/);
  assert.throws(() => packingOf(texts).pack("ä"), /not ASCII/);
});
