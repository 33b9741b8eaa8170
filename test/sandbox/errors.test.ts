// A set-up that fails: what is said of it, and that nothing is left of it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { children } from "../support/processes.ts";
import { executable, runCommand } from "../support/rein.ts";
import { everything, system, testSandbox } from "../support/sandbox.ts";

/** What fails in each stage, and what is said of it. */
const failures: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["set-up", ["--ro-bind", "/nowhere", "/x"], /--ro-bind: .*\/nowhere: No such file or directory/],
  [
    "set-up",
    ["--ro-bind", "/nowhere/a/b", "/x"],
    /\/nowhere\/a\/b: No such file or directory; there is no \/nowhere\/\n/,
  ],
  ["set-up", ["--overlay-src", "/nowhere/a", "--tmp-overlay", "/x"], /\/nowhere\/a: .*; there is no \/nowhere\/\n/],
  ["set-up", ["--chmod", "0700", "/nowhere"], /--chmod: .*\/nowhere: No such file or directory/],
  ["set-up", ["--remount-ro", "/nowhere"], /--remount-ro: .*\/nowhere: No such file or directory/],
  ["set-up", ["--symlink", "x", "/usr"], /--symlink: .*\/usr: destination exists/],
  ["set-up", ["--dir", "/usr/bin/env/x"], /--dir: .*\/usr\/bin\/env\/x: Not a directory/],
  ["init", ["--lock-file", "/nowhere"], /\/nowhere: No such file or directory/],
  ["init", ["--lock-file", "/nowhere/a"], /\/nowhere\/a: No such file or directory; there is no \/nowhere\/\n/],
  ["", ["--chdir", "/nowhere"], /--chdir \/nowhere: No such file or directory/],
];

testSandbox("the stage, the option, the path and the kernel's word are said, in one line", async (make) => {
  for (const [stage, words, says] of failures) {
    // From a directory that is there: else that would be said first.
    const result = await make.run([...system, ...words, "--", "echo", "ran"], { directory: "/" });
    assert.deepEqual([result.status, result.stdout], [make.refusal, ""], words.join(" "));
    assert.match(result.stderr, new RegExp(`^(${make.dialect}: [^\\n]+\\n)${make.dialect === "rein" ? "" : "+"}$`));
    if (make.dialect === "rein" && stage !== "") assert.match(result.stderr, new RegExp(`^rein: ${stage}: `));
    if (make.dialect === "rein") assert.match(result.stderr, says);
  }
});

testSandbox("nothing is left: no mount, no process, no file", async (make) => {
  const before = [
    readFileSync("/proc/self/mountinfo", "utf8"),
    readdirSync(tmpdir()).filter((name) => !/^rein-|^tap-/.test(name)).length,
  ];
  for (const [, words] of failures) await make.run([...system, "--unshare-pid", ...words, "--", "true"]);
  assert.equal(readFileSync("/proc/self/mountinfo", "utf8"), before[0]);
  assert.deepEqual(children(process.pid), []);
});

testSandbox("a working directory outside of the root is refused, however one comes to it", async (make) => {
  const bring = 'exec 9</tmp; "$@"';
  const words = [...system, "--proc", "/proc", "--keep-fd", "9"];
  const asked = await make.within(bring, [...words, "--chdir", "/proc/self/fd/9", "--", "ls"]);
  const home = await make.within(bring, [...words, "--", "ls"], {
    directory: "/tmp",
    environment: { HOME: "/proc/self/fd/9" },
  });
  for (const result of [asked, home]) {
    assert.deepEqual([result.status, result.stdout], [make.refusal, ""]);
    assert.match(result.stderr, /: the working directory is not in the sandbox\n$/);
  }
});

testSandbox("the caller's directory, where it is inside; else the home, else the root", async (make) => {
  const directory = make.folder();
  const where = async (words: readonly string[], HOME: string): Promise<string> => {
    const result = await make.run([...words, "--", "sh", "-c", 'echo "$PWD"; pwd -P'], {
      directory,
      environment: { HOME },
    });
    return result.stdout;
  };
  assert.equal(await where(everything, "/usr"), `${directory}\n${directory}\n`);
  assert.equal(await where(system, "/usr"), "/usr\n/usr\n");
  assert.equal(await where(system, "/nowhere"), "/\n/\n");
});

