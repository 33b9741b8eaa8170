// The executable's texts are packed in the build: what comes out again is what went in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { packingOf } from "../../scripts/packed-texts.ts";

const texts = ["Can't mount proc on /newroot/>", "Can't mount on", "Can't mkdir parents for", "", "aaaaa", "\n\t~!"];

/** As `Line.packed` does it. */
function unpacked(packed: Buffer, pieces: Buffer): string {
  const words: string[] = [];
  for (let at = 0; at < pieces.length; at += pieces[at]! + 1)
    words.push(pieces.toString("latin1", at + 1, at + 1 + pieces[at]!));
  return [...packed].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : words[byte - 0x80])).join("");
}

test("a text comes out as it was, one too that the packing was not made for", () => {
  const { pack, pieces } = packingOf(texts);
  for (const text of [...texts, "Can't make another", "aa"]) assert.equal(unpacked(pack(text), pieces), text);
});

test("what stands together often takes less room", () => {
  const { pack } = packingOf(texts);
  const [before, after] = [texts.join(""), texts.map((text) => pack(text).toString("latin1")).join("")];
  assert.ok(after.length < before.length * 0.6, `${before.length}, ${after.length}`);
});

test("the same texts are packed in the same way everywhere", () => {
  assert.deepEqual(packingOf(texts).pieces, packingOf([...texts]).pieces);
});

test("no text has the bytes that stand for two", () => {
  assert.throws(() => packingOf(["a…"]), /not ASCII: a…/);
  assert.throws(() => packingOf(texts).pack("ä"), /not ASCII/);
});
