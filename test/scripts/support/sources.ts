// A checkout in miniature that can be built in no time.

import assert from "node:assert/strict";
import { existsSync, statSync, utimesSync } from "node:fs";
import type { TestContext } from "node:test";
import { Checkout } from "./checkout.ts";

/** Where the executable is, below the checkout. */
export const result: string = `dist/linux-${process.arch}/rein`;

/**
 * One with sources of nothing, and a Node.js whose builds only write what is there afterwards. `lines` are sh that the
 * executable's build begins with.
 */
export function checkout(t: TestContext, lines = ""): Checkout {
  const made = new Checkout(t);
  made.write("src/executable/main.ts", "");
  made.write("src/library/index.ts", "");
  made.write("tsconfig.json", "{}");
  made.stand(
    "node",
    `case $1 in
  --version) echo v24.0.0 ;;
  */build.ts) echo building; ${lines}
    mkdir -p dist/linux-${process.arch}; cd dist/linux-${process.arch}
    printf '#!/bin/sh\\necho "$$ $*"; exec cat\\n' >rein; chmod +x rein ;;
  */build-library.ts) echo building; mkdir -p dist/library; touch dist/library/cli.js ;;
  scripts/generate.ts) ;;
  *) exec '${process.execPath}' "$@" ;;
esac`,
  );
  // All files of before, whatever the resolution of the file system's times.
  age(made, "package.json", "package-lock.json", "tsconfig.json", "scripts", "src");
  return made;
}

/** Gives files and folders, with all in them, a time of an hour ago. */
export function age(made: Checkout, ...names: string[]): void {
  for (const name of names)
    assert.equal(made.run(["find", name, "-exec", "touch", "-d", "1 hour ago", "{}", "+"]).status, 0);
}

/** Gives a file or folder a time so many seconds behind what was built last, however long ago that was. */
export function change(made: Checkout, name: string, seconds = 1): void {
  const built = [result, "dist/library/cli.js"].map((path) => made.path(path)).filter((path) => existsSync(path));
  const later = Math.max(...built.map((path) => statSync(path).mtimeMs)) / 1000 + seconds;
  utimesSync(made.path(name), later, later);
}

/** Which were built since the last time that somebody asked. */
export function builds(made: Checkout): () => string[] {
  let seen = 0;
  return () => {
    const calls = made.calls().slice(seen);
    seen += calls.length;
    return calls.flatMap((call) => /scripts\/(\S+)\.ts$/.exec(call)?.[1] ?? []);
  };
}
