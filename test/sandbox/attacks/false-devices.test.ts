// CVE-2025-31133 (runc) and its siblings: what stands in the place of a device is none, or another one.

import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runCommand } from "../../support/rein.ts";
import { openTerminal, screenEnds, terminalUnavailable } from "../../support/terminal.ts";
import {
  attacksUnavailable,
  callers,
  type Dialect,
  dialects,
  openAttack,
  ordinary,
  root,
  runSandbox,
} from "./attack.ts";

/** Shell lines that put something else into a /dev of their own; "$secret" is a file that must not become a device. */
const places: readonly (readonly [string, string, RegExp | undefined])[] = [
  ["a regular file", 'mount --bind "$secret" /dev/null', /\/dev\/null is another file/],
  ["another device", "mount --bind /dev/zero /dev/null", /\/dev\/null is another file/],
  ["a link to a regular file", 'rm /dev/null; ln -s "$secret" /dev/null', /\/dev\/null is another file/],
  ["a link to another device", "rm /dev/full; ln -s zero /dev/full", /\/dev\/full is another file/],
  ["a directory", "rm /dev/tty; mkdir /dev/tty", /\/dev\/tty is another file/],
  ["nothing", "rm /dev/urandom", /\/dev\/urandom/],
  // It is the device, whatever its name.
  ["a link to the device itself", "mv /dev/null /dev/nil; ln -s nil /dev/null", undefined],
];

const ownDevices = [
  "cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /mnt",
  "mount --move /mnt /dev",
].join(" && ");

/** Who takes the devices of the caller's /dev; and root, who makes new ones. */
const takers = [
  { caller: ordinary, options: [], makes: false },
  { caller: root, options: ["--unshare-user"], makes: false },
  { caller: root, options: [], makes: true },
];

describe("--dev", { skip: attacksUnavailable }, () => {
  for (const { caller, options: more, makes } of takers) {
    for (const dialect of dialects) {
      for (const [name, change, problem] of places) {
        const refusal = makes ? undefined : problem;
        test(`${caller.name}, ${dialect} ${more.join(" ")}: ${name}`, async (t) => {
          const programs = openAttack(t);
          const secret = join(programs.folder, "secret");
          writeFileSync(secret, "kept", { mode: 0o666 });
          const script = `mount -t tmpfs none /mnt && ${ownDevices} && { ${change}; } && exec "$@"`;
          const prefix = ["env", `secret=${secret}`, "unshare", "--mount", "sh", "-c", script, "sh", ...caller.prefix];
          const options = [...more, "--ro-bind", "/", "/", "--dev", "/dev"];
          const show = ["sh", "-c", "echo gone >/dev/null; stat -L -c %t:%T /dev/null"];
          const result = await runCommand(t, [...prefix, programs[dialect], ...options, "--", ...show]);
          if (refusal === undefined) assert.deepEqual([result.status, result.stdout], [0, "1:3\n"], result.stderr);
          else {
            assert.deepEqual([result.status, result.stdout], [dialect === "rein" ? 125 : 1, ""], result.stderr);
            assert.match(result.stderr, refusal);
          }
          assert.equal(readFileSync(secret, "utf8"), "kept");
        });
      }
    }
  }
});

/** What a command changes that is not the content of the caller's devices. */
const changes = [
  ...["null", "zero", "full", "random", "urandom", "tty"].flatMap((name) => [
    `chmod 600 /dev/${name}`,
    `chown 0:0 /dev/${name}`,
    `touch -d @1 /dev/${name}`,
  ]),
];
const attempts = changes.map((change) => `${change} 2>/dev/null && echo "${change}"`).join("\n");

for (const { caller, options } of [
  { caller: root, options: ["--unshare-user"] },
  { caller: root, options: ["--unshare-all"] },
  { caller: root, options: ["--unshare-user", "--uid-map", "0:0:1", "--gid-map", "0:0:1"] },
  { caller: ordinary, options: ["--unshare-user", "--uid", "0", "--gid", "0"] },
]) {
  for (const dialect of dialects) {
    if (dialect === "bwrap" && options.includes("--uid-map")) continue;
    const name = `${dialect}, ${caller.name} ${options.join(" ")}`;
    test(`${name}: the caller's devices can be used, and not changed`, { skip: attacksUnavailable }, async (t) => {
      const programs = openAttack(t);
      const use = [
        "echo gone >/dev/null && head -c 3 /dev/zero | wc -c && head -c 2 /dev/urandom | wc -c",
        "{ echo full >/dev/full; } 2>&1 | grep -o 'No space.*'",
        "echo mine >/dev/shm/file && cat /dev/shm/file && ls /dev/pts",
      ].join("\n");
      // The host's devices are those of a /dev of the test's own.
      const look = "stat -c '%n %a %u %Y' /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty";
      const script = `mount -t tmpfs none /mnt && ${ownDevices} && ${look}; "$@"; ${look}`;
      const words = [programs[dialect], ...options, "--ro-bind", "/", "/", "--dev", "/dev"];
      const prefix = ["unshare", "--mount", "sh", "-c", script, "sh", ...caller.prefix];
      const result = await runCommand(t, [...prefix, ...words, "--", "bash", "-c", `${attempts}\n${use}`]);
      const lines = result.stdout.split("\n").slice(0, -1);
      assert.deepEqual(lines.slice(6, -6), ["3", "2", "No space left on device", "mine", "ptmx"], result.stderr);
      assert.deepEqual(lines.slice(-6), lines.slice(0, 6));
    });
  }
}

