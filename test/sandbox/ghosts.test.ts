// Mount points that a sandbox had to make in the caller's files: they are gone at its end, and nothing else is.

import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Running } from "../support/rein.ts";
import { everything, type Maker, system, testCrowd, testSandbox } from "../support/sandbox.ts";
import { eventually } from "../support/waiting.ts";

/** A sandbox that ends with its supervisor, under both names. */
function ending(make: Maker): string[] {
  return [...everything, "--unshare-pid", ...(make.dialect === "bwrap" ? ["--die-with-parent"] : [])];
}

const COVER = ["--ro-bind", "/dev/null"];

/** A shell in a sandbox, which says `ready`, and does the script when its input ends. */
async function waiting(make: Maker, words: readonly string[], script = "true"): Promise<Running> {
  const running = make.start([...words, "--", "sh", "-c", `echo ready; read -r line; ${script}`]);
  assert.equal(await running.line(), "ready", running.seen());
  return running;
}

async function end(running: Running): Promise<void> {
  running.process.stdin?.end();
  await running.closed();
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

testSandbox("files and directories that were made to be mounted on are removed", async (make) => {
  const folder = make.folder();
  mkdirSync(join(folder, "there"));
  chmodSync(join(folder, "there"), 0o755);
  writeFileSync(join(folder, "empty"), "");
  const words = [
    ...[
      ...ending(make),
      ...COVER,
      join(folder, "file"),
      ...COVER,
      join(folder, "a/b/c"),
      ...COVER,
      join(folder, "empty"),
    ],
    ...["--tmpfs", join(folder, "a/d/e"), "--ro-bind", "/usr", join(folder, "usr"), "--tmpfs", join(folder, "there")],
    ...["--mask", join(folder, "a/missing")].slice(make.dialect === "bwrap" ? 2 : 0),
  ];
  const result = await make.script(words, `cd ${folder}; echo *; echo a/*; test -c file; test -d usr/bin`);
  assert.equal(result.stderr, "");
  assert.deepEqual([result.status, result.stdout], [0, "a empty file there usr\na/b a/d\n"]);
  assert.deepEqual(readdirSync(folder).sort(), ["empty", "there"]);
  const failed = await make.script([...words, "--bind", "/nowhere", "/mnt"], "true");
  assert.equal(failed.status, make.refusal);
  assert.deepEqual(readdirSync(folder).sort(), ["empty", "there"]);
});

testSandbox("as PID 1, and after a signal", async (make) => {
  const folder = make.folder();
  const words = [...ending(make), ...COVER, join(folder, "a/file")];
  const first = await make.script([...words, "--as-pid-1"], "true");
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(readdirSync(folder), []);
  const killed = await make.script(words, "kill -KILL $$");
  assert.equal(killed.status, 137);
  assert.deepEqual(readdirSync(folder), []);
});

testSandbox("what is not empty or not ours any more stays, and has an ordinary mode", async (make) => {
  const folder = make.folder();
  for (const name of ["written", "replaced", "linked", "hard"]) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  const names = ["written/file", "replaced/file", "linked/file", "hard/file", "directory/there"];
  const running = make.start([
    ...[...ending(make), ...names.flatMap((name) => [...COVER, join(folder, name)])],
    ...["--", "sh", "-c", "echo ready; read -r line"],
  ]);
  assert.equal(await running.line(), "ready");
  writeFileSync(join(folder, "victim"), "");
  const at = (name: string): string => join(folder, name);
  rmSync(at("written/file"));
  writeFileSync(join(folder, "directory/more"), "more");
  rmSync(at("replaced/file"));
  writeFileSync(at("replaced/file"), "");
  renameSync(at("linked/file"), join(folder, "moved"));
  symlinkSync(join(folder, "victim"), at("linked/file"));
  linkSync(at("hard/file"), join(folder, "second"));
  running.process.stdin?.end();
  await running.closed();
  assert.ok(!existsSync(at("directory/there")));
  assert.ok(existsSync(join(folder, "victim")));
  assert.equal(readFileSync(join(folder, "directory/more"), "utf8"), "more");
  assert.deepEqual(readdirSync(folder).sort(), [
    "directory",
    "hard",
    "linked",
    "moved",
    "replaced",
    "second",
    "victim",
    "written",
  ]);
  assert.deepEqual(readdirSync(join(folder, "linked")), ["file"]);
  assert.deepEqual(readdirSync(join(folder, "replaced")), ["file"]);
  assert.equal(statSync(join(folder, "directory")).mode & 0o7000, 0);
  assert.equal(statSync(join(folder, "moved")).mode & 0o7777, 0o444);
});

for (const [what, words] of Object.entries({
  "a bind": (path: string) => [...COVER, path],
  "a --tmpfs": (path: string) => ["--tmpfs", path],
  "a bind of what is below missing directories": (path: string) => [...COVER, join(path, "a/b/c")],
}))
  testSandbox(`${what} of two sandboxes at one place stays for the second, which removes it`, async (make) => {
    const folder = make.folder();
    const path = join(folder, "there");
    const options = [...ending(make), ...words(path)];
    const first = await waiting(make, options);
    const second = await waiting(make, options, `grep -c ' ${path}' /proc/self/mountinfo`);
    await end(first);
    assert.ok(existsSync(path));
    second.process.stdin?.end();
    assert.equal(await second.line(), "1");
    await second.closed();
    assert.deepEqual(readdirSync(folder), []);
  });

testSandbox("a sandbox that has it covered otherwise keeps its cover", async (make) => {
  const folder = make.folder();
  const file = join(folder, "file");
  const options = [...ending(make), ...COVER, file];
  const covers = [
    [...ending(make), "--ro-bind", folder, folder, ...COVER, file],
    [...everything, ...COVER, file],
    [...everything, "--ro-bind", folder, folder, ...COVER, file],
  ];
  if (make.dialect === "rein")
    covers.push(
      [...ending(make), "--mask", file],
      [...everything, "--ro-bind", folder, folder, "--mask", file],
      [...everything, "--read-only-path", file],
    );
  for (const cover of covers) {
    const first = await waiting(make, options);
    const second = await waiting(make, cover, `grep -c ' ${file} ' /proc/self/mountinfo`);
    await end(first);
    second.process.stdin?.end();
    assert.equal(await second.line(), "1", cover.join(" "));
    await second.closed();
    rmSync(file, { force: true });
  }
});

testCrowd("many that begin and end at once do not disturb each other", async (make) => {
  const folder = make.folder();
  const words = [...ending(make), ...COVER, join(folder, "a/b/c"), ...COVER, join(folder, "a/d"), "--", "true"];
  const results = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const all = [];
      for (let i = 0; i < 10; i++) all.push(await make.run(words));
      return all;
    }),
  );
  for (const { status, stderr } of results.flat()) assert.deepEqual([status, stderr], [0, ""]);
  // A last one removes what the others have left for each other.
  await make.run(words);
  assert.deepEqual(readdirSync(folder), []);
});

