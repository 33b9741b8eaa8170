// What the executable is called by: argv[0], or else its file.

import assert from "node:assert/strict";
import { copyFileSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openFolder } from "../support/accounts.ts";
import { executable, type Result, runCommand } from "../support/rein.ts";

/** What says the version, and how it begins. */
const dialects: Readonly<Record<string, readonly [option: string, says: RegExp]>> = {
  rein: ["--version", /^rein \d/],
  tini: ["--version", /^tini version /],
  "tini-static": ["--version", /^tini version /],
  "docker-init": ["--version", /^tini version /],
  "dumb-init": ["--version", /^dumb-init v/],
  catatonit: ["--version", /^tini version /],
  "podman-init": ["--version", /^tini version /],
  pause: ["-v", /^pause\.c /],
  bwrap: ["--version", /^bubblewrap \d/],
};

/** Files of these names, each the executable. */
function files(t: TestContext, ...names: readonly string[]): string {
  const folder = openFolder(t);
  copyFileSync(executable, join(folder, "original"));
  for (const name of names) linkSync(join(folder, "original"), join(folder, name));
  return folder;
}

function named(t: TestContext, zeroth: string, words: readonly string[]): Promise<Result> {
  return runCommand(t, ["bash", "-c", 'exec -a "$0" "$@"', zeroth, ...words]);
}

async function said(t: TestContext, zeroth: string, words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await named(t, zeroth, words);
  return stdout + stderr;
}

test("an argv[0] that is no name of ours leaves it to the file's, under every name", async (t) => {
  const folder = files(t, ...Object.keys(dialects));
  for (const [name, [option, says]] of Object.entries(dialects)) {
    const file = join(folder, name);
    for (const zeroth of ["jailshell", `-${name}`, `/srv/${name}-1.0`, "", "/"])
      assert.match(await said(t, zeroth, [file, option]), says, `${zeroth} ${name}`);
  }
});

test("an argv[0] that is one counts, and not the file", async (t) => {
  const folder = files(t, "bwrap");
  for (const [name, [option, says]] of Object.entries(dialects))
    for (const zeroth of [name, `/x/${name}`])
      assert.match(await said(t, zeroth, [join(folder, "bwrap"), option]), says);
});

test("a link's name counts before its file's; a file that has none of our names is rein", async (t) => {
  const folder = files(t, "dumb-init", "other");
  const links = join(folder, "links");
  mkdirSync(links);
  symlinkSync("../dumb-init", join(links, "bwrap"));
  symlinkSync("../dumb-init", join(links, "jailshell"));
  symlinkSync("../other", join(links, "other"));
  assert.match(await said(t, "x", [join(links, "bwrap"), "--version"]), /^bubblewrap /);
  assert.match(await said(t, "x", [join(links, "jailshell"), "--version"]), /^dumb-init /);
  assert.match(await said(t, join(links, "jailshell"), [join(links, "jailshell"), "--version"]), /^dumb-init /);
  assert.match(await said(t, "x", [join(links, "other"), "--version"]), /^rein /);
});

test("a script is called what it likes: its interpreter's name counts", async (t) => {
  const folder = files(t, "bwrap", "other");
  for (const [interpreter, says] of [
    ["other", /^rein /],
    ["bwrap", /^bubblewrap /],
  ] as const) {
    const script = join(folder, "tini");
    writeFileSync(script, `#!${join(folder, interpreter)} --version\n`, { mode: 0o755 });
    const result = await runCommand(t, [script]);
    assert.match(result.stdout, says, result.stderr);
  }
});

test("no file's name leads to a stage of a sandbox", async (t) => {
  const stages = ["rein-setup", "rein-init", "rein-outside"];
  const folder = files(t, ...stages);
  const numbers = ["3", "4", "5", "0", "0", "0", "0", "0", "0", "0"];
  for (const stage of stages) {
    const begun = [join(folder, stage), ...numbers, "bwrap", "--version"];
    // As the stage it would be bubblewrap's version.
    const result = await named(t, "jailshell", begun);
    assert.deepEqual([result.status, result.stdout], [127, ""], stage);
    assert.match(result.stderr, /^rein: cannot run 3: /);
  }
});

test("a sandbox under another argv[0] is bubblewrap's in all its stages", async (t) => {
  const folder = files(t, "bwrap");
  // Without the caller's: only bubblewrap would drop the second, and warn.
  const words = ["--dev-bind", "/", "/", "--chdir", "/usr", "--chdir", "/"];
  for (const more of [
    [],
    ["--unshare-pid", "--proc", "/proc"],
    ["--unshare-user", "--unshare-pid", "--dev", "/dev", "--proc", "/proc"],
  ]) {
    const show = ["sh", "-c", "pwd; cat /proc/$PPID/comm"];
    const result = await named(t, "jailshell", [join(folder, "bwrap"), ...words, ...more, "--", ...show]);
    assert.deepEqual(
      [result.stdout, result.stderr],
      ["/\nbwrap\n", "bwrap: Only the last --chdir option will take effect\n"],
      more.join(" "),
    );
  }
});
