// --log-denied: which calls the built-in filter has refused, and that it refuses them as it does without.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openFolder } from "../support/accounts.ts";
import { attempts, attemptsUnavailable, outcomes } from "../support/attempts.ts";
import { children } from "../support/processes.ts";
import { executable, runCommand, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";

const SAYS = "rein: refused by the seccomp profile: ";
/** Calls whose numbers the kernel gave before Linux 5.1, and after that. */
const older = [
  "acct",
  "bpf",
  "clock_settime",
  "mount",
  "pivot_root",
  "setns",
  "swapon",
  "syslog",
  "umount2",
  "userfaultfd",
];
const newer = [
  "io_uring_setup",
  "open_tree",
  "fspick",
  "pidfd_getfd",
  "process_madvise",
  "mount_setattr",
  "quotactl_fd",
];
const denied = [...older, ...newer];
const sandbox = ["--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"];

/** Without an init inside the supervisor is the parent of who listens. */
const places: readonly (readonly [what: string, options: readonly string[]])[] = [
  ["alone", []],
  ["as rein's only child", ["--single-child"]],
  ["in a sandbox", sandbox],
  ["in a sandbox without an init", ["--unshare-user", "--unshare-ipc"]],
  ["with what is to be waited for", ["--drain", "20s"]],
];

/** Answers ioctl(2) with EPERM for one request: a compiled filter, a row an instruction. */
function refusingRequest(request: number): Buffer {
  const ioctl = process.arch === "x64" ? 16 : 29;
  const program = [
    [0x20, 0, 0, 0],
    [0x15, 0, 3, ioctl],
    [0x20, 0, 0, 24],
    [0x15, 0, 1, request],
    [0x06, 0, 0, 0x5_0001],
    [0x06, 0, 0, 0x7fff_0000],
  ];
  return Buffer.concat(
    program.map(([code = 0, ifTrue = 0, ifFalse = 0, value = 0]) => {
      const instruction = Buffer.from([code, 0, ifTrue, ifFalse, 0, 0, 0, 0]);
      instruction.writeUInt32LE(value, 4);
      return instruction;
    }),
  );
}

for (const [what, place] of places) {
  describe(what, { skip: attemptsUnavailable }, () => {
    const profile = [executable, ...place, "--seccomp-profile", "default", "--log-denied"];

    test("each call is told once, by its name, and refused as it is without", async (t) => {
      const words = [...denied, ...denied, "chdir", "read"];
      const { status, stdout, stderr } = await runCommand(t, [...profile, "--", attempts, ...words]);
      assert.deepEqual([status, stderr.split("\n").slice(0, -1)], [0, denied.map((name) => SAYS + name)]);
      const allowed = { chdir: "ENOENT", read: "EBADF" };
      assert.deepEqual(
        { ...outcomes(stdout), ...allowed },
        { ...Object.fromEntries(denied.map((name) => [name, "EPERM"])), ...allowed },
      );
    });

    test("who listens is nobody's orphan, and left to nobody", async (t) => {
      const outer = [executable, "--subreaper", "--warn-reap", "--drain", "20s", "--"];
      const [name = "", ...options] = profile;
      for (let i = 0; i < 10; i++) {
        const words = [...outer, name, "--warn-reap", ...options, "--", "sh", "-c", "exit 9"];
        const { status, stderr } = await runCommand(t, words);
        assert.deepEqual([status, stderr], [9, ""]);
      }
    });

    test("the status lines tell it, too", async (t) => {
      const { status, stdout } = await runCommand(t, [
        ...profile,
        "--json-status-fd",
        "1",
        "--",
        attempts,
        "mount",
        "mount",
      ]);
      assert.equal(status, 0);
      assert.deepEqual(
        stdout.match(/^{"event":"denied".*}$/gm)?.map((line) => JSON.parse(line).call),
        ["mount"],
      );
    });
  });
}

describe("besides", { skip: attemptsUnavailable }, () => {
  const profile = [executable, "--seccomp-profile", "default", "--log-denied", "--"];

  test("thousands of refused calls are one line, and all refused", async (t) => {
    const words = Array.from({ length: 20_000 }, () => "mount");
    const { stdout, stderr } = await runCommand(t, [...profile, attempts, ...words]);
    assert.deepEqual(
      [stdout.split("\n").filter((line) => line === "mount 1").length, stderr],
      [words.length, `${SAYS}mount\n`],
    );
  });

  test("strict tells calls that the other profile allows by their numbers", async (t) => {
    const words = [executable, "--seccomp-profile", "strict", "--log-denied", "--", attempts, "ptrace", "mount"];
    const { stdout, stderr } = await runCommand(t, words);
    assert.deepEqual(outcomes(stdout), { ptrace: "EPERM", mount: "EPERM" });
    assert.match(
      stderr,
      /^rein: refused by the seccomp profile: system call \d+\nrein: refused by the seccomp profile: mount\n$/,
    );
  });

  test("of two profiles the first one is told, and both refuse", async (t) => {
    const words = [
      executable,
      "--log-denied",
      "--seccomp-profile",
      "default",
      "--seccomp-profile",
      "strict",
      "--",
      attempts,
    ];
    const { stdout } = await runCommand(t, [...words, "ptrace", "mount"]);
    assert.deepEqual(outcomes(stdout), { ptrace: "EPERM", mount: "EPERM" });
  });

  test("--confine has a profile", async (t) => {
    const words = [
      executable,
      "--ro-bind",
      attempts,
      "/tmp/attempts",
      "--confine",
      "--ro-bind",
      attempts,
      "/tmp/attempts",
    ];
    const { stdout, stderr } = await runCommand(t, [
      ...words,
      "--chdir",
      "/",
      "--log-denied",
      "--",
      "/tmp/attempts",
      "mount",
    ]);
    assert.deepEqual([outcomes(stdout), stderr], [{ mount: "EPERM" }, `${SAYS}mount\n`]);
  });

  test("when who listens has been killed, the calls are refused all the same", async (t) => {
    const script = 'echo ready; read line; exec "$0" mount mount';
    const running = startCommand(t, [...profile, "sh", "-c", script, attempts]);
    await running.line();
    const [command = 0, listener = 0] = children(running.process.pid ?? 0);
    assert.ok(listener > command);
    process.kill(listener, "SIGKILL");
    await eventually("nobody listens any more", () => children(running.process.pid ?? 0).length === 1);
    running.stdin.end("\n");
    await running.exit();
    assert.deepEqual(outcomes(running.stdout.text), { ready: "undefined", mount: "ENOSYS" });
  });

  test("who listens does not hold the command's output open, and ends with the last whom the filter holds", async (t) => {
    const script = "exec 3<&0 >&- 2>&-; read line <&3";
    const running = startCommand(t, [
      executable,
      "--seccomp-profile",
      "default",
      "--log-denied",
      "--drain",
      "20s",
      "--",
      "sh",
      "-c",
      script,
    ]);
    await eventually("the command runs", () => children(running.process.pid ?? 0).length === 2);
    const [, listener = 0] = children(running.process.pid ?? 0);
    running.stdin.end("\n");
    const { status } = await running.exit();
    assert.equal(status, 0);
    assert.throws(() => process.kill(listener, 0));
  });

  for (const [what, request, told] of [
    ["ask", 0xc050_2100, ""],
    ["answer", 0xc018_2101, `${SAYS}mount\n`],
  ] as const) {
    test(`where a filter around it refuses to ${what}, it says so, and the kernel refuses the calls`, async (t) => {
      const file = join(openFolder(t), "filter");
      writeFileSync(file, refusingRequest(request));
      const words = ["sh", "-c", 'exec 3<"$0" "$@"', file, executable, "--seccomp", "3", "--", ...profile];
      const { stdout, stderr } = await runCommand(t, [...words, attempts, "mount", "mount"]);
      assert.deepEqual(
        [outcomes(stdout), stderr],
        [{ mount: "ENOSYS" }, `${told}rein: --log-denied: ioctl: Operation not permitted\n`],
      );
    });
  }

  test("with --as-pid-1 it is refused", async (t) => {
    const words = [executable, ...sandbox, "--as-pid-1", "--seccomp-profile", "default", "--log-denied", "--", "true"];
    const { status, stderr } = await runCommand(t, words);
    assert.deepEqual([status, stderr], [125, "rein: --as-pid-1 cannot be combined with --log-denied\n"]);
  });

  test("without a profile it is refused", async (t) => {
    const { status, stderr } = await runCommand(t, [executable, "--log-denied", "--", "true"]);
    assert.deepEqual([status, stderr], [125, "rein: --log-denied requires --seccomp-profile or --confine\n"]);
  });
});