testSandbox("what a sandbox without a PID namespace has made stays, for others may go on in it", async (make) => {
  const folder = make.folder();
  const result = await make.script([...everything, ...COVER, join(folder, "file")], "true");
  assert.equal(result.status, 0, result.stderr);
  assert.equal(modeOf(join(folder, "file")), 0o444);
});

testSandbox(
  "after SIGTERM nothing is left; after a signal that ends the supervisor the next one removes it",
  async (make) => {
    const folder = make.folder();
    const file = join(folder, "a/file");
    const options = [...ending(make), ...COVER, file];
    for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
      const running = make.start([...options, "--", "sh", "-c", "echo ready; exec sleep 600"]);
      assert.equal(await running.line(), "ready");
      running.process.kill(signal);
      await running.closed();
      const isEnded = signal === "SIGKILL" || make.dialect === "bwrap";
      assert.deepEqual(readdirSync(folder), isEnded ? ["a"] : [], signal);
      if (!isEnded) continue;
      assert.equal(statSync(file).size, 0);
      const next = await make.script(options, `test -c ${file}`);
      assert.deepEqual([next.status, next.stderr], [0, ""]);
      assert.deepEqual(readdirSync(folder), [], signal);
    }
  },
);

testSandbox(
  "a signal while the set-up waits leaves nothing",
  async (make) => {
    const folder = make.folder();
    const file = join(folder, "a/file");
    const words = [...ending(make), ...COVER, file, "--block-fd", "3", "--", "true"];
    const running = make.start(words, { extraPipes: 1 });
    await eventually("the set-up has made it", () => existsSync(file));
    running.process.kill("SIGTERM");
    await running.exit();
    assert.deepEqual(readdirSync(folder), []);
  },
  { dialect: "rein" },
);

testSandbox("where the command does not start, and where the set-up fails, nothing is left", async (make) => {
  const folder = make.folder();
  const options = [...ending(make), ...COVER, join(folder, "a/file"), "--tmpfs", join(folder, "b/c")];
  const missing = await make.run([...options, "--", join(folder, "missing")]);
  assert.notEqual(missing.status, 0);
  assert.deepEqual(readdirSync(folder), []);
  for (const words of [
    [...COVER, join(folder, "d/e", "n".repeat(300))],
    ["--bind", "/nowhere", "/mnt"],
    ["--tmpfs", join(folder, "a/file")],
  ]) {
    const failed = await make.run([...options, ...words, "--", "true"]);
    assert.equal(failed.status, make.refusal, failed.stderr);
    assert.deepEqual(readdirSync(folder), [], words.join(" "));
  }
});

testSandbox("of more than can wait the others stay, as ordinary files", async (make) => {
  const folder = make.folder();
  const names = Array.from({ length: 400 }, (_, i) => `file${i}`);
  const words = names.flatMap((name) => [...COVER, join(folder, name)]);
  const result = await make.script(
    [...ending(make), ...words],
    `cd ${folder}; for i in *; do test -c $i || echo $i; done`,
  );
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, "", ""]);
  const left = readdirSync(folder);
  assert.ok(left.length < 200, `${left.length} are left`);
  for (const name of left) assert.equal(modeOf(join(folder, name)), 0o444, name);
});