testSandbox("where parts of /proc are hidden, the way out is said", async (make) => {
  const outer = [
    "--unshare-user",
    "--unshare-pid",
    ...everything,
    "--proc",
    "/proc",
    "--ro-bind",
    "/dev/null",
    "/proc/uptime",
  ];
  const program = make.words([]).at(-1) ?? "";
  const inner = [program, ...everything, "--unshare-user", "--unshare-pid", "--proc", "/proc", "--", "true"];
  const result = await make.run([...outer, "--", ...inner]);
  assert.equal(result.status, make.refusal, result.stderr);
  assert.match(
    result.stderr,
    make.dialect === "rein"
      ? /Can't mount proc: Operation not permitted; parts of \/proc are hidden here.*--ro-bind \/proc \/proc/
      : /^bwrap: Can't mount proc on \/newroot\/proc: Operation not permitted\nbwrap: parts of \/proc are hidden here.*\n$/,
  );
});

testSandbox("without a /proc at all that is said", async (make) => {
  const program = make.words([]).at(-1) ?? "";
  const result = await make.run([
    ...everything,
    "--unshare-user",
    "--tmpfs",
    "/proc",
    "--",
    program,
    ...everything,
    "--",
    "true",
  ]);
  assert.equal(result.status, make.refusal);
  const isMounted = make.dialect === "rein" ? "/proc/self/exe: .*; is" : "\nbwrap: is";
  assert.match(result.stderr, new RegExp(`${isMounted} /proc mounted\\?\\n$`));
});

testSandbox(
  "--level-prefix begins messages with their severity",
  async (make) => {
    const words = ["--level-prefix", "--chdir", "/", "--chdir", "/nowhere", ...system, "--", "true"];
    const result = await make.run(words);
    assert.equal(
      result.stderr,
      "<4>bwrap: Only the last --chdir option will take effect\n<3>bwrap: Can't chdir to /nowhere: No such file or directory\n",
    );
  },
  { dialect: "bwrap" },
);

testSandbox("labels need SELinux", async (make, t) => {
  if (existsSync("/sys/fs/selinux/enforce")) return t.skip("SELinux is enabled here");
  for (const option of ["--file-label", "--exec-label"]) {
    const result = await make.run([...system, option, "label", "--", "echo", "ran"]);
    assert.deepEqual([result.status, result.stdout], [make.refusal, ""]);
    const ours = /: --exec-label and --file-label need SELinux, which is not enabled here\n$/;
    assert.match(result.stderr, make.dialect === "rein" ? ours : /^bwrap: labeling not supported on this system\n$/);
  }
});

const noRoot = process.getuid?.() !== 0 && "only root can start it traced";
const noStrace = spawnSync("strace", ["-V"]).error !== undefined && "there is no strace";

/** What makes the root and what is in it: all that gives a descriptor, and the directories for it. */
const making = ["openat", "openat2", "open_tree", "fsopen", "fsmount", "mkdirat", "symlinkat"];

for (const call of making) {
  test(`rein, root: a ${call} that fails is told by its own error`, { skip: noRoot || noStrace }, async (t) => {
    const overlays = [
      "--overlay-src",
      "/usr/lib",
      "--tmp-overlay",
      "/a",
      "--overlay-src",
      "/usr/bin",
      "--tmp-overlay",
      "/b",
    ];
    const made = [...system, "--dev", "/dev", "--proc", "/proc", ...overlays];
    const whole = [...everything, "--overlay-src", "/usr/lib", "--tmp-overlay", "/mnt"];
    let failed = 0;
    for (const options of [made, whole]) {
      for (let place = 1; place <= 14; place++) {
        const inject = `inject=${call}:error=EMFILE:when=${place}`;
        const words = ["strace", "-f", "-o", "/dev/null", "-e", inject, executable, ...options, "--", "true"];
        const { stderr } = await runCommand(t, words, { directory: "/" });
        if (!stderr.startsWith("rein: ")) continue;
        failed++;
        assert.match(stderr, /: Too many open files\n$/, inject);
      }
    }
    assert.ok(failed > 0);
  });
}

/** Of a descriptor's file, or of the one that is written: another user's FUSE mount, or a server that is gone. */
test("rein, root: a statx that fails is told by its own error", { skip: noRoot || noStrace }, async (t) => {
  // Each is looked at, so that the number is beyond the standard streams', of another process.
  const before = [...system, "--ro-bind", "/etc", "/etc", "--ro-bind", "/etc", "/mnt"];
  for (const option of ["--bind-fd", "--file"]) {
    const words = [executable, ...before, option, "9", "/x", "--", "true"];
    let failed = 0;
    for (let place = 4; place <= 40; place++) {
      const traced = `strace -f -o /dev/null -e inject=statx:error=EACCES:when=${place} "$@" 9</etc/passwd`;
      const { stderr } = await runCommand(t, ["bash", "-c", traced, "bash", ...words]);
      if (!stderr.startsWith(`rein: set-up: ${option}`)) continue;
      failed++;
      assert.match(stderr, /: Permission denied\b/, traced);
    }
    assert.ok(failed > 0, option);
  }
});
