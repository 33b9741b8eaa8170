// What `words("…")` makes is packed: whoever writes it as it is writes garbage. So it goes to those alone that unpack it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/** What is called with packed words. Before a new name stands here: it ends in `packed` or `putEither`, in every place. */
const takers: ReadonlySet<string> = new Set([
  ...["packed", "putEither", "failure", "must", "mustBut", "mustFind", "mustMake", "mustUnshare", "worked"],
  ...[
    "cannot",
    "cannotExecute",
    "checkOpen",
    "debug",
    "excludes",
    "findLoader",
    "findOnTheWay",
    "is",
    "messages.trouble",
    "misuse",
    "openExisting",
  ],
  ...["refuseAs", "refuseProgram", "refuseValueOf", "refuseWord", "restrictPath", "wants", "word", "writeFile"],
]);

const source = join(import.meta.dirname, "../../src/executable");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

/** The name of what is called around the place, with that of its object; undefined outside of a call. */
function callee(text: string, at: number): string | undefined {
  for (let depth = 0, i = at - 1; i >= 0; i--) {
    if (text[i] === ")") depth++;
    else if (text[i] === "(" && depth-- === 0) return /(?:\w+\.)?\w+$/.exec(text.slice(0, i))?.[0];
    else if (depth === 0 && /[;{}]/.test(text[i] as string)) return undefined;
  }
  return undefined;
}

function misuses(text: string): string[] {
  const code = withoutComments(text);
  const direct = [...code.matchAll(/\bwords\(/g)].map(({ index }) => callee(code, index) ?? "packed");
  const wrong = direct.filter((name) => !takers.has(name) && !takers.has(name.replace(/.*\./, "")));
  const names = [...code.matchAll(/\bconst (\w+)(?:: usize)? = words\(/g)].map(([, name]) => name as string);
  const written = names.filter((name) => new RegExp(`\\b(?:bytes|outsideBytes|text|trouble)\\(${name}\\b`).test(code));
  return [...wrong, ...written];
}

test("packed words go to nobody who does not unpack them", () => {
  const found = files.flatMap((file) =>
    misuses(readFileSync(join(source, file), "utf8")).map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(found, []);
});

test("words for who writes plain bytes are found", () => {
  assert.deepEqual(misuses('line.text(" ").bytes(words("x"));'), ["bytes"]);
  assert.deepEqual(misuses('init.report.trouble(words("x"), 1);'), ["report.trouble"]);
  assert.deepEqual(misuses('const WHAT = words("x");\nline.bytes(WHAT);'), ["WHAT"]);
  assert.deepEqual(misuses('this.plan.messages.trouble(words("x"), f(1));'), []);
});