testSandbox("what the command moves, fills or puts in its place is left alone", async (make) => {
  const folder = make.folder();
  const alias = make.folder();
  for (const name of ["moved", "filled", "victim"]) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o777);
  }
  writeFileSync(join(folder, "victim/file"), "");
  chmodSync(join(folder, "victim/file"), 0o444);
  const script = [
    // The directories above, for links to others.
    "mv moved gone; ln -s victim moved; mv made taken; ln -s victim made",
    "chmod 644 filled/file; echo text >filled/file",
    // A mount point itself can be neither moved nor removed from inside.
    "mv gone/file gone/other 2>/dev/null; rm -f taken/file 2>/dev/null",
    "mkdir new/here",
  ].join("; ");
  const words = [
    ...[
      ...ending(make),
      ...["moved/file", "filled/file", "made/file", "new/file"].flatMap((name) => [...COVER, join(folder, name)]),
    ],
    ...["--bind", folder, alias],
  ];
  const result = await make.script(words, `cd ${alias}; ${script}`);
  assert.deepEqual([result.status, result.stderr], [0, ""]);
  assert.deepEqual(readdirSync(folder).sort(), ["filled", "gone", "made", "moved", "new", "victim"]);
  assert.deepEqual(readdirSync(join(folder, "victim")), ["file"]);
  assert.deepEqual(readdirSync(join(folder, "gone")), []);
  assert.deepEqual(readdirSync(join(folder, "new")), ["here"]);
  assert.equal(readFileSync(join(folder, "filled/file"), "utf8"), "text\n");
  assert.equal(modeOf(join(folder, "new")) & 0o7000, 0);
});

testSandbox("the caller's own empty files and directories stay as they are, and what --dir makes", async (make) => {
  const folder = make.folder();
  const files = { plain: 0o644, read: 0o444, sticky: 0o1644 };
  const directories = { open: 0o1777, group: 0o1775 };
  for (const [name, mode] of Object.entries(files)) {
    writeFileSync(join(folder, name), "");
    chmodSync(join(folder, name), mode);
  }
  for (const [name, mode] of Object.entries(directories)) {
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), mode);
  }
  const words = [
    ...[...ending(make), ...Object.keys(files).flatMap((name) => [...COVER, join(folder, name)])],
    ...[...Object.keys(directories).flatMap((name) => ["--tmpfs", join(folder, name)]), "--dir", join(folder, "dir")],
  ];
  const result = await make.script(words, "true");
  assert.deepEqual([result.status, result.stderr], [0, ""]);
  assert.deepEqual(readdirSync(folder).sort(), ["dir", "group", "open", "plain", "read", "sticky"]);
  for (const [name, mode] of Object.entries({ ...files, ...directories, dir: 0o755 }))
    assert.equal(modeOf(join(folder, name)), mode, name);
});

testSandbox("a --dir at one that another sandbox has made stays", async (make) => {
  const folder = make.folder();
  const path = join(folder, "there");
  const first = await waiting(make, [...ending(make), "--tmpfs", path]);
  const second = await make.script([...ending(make), "--dir", path], "true");
  assert.deepEqual([second.status, second.stderr], [0, ""]);
  await end(first);
  assert.equal(modeOf(path), 0o755);
});

testSandbox("what is made in a root of the sandbox's own has its ordinary mode", async (make) => {
  const folder = make.folder();
  const words = [
    ...[...ending(make).slice(everything.length), ...system, "--bind", folder, "/x/y", ...COVER, "/x/z/file"],
    ...[
      "--tmpfs",
      "/home",
      "--ro-bind",
      "/usr",
      "/home/user/usr",
      "--dev",
      "/dev",
      "--ro-bind",
      "/usr",
      "/dev/a/b",
      "--chdir",
      "/",
    ],
  ];
  const result = await make.script(words, "stat -c %a /x /x/z /home/user /dev/a");
  assert.deepEqual(
    [result.status, result.stdout, result.stderr],
    [0, `${make.dialect === "rein" ? 755 : 700}\n`.repeat(4), ""],
  );
});

testSandbox("whoever locks one keeps a sandbox from mounting over it, and not for ever", async (make) => {
  const folder = make.folder();
  const file = join(folder, "file");
  writeFileSync(file, "");
  chmodSync(file, 0o1444);
  const words = [...ending(make), ...COVER, file, "--", "true"];
  const lock = make.startWithin('exec flock "$0" sh -c "echo ready; read -r line"'.replace("$0", file), []);
  assert.equal(await lock.line(), "ready");
  const refused = await make.run(words);
  assert.equal(refused.status, make.refusal);
  assert.match(refused.stderr, /Resource temporarily unavailable/);
  lock.process.stdin?.end();
  await lock.closed();
  const taken = await make.run(words);
  assert.deepEqual([taken.status, taken.stderr], [0, ""]);
  assert.deepEqual(readdirSync(folder), []);
});
