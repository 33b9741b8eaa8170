// What the payload may do.

import assert from "node:assert/strict";
import { everything, type Maker, testSandbox } from "../support/sandbox.ts";

interface Sets {
  readonly permitted: bigint;
  readonly inheritable: bigint;
  readonly ambient: bigint;
  readonly bounding: bigint;
  readonly noNewPrivileges: string;
}

const NET_RAW = 1n << 13n;
const CHOWN = 1n;

async function sets(make: Maker, words: readonly string[]): Promise<Sets> {
  const result = await make.script([...everything, ...words], "cat /proc/self/status");
  assert.equal(result.status, 0, result.stderr);
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\w+)$`, "m").exec(result.stdout)?.[1] ?? "";
  const set = (name: string): bigint => BigInt(`0x${field(name)}`);
  return {
    permitted: set("CapPrm"),
    inheritable: set("CapInh"),
    ambient: set("CapAmb"),
    bounding: set("CapBnd"),
    noNewPrivileges: field("NoNewPrivs"),
  };
}

/** A user namespace gives its maker all of them, and so must not. */
const lives = [
  [],
  ["--unshare-user"],
  ["--unshare-user", "--unshare-pid", "--dev", "/dev"],
  ["--unshare-user", "--disable-userns"],
];

testSandbox(
  "an ordinary user's payload has none, and can get none",
  async (make) => {
    for (const life of [...lives, ["--unshare-user", "--uid", "0"]]) {
      const { permitted, inheritable, ambient, bounding, noNewPrivileges } = await sets(make, life);
      assert.deepEqual(
        [permitted, inheritable, ambient, bounding, noNewPrivileges],
        [0n, 0n, 0n, 0n, "1"],
        life.join(" "),
      );
    }
  },
  { person: "an ordinary user" },
);

testSandbox(
  "those of --cap-add it has, over its execve too, and no others",
  async (make) => {
    for (const life of lives) {
      const added = ["--cap-add", "CAP_NET_RAW", "--cap-add", "chown", "--cap-add", "KILL", "--cap-drop", "KILL"];
      const { permitted, ambient, bounding } = await sets(make, [...life, ...added]);
      assert.deepEqual(
        [permitted, ambient, bounding],
        [NET_RAW | CHOWN, NET_RAW | CHOWN, NET_RAW | CHOWN],
        life.join(" "),
      );
    }
  },
  { person: "an ordinary user" },
);

testSandbox(
  "root keeps its own but what is dropped, and no program gives more",
  async (make) => {
    const own = await sets(make, []);
    assert.notEqual(own.permitted, 0n);
    assert.equal(own.noNewPrivileges, "1");
    for (const life of lives.slice(0, 3)) {
      const none = await sets(make, [...life, "--cap-drop", "ALL"]);
      assert.deepEqual([none.permitted, none.bounding], [0n, 0n], life.join(" "));
      const one = await sets(make, [...life, "--cap-drop", "ALL", "--cap-add", "NET_RAW"]);
      assert.deepEqual([one.permitted, one.bounding], [NET_RAW, NET_RAW], life.join(" "));
    }
  },
  { person: "root" },
);
