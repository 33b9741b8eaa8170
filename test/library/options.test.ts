// Options become the executable's arguments; wrong ones are refused by name, before anything starts.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type CommandOptions, OptionError, type RunOptions, run } from "rein";
import { needingExecutable, optionArguments } from "../../src/library/options/arguments.ts";
import { accepted, contents, words } from "./support/accepted-options.ts";

suite("the executable's arguments", () => {
  for (const [name, options, expected] of accepted) {
    test(name, () => assert.deepEqual(optionArguments(options, contents().add), expected));
  }

  test("a file's content gets a descriptor", () => {
    const { add, added } = contents();
    const mounts = [
      { type: "file", target: "/a", content: "text", mode: 0o600 },
      { type: "file", target: "/b", content: new Uint8Array([66]), readOnly: true },
    ] as const;
    assert.deepEqual(optionArguments({ mounts }, add), words("--perms 0600 --file 11 /a --ro-bind-data 12 /b"));
    assert.deepEqual(added, ["text", "B"]);
  });

  test("what confines needs the executable, what is convenient does not", () => {
    assert.deepEqual(needingExecutable({ grace: 5, drain: false, init: true, parentDeathSignal: 9, events: true }), []);
    assert.deepEqual(needingExecutable({ user: "a", landlock: { read: [] }, hostName: undefined } as object), [
      "user",
      "landlock",
    ]);
  });
});

