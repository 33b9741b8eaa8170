// The executable's constant bytes are in one run, each text once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TextPool } from "../../scripts/text-pool.ts";

const bytes = (text: string): Buffer => Buffer.from(`${text}\0`);
const texts = ["/proc/self/fd/1", "fd/1", "tmpfs", "tmpfs", "", "mount tmpfs", "fs on", "1"].map(bytes);

test("every text is where the pool says it is", () => {
  const pool = new TextPool(texts);
  for (const text of texts) {
    const offset = pool.offsetOf(text)!;
    assert.deepEqual(pool.bytes.subarray(offset, offset + text.length), text);
  }
  assert.equal(pool.offsetOf(bytes("proc")), undefined);
});

test("what is there already takes no room: the same text, and another one's end", () => {
  const kept = ["/proc/self/fd/1", "mount tmpfs", "fs on"].map(bytes);
  assert.equal(new TextPool(texts).bytes.length, Buffer.concat(kept).length);
});

test("the same texts make the same pool, in whichever order", () => {
  assert.deepEqual(new TextPool(texts).bytes, new TextPool(texts.toReversed()).bytes);
});