for (const caller of callers) {
  for (const options of [[], ["--unshare-user"], ["--unshare-all", "--proc", "/proc"]]) {
    for (const dialect of dialects) {
      const name = `${dialect}, ${caller.name} ${options.join(" ")}`;
      test(`${name}: a terminal as /dev/console`, { skip: attacksUnavailable || terminalUnavailable }, async (t) => {
        const programs = openAttack(t);
        const script = [
          "echo console >/dev/console; echo terminal >/dev/tty",
          "chmod 777 /dev/console 2>/dev/null && echo changed",
          "touch /dev/console 2>/dev/null && echo touched",
          `python3 -c 'import os; a, b = os.openpty(); os.fchmod(b, 0o600); os.write(b, b"x"); print(os.ttyname(b))'`,
          "echo done",
        ].join("\n");
        const words = [programs[dialect], ...options, "--ro-bind", "/", "/", "--dev", "/dev", "--", "sh", "-c", script];
        const owner = ["sh", "-c", `chown ${caller.uid} "$(tty)" && exec "$@"`, "sh"];
        const terminal = openTerminal(t, [...owner, ...caller.prefix, ...words]);
        const lines: string[] = [];
        for (let line = ""; line !== "done"; lines.push(line)) line = (await terminal.line()).trimEnd();
        assert.deepEqual(lines, ["console", "terminal", "/dev/pts/0", "done"]);
        await terminal.ending();
        await screenEnds(terminal);
      });
    }
  }
}

test("root's payload has devices of its own to change", { skip: attacksUnavailable }, async (t) => {
  const programs = openAttack(t);
  const mode = (): number => statSync("/dev/full").mode;
  const before = mode();
  t.after(() => chmodSync("/dev/full", before));
  const change = ["sh", "-c", "chmod 600 /dev/full; stat -c %a /dev/full"];
  const result = await runSandbox(t, root, programs.rein, ["--dev-bind", "/", "/", "--dev", "/dev"], change);
  assert.deepEqual([result.stdout, mode()], ["600\n", before], result.stderr);
});

test("the devices are devices where the caller's /dev is read-only", { skip: attacksUnavailable }, async (t) => {
  const programs = openAttack(t);
  const script = `mount -t tmpfs none /mnt && ${ownDevices} && mount -o remount,bind,ro /dev && exec "$@"`;
  const prefix = ["unshare", "--mount", "sh", "-c", script, "sh", ...ordinary.prefix, programs.rein];
  const result = await runCommand(t, [
    ...[...prefix, "--ro-bind", "/", "/", "--dev", "/dev"],
    ...["--", "sh", "-c", "echo gone >/dev/null && head -c 1 /dev/zero | wc -c"],
  ]);
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, "1\n", ""]);
});

// Whoever may mount could mount a directory for devices as well, where no filter refuses that.
const makers: readonly (readonly [Dialect, readonly string[]])[] = [
  ...dialects.map((dialect) => [dialect, ["--cap-drop", "ALL", "--cap-add", "CAP_MKNOD"]] as const),
  ...dialects.map((dialect) => [dialect, ["--cap-drop", "CAP_SYS_ADMIN"]] as const),
  ["rein", ["--seccomp-profile", "default"]],
];

for (const [dialect, options] of makers) {
  test(`${dialect}, root ${options.join(" ")}: no device that the command makes in /dev is one`, {
    skip: attacksUnavailable,
  }, async (t) => {
    const programs = openAttack(t);
    const script =
      "mknod /dev/own c 1 5; head -c 1 /dev/own && echo usable; echo gone >/dev/null; head -c 1 /dev/zero | wc -c";
    const words = ["--ro-bind", "/", "/", "--dev", "/dev", ...options];
    const result = await runSandbox(t, root, programs[dialect], words, ["sh", "-c", script]);
    assert.deepEqual([result.status, result.stdout], [0, "1\n"], result.stderr);
  });
}