// As a program in JavaScript could write them.
const wrong: [string, object, string, RegExp][] = [
  ["an unknown option", { namespace: ["pid"] }, "namespace", /there is no such option/],
  ["a shell", { shell: true }, "shell", /cannot be given/],
  ["a detached program", { detached: true }, "detached", /nothing is to outlive/],
  ["an unknown namespace", { namespaces: ["pid", "netns"] }, "namespaces[1]", /'netns' is not one of user, pid, mount/],
  ["an unknown namespace to join", { join: { ns: "/ns/net" } }, "join.ns", /there is no such option/],
  [
    "a namespace that is joined twice",
    { join: { mount: "/a", mnt: "/b" } },
    "join.mnt",
    /mount namespace is given twice/,
  ],
  ["namespaces as a text", { namespaces: "pid" }, "namespaces", /is not an array/],
  ["a time that is none", { grace: "5 s" }, "grace", /is not a time/],
  ["a time longer than a year", { grace: "8785h" }, "grace", /is longer than 366 days/],
  ["the same in milliseconds", { drain: 366 * 86_400_000 + 1 }, "drain", /is longer than 366 days/],
  ["a negative time", { drain: -1 }, "drain", /is not a whole number/],
  ["a signal that is none", { parentDeathSignal: "TERMINATE" }, "parentDeathSignal", /is not a signal/],
  ["a signal to rewrite that is none", { rewriteSignals: { TERMX: 9 } }, "rewriteSignals.TERMX", /is not a signal/],
  ["an exit code that is none", { mapExit: { 256: 0 } }, "mapExit.256", /256 is not a whole number from 0 to 255/],
  ["an unknown limit", { rlimits: { files: 1 } }, "rlimits.files", /there is no such option/],
  ["a limit that is none", { rlimits: { nofile: "many" } }, "rlimits.nofile.soft", /is not a whole number/],
  ["a mount without a type", { mounts: [{ target: "/" }] }, "mounts[0].type", /undefined is not one of bind/],
  ["a mount that is a text", { mounts: ["/"] }, "mounts[0]", /is not an object/],
  ["a relative target", { mounts: [{ type: "proc", target: "proc" }] }, "mounts[0].target", /is not an absolute path/],
  ["a mount's unknown option", { mounts: [{ type: "proc", target: "/", mode: 1 }] }, "mounts[0].mode", /no such/],
  [
    "a source without a name",
    { mounts: [{ type: "bind", source: "", target: "/" }] },
    "mounts[0].source",
    /'' is not a path/,
  ],
  [
    "an overlay of one",
    { mounts: [{ type: "overlay", sources: ["/"], changes: "none", target: "/" }] },
    "mounts[0].sources",
    /2 or more/,
  ],
  ["a content that is none", { mounts: [{ type: "file", content: 5, target: "/" }] }, "mounts[0].content", /neither/],
  ["an id that is none", { identity: { uid: 2 ** 32 } }, "identity.uid", /is not a whole number/],
  [
    "a range that is none",
    { identity: { uidMap: [{ inside: 0 }], gidMap: [{}] } },
    "identity.uidMap[0].outside",
    /undefined is not/,
  ],
  [
    "a map for users only",
    { identity: { uidMap: [{ inside: 0, outside: 1 }] } },
    "identity.gidMap",
    /is missing: both/,
  ],
  ["a port that is none", { landlock: { bindTcp: [65536] } }, "landlock.bindTcp[0]", /is not a whole number/],
  ["landlock for nothing", { landlock: {} }, "landlock", /names nothing/],
  ["landlock for no file", { landlock: { read: [], bindTcp: [] } }, "landlock.read", /names nothing/],
  ["a signal that nobody can pass on", { stopSignals: ["SIGKILL"] }, "stopSignals[0]", /that can be passed on/],
  ["a signal above the last", { stopSignals: ["SIGRTMIN+31"] }, "stopSignals[0]", /is not a signal/],
  ["a capability that is none", { capabilities: { add: ["NET"] } }, "capabilities.add[0]", /is not a capability/],
  ["a user that is none", { user: ":www" }, "user", /is not USER or USER:GROUP/],
  ["a profile that is none", { seccompProfile: "loose" }, "seccompProfile", /is not one of default, strict/],
  ["a NUL byte", { hostName: "a\0b" }, "hostName", /without NUL bytes/],
  ["a name that is nearly one", { namespace: ["pid"] }, "namespace", /no such option \(did you mean "namespaces"\?\)/],
  ["a key that is nearly one", { identity: { uidmap: [] } }, "identity.uidmap", /did you mean "uidMap"\?/],
  ["a word that is nearly one", { namespaces: ["networks"] }, "namespaces[0]", /did you mean "network"\?/],
  ["a name that is nothing like one", { sandboxed: true }, "sandboxed", /no such option$/],
  ["a signal that nobody can pass on, without SIG", { stopSignals: ["KILL"] }, "stopSignals[0]", /can be passed on/],
  ["null for a time", { grace: null }, "grace", /null is not a time/],
  ["null for a map", { identity: { uidMap: null } }, "identity.uidMap", /null is not an array/],
  ["CPU time as a number", { cpu: 50 }, "cpu", /50 is not a percentage of one CPU, as 50%/],
  ["no CPU time", { cpu: "0%" }, "cpu", /is not a percentage/],
  ["no memory", { memory: "0K" }, "memory", /is not bytes, or a size/],
  ["more memory than there are numbers for", { memory: "99999999999G" }, "memory", /is not bytes, or a size/],
  ["a clock beyond the kernel's", { clockOffsets: { monotonic: 2 ** 40 } }, "clockOffsets.monotonic", /whole number/],
  ["a shell", { shell: true }, "shell", /cannot be given/],
  ["a flag that is a text", { newSession: "no" }, "newSession", /'no' is not true or false/],
];

suite("refused before anything starts", () => {
  for (const [name, options, option, message] of wrong) {
    test(name, () => {
      assert.throws(
        () => run("/bin/true", [], options as RunOptions),
        (error) => error instanceof OptionError && error.option === option && message.test(error.message),
      );
    });
  }

  test("arguments that are none", () => {
    assert.throws(() => run("/bin/true", [5 as unknown as string]), { option: "args[0]" });
    assert.throws(() => run("", []), { option: "file" });
    const words = "-c echo" as unknown as string[];
    assert.throws(() => run("sh", words), {
      option: "args",
      message: `args: '-c echo' is not an array: give ["-c echo"]`,
    });
    assert.throws(() => run("sh", null as unknown as string[]), { name: "OptionError" });
  });
});

test("what execa has for nothing is nothing", async () => {
  const options = { shell: false, node: false, detached: false, killDescendants: false } as const;
  assert.equal((await run("echo", ["x y"], options)).stdout, "x y");
});

test("the types refuse what execa takes and this package does not", () => {
  // @ts-expect-error there is no shell in between
  const shell: RunOptions = { shell: true };
  // @ts-expect-error the function's name is there
  const argv0: CommandOptions = { argv0: "x" };
  // @ts-expect-error a time has a unit
  const grace: RunOptions = { grace: "5" };
  assert.ok(shell && argv0 && grace);
});
