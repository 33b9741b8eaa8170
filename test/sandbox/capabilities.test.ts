// What the payload may do.

import assert from "node:assert/strict";
import { bubblewrap, everything, type Maker, testSandbox } from "../support/sandbox.ts";

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
      const added = [
        "--cap-add",
        "CAP_NET_RAW",
        "--cap-add",
        "cap_chown",
        "--cap-add",
        "CAP_KILL",
        "--cap-drop",
        "CAP_KILL",
      ];
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
      const one = await sets(make, [...life, "--cap-drop", "ALL", "--cap-add", "CAP_NET_RAW"]);
      assert.deepEqual([one.permitted, one.bounding], [NET_RAW, NET_RAW], life.join(" "));
    }
  },
  { person: "root" },
);

/** What libcap's cap_from_name(3) makes of words, by their number; undefined where it knows none. */
const named: Readonly<Record<string, number | undefined>> = {
  ...{
    CAP_NET_RAW: 13,
    cap_net_raw: 13,
    Cap_Net_Raw: 13,
    "CAP_NET_RAW,CAP_KILL": 13,
    "cap_net_raw+ep": 13,
    cap_bpf1: 39,
  },
  ...{
    "13": 13,
    "0x0d": 13,
    "0X0D": 13,
    "015": 13,
    "13abc": 13,
    "08": 0,
    "0": 0,
    "0x": 0,
    "0x:": 0,
    "40": 40,
    "5,6": 5,
  },
  ...{ "": undefined, net_raw: undefined, NET_RAW: undefined, cap_net_raw_: undefined, cap_net_rawx: undefined },
  ...{ "64": undefined, "0x40": undefined, "99999999999999999999": undefined, " 13": undefined, "-1": undefined },
  ...{
    "all,cap_chown": undefined,
    ",cap_chown": undefined,
    cap_: undefined,
    CAP_ALL: undefined,
    cap_cap_chown: undefined,
  },
};

testSandbox(
  "under the name bwrap they are named and numbered as libcap takes them",
  async (make) => {
    const one = 1n;
    for (const [word, number] of Object.entries(named)) {
      const words = [...everything, "--cap-add", word];
      if (number !== undefined) {
        assert.equal((await sets(make, ["--cap-add", word])).permitted, one << BigInt(number), word);
        assert.equal(
          (await sets(make, ["--cap-add", "All", "--cap-drop", word])).permitted & (one << BigInt(number)),
          0n,
        );
      } else {
        const result = await make.script(words, "echo ran");
        assert.deepEqual([result.status, result.stdout, result.stderr], [1, "", `bwrap: unknown cap: ${word}\n`]);
      }
      if (bubblewrap) {
        const script = "grep Cap /proc/self/status; exit 3";
        const [theirs, ours] = [await make.theirs(words, script), await make.script(words, script)];
        assert.deepEqual([ours.status, ours.stdout, ours.stderr], [theirs.status, theirs.stdout, theirs.stderr], word);
      }
    }
    // One that no kernel has a name for yet is none.
    assert.equal((await sets(make, ["--cap-add", "63"])).permitted, 0n);
  },
  { dialect: "bwrap", person: "an ordinary user" },
);

testSandbox(
  "under the name rein they need no CAP_, and are whole words",
  async (make) => {
    assert.equal((await sets(make, ["--cap-add", "net_raw", "--cap-add", "chown"])).permitted, NET_RAW | CHOWN);
    for (const word of ["13", "CAP_NET_RAW,CAP_KILL"]) {
      const result = await make.script([...everything, "--cap-add", word], "echo ran");
      assert.deepEqual([result.status, result.stdout], [125, ""], word);
    }
  },
  { dialect: "rein", person: "an ordinary user" },
);

testSandbox(
  "root's command can hand none on where none are given up",
  async (make) => {
    for (const life of [[], ["--unshare-pid"], ["--unshare-user"], ["--unshare-user", "--unshare-pid"]])
      assert.equal((await sets(make, life)).inheritable, 0n, life.join(" "));
  },
  { person: "root" },
);
