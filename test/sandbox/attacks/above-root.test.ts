// What lies above the new root: nothing, whatever was mounted over a root, by whom, and by which path.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { runCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Caller, callers, dialects, openAttack, root } from "./attack.ts";

/** Where the commands of all these tests are, on the caller's root: nothing of it is in a sandbox's. */
function openSecret(t: TestContext): string {
  const folder = mkdtempSync("/var/tmp/rein-above-");
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, "secret"), "known");
  return join(folder, "secret");
}

/** An image in which a folder is a link to the root. */
function openImage(t: TestContext): { programs: ReturnType<typeof openAttack>; image: string; data: string } {
  const programs = openAttack(t);
  const [image, data] = [join(programs.folder, "image"), join(programs.folder, "data")];
  for (const path of [image, data]) {
    mkdirSync(path);
    chmodSync(path, 0o755);
  }
  symlinkSync("/", join(image, "data"));
  return { programs, image, data };
}

/** Second roots, over the image that is the first one. */
const roots: Readonly<Record<string, (image: string) => string[]>> = {
  "a tmpfs": () => ["--tmpfs", "/"],
  "an overlay": (image) => ["--overlay-src", image, "--tmp-overlay", "/"],
  "the image again": (image) => ["--ro-bind", image, "/"],
};

async function look(t: TestContext, caller: Caller, words: readonly string[], secret: string): Promise<string> {
  const paths = [`/..${secret}`, `/../../..${secret}`, `/proc/self/root/..${secret}`];
  const result = await runCommand(t, [...caller.prefix, ...words, "--", "/attack", "reach", ...paths]);
  return result.stdout + result.stderr;
}

for (const caller of callers) {
  for (const dialect of dialects) {
    describe(`${caller.name}, ${dialect}: nothing of the caller's is above the root`, {
      skip: attacksUnavailable,
    }, () => {
      for (const [name, second] of Object.entries(roots)) {
        for (const place of ["/data", "/attack/..", "/usr/.."]) {
          test(`with ${name} over an image, and something bound at ${place}`, async (t) => {
            const secret = openSecret(t);
            const { programs, image, data } = openImage(t);
            const options = [
              ...["--unshare-pid", "--unshare-net", "--ro-bind", image, "/", "--bind", data, place],
              ...[...second(image), "--ro-bind", programs.attack, "/attack"],
            ];
            const told = await look(t, caller, [programs[dialect], ...options], secret);
            assert.doesNotMatch(told, / ok$/m);
            assert.match(told, /^open \S+ ENOENT$|cannot lock the mounts|Can't mkdir|Can't create/m);
          });
        }
      }
    });
  }
}

for (const dialect of dialects) {
  test(`root, ${dialect}: nor what the caller has mounted over its own root`, {
    skip: attacksUnavailable,
  }, async (t) => {
    const secret = openSecret(t);
    const { programs } = openImage(t);
    const options = ["--unshare-pid", "--tmpfs", "/", "--ro-bind", programs.attack, "/attack"];
    const outside = ["unshare", "--mount", "--", "sh", "-c", 'mount --bind / / && exec "$@"', "sh"];
    const told = await look(t, root, [...outside, programs[dialect], ...options], secret);
    assert.doesNotMatch(told, / ok$/m);
    assert.match(told, /^stat \S+secret ENOENT$/m);
  });
}
