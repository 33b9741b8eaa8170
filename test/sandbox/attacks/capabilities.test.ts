// Capabilities: none that nobody asked for, and none that the caller does not have outside, whichever way in.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { field } from "../../support/accounts.ts";
import { children, statusField } from "../../support/processes.ts";
import { startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import {
  attacksUnavailable,
  type Caller,
  callers,
  contained,
  dialects,
  openAttack,
  root,
  runSandbox,
} from "./attack.ts";

const sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
const none = 0n;
const SYS_ADMIN = 1n << 21n;
const NET_RAW = 1n << 13n;
const KILL = 1n << 5n;

/** Root without CAP_SYS_ADMIN: its own sandbox is made with what is left. */
const lesserRoot: Caller = {
  name: "root without SYS_ADMIN",
  uid: 0,
  prefix: ["setpriv", "--bounding-set", "-sys_admin"],
};
/** Docker's default set, as setpriv names them. */
const containers = ["chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap"]
  .concat(["net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"])
  .map((name) => `+${name}`)
  .join(",");
const containerRoot: Caller = {
  name: "root with a container's capabilities",
  uid: 0,
  prefix: ["setpriv", "--bounding-set", `-all,${containers}`],
};
const containersSet = 0xa804_25fbn;

/** The ways into a user namespace. */
const ways: readonly (readonly string[])[] = [
  ["--unshare-user"],
  ["--unshare-user", "--uid", "0", "--gid", "0"],
  ["--unshare-user", "--dev", "/dev"],
  ["--unshare-user", "--disable-userns"],
  ["--unshare-user", "--cap-add", "ALL"],
  ["--unshare-user", "--unshare-pid", "--as-pid-1"],
  ["--unshare-all"],
];
const remount = ["sh", "-c", 'mount -o remount,bind,rw / 2>/dev/null && echo remounted; exec "$0" status'];

for (const dialect of dialects) {
  describe(dialect, { skip: attacksUnavailable }, () => {
    for (const further of [[], ["--cap-add", "CAP_NET_RAW"]]) {
      test(`root that becomes somebody else has what it asks for, and no more ${further.join(" ")}`, async (t) => {
        const programs = openAttack(t);
        const expected = further.length === 0 ? none : NET_RAW;
        for (const way of ways.filter((words) => !words.includes("--cap-add") && !words.includes("--gid"))) {
          const options = [...contained, ...way, "--uid", "1000", "--gid", "1000", ...further];
          const result = await runSandbox(t, root, programs[dialect], options, [...remount, programs.payload]);
          for (const set of ["CapPrm", "CapEff", "CapBnd"])
            assert.equal(setOf(result, set), expected, `${set}: ${way.join(" ")}`);
          assert.doesNotMatch(result.stdout, /^remounted/);
        }
      });
    }

    for (const [caller, most] of [
      [lesserRoot, ~SYS_ADMIN],
      [containerRoot, containersSet],
    ] as const) {
      test(`${caller.name} has nothing in a sandbox that it has not outside`, async (t) => {
        const programs = openAttack(t);
        for (const way of ways) {
          const options = ["--ro-bind", "/", "/", "--proc", "/proc", ...way];
          const result = await runSandbox(t, caller, programs[dialect], options, [...remount, programs.payload]);
          // Without SYS_ADMIN outside there is no namespace but in a user namespace, and nothing is mounted.
          if (result.status !== 0) assert.match(result.stderr, /Operation not permitted/);
          else for (const set of sets) assert.equal(setOf(result, set) & ~most, 0n, `${set}: ${way.join(" ")}`);
          assert.doesNotMatch(result.stdout, /^remounted/, way.join(" "));
        }
      });
    }

    test("one that the caller lacks is not to be had by its name", async (t) => {
      const programs = openAttack(t);
      const options = ["--ro-bind", "/", "/", "--unshare-user", "--cap-add", "CAP_SYS_ADMIN"];
      const result = await runSandbox(t, lesserRoot, programs[dialect], options, [programs.payload, "status"]);
      assert.notEqual(result.status, 0);
      assert.match(result.stderr, /--cap-add: a capability that the caller does not have: Operation not permitted/);
    });

    for (const caller of callers) {
      test(`${caller.name}: the init inside keeps the right to signal, and hands nothing on`, async (t) => {
        const programs = openAttack(t);
        for (const way of [
          ["--unshare-user"],
          ["--unshare-user", "--dev", "/dev"],
          ["--unshare-user", "--disable-userns"],
        ]) {
          const init = await startInit(t, caller, programs[dialect], [...contained, ...way], programs.payload);
          // The command may be quicker.
          await eventually(`only the right to signal: ${way.join(" ")}`, () => {
            const [permitted, effective, ...others] = ["CapPrm", "CapEff", "CapInh", "CapAmb"].map((set) =>
              BigInt(`0x${statusField(init, set)}`),
            );
            const isLittle = ((permitted! | effective!) & ~KILL) === none && others.every((set) => set === none);
            return isLittle ? true : undefined;
          });
        }
      });
    }
  });
}

function setOf(result: Parameters<typeof field>[0], set: string): bigint {
  return BigInt(`0x${field(result, set)[0]}`);
}

/** Starts a sandbox with an init inside; returns the init's pid when its command runs and it waits. */
async function startInit(
  t: TestContext,
  caller: Caller,
  program: string,
  options: readonly string[],
  payload: string,
): Promise<number> {
  const running = startCommand(t, [...caller.prefix, program, ...options, "--", payload, "wait"]);
  await running.lineMatching(/ready|waiting/);
  const [init = 0] = children(running.process.pid ?? 0);
  assert.match(readFileSync(`/proc/${init}/comm`, "utf8"), /^(rein-init|bwrap)$/m);
  return init;
}
