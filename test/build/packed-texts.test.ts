// The executable's texts are packed in the build: what comes out again is what went in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packingOf } from "../../scripts/packed-texts.ts";

const texts = ["Can't mount proc on /newroot/>", "Can't mount on", "Can't mkdir parents for", "", "aaaaa", "\n~!"];

/** As `Line.packed` does it. */
function unpacked(packed: Buffer, pairs: Buffer): string {
  const piece = (byte: number): string => {
    if (byte === 0x0a || (byte >= 0x20 && byte < 0x7f)) return String.fromCharCode(byte);
    const place = 2 * ((byte - 0x7f) & 0xff);
    return unpacked(pairs.subarray(place, place + 2), pairs);
  };
  return [...packed].map(piece).join("");
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
  assert.throws(() => packingOf(["a…"]), /not printable ASCII: a…/);
  assert.throws(() => packingOf(["a\tb"]), /not printable ASCII: a\tb/);
  assert.throws(() => packingOf(texts).pack("ä"), /not printable ASCII/);
});
