// Options count as they were handed in, and nothing else does: what an object inherits is refused before anything starts,
// what all objects inherit is not seen, and what is read is read once.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { type CommandOptions, command, executablePath, init, OptionError, type RunOptions, register, run } from "rein";

register("nobody", () => {});
// Started again by `command`, below.
if (init()) process.exit();

/** The words that the executable is started with; what is run ends at once. */
async function words(options: object): Promise<string[]> {
  const subprocess = run("true", [], { ...settled, ...options } as RunOptions);
  return wordsOf(subprocess);
}

async function wordsOf(subprocess: ReturnType<typeof run>): Promise<string[]> {
  await subprocess;
  return subprocess.nodeChildProcess.spawnargs.slice(1);
}

/** Nothing that is there by default, so that only what is asked for shows. */
const settled = { events: false, grace: false, drain: false, parentDeathSignal: false } as const;

function refused(options: unknown, option: string, message = /plain object/): void {
  for (const start of [
    () => run("true", [], options as RunOptions),
    () => run("true", options as RunOptions),
    () => command("nobody", [], options as CommandOptions),
  ]) {
    assert.throws(start, (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, option);
      assert.match(error.message, message);
      return true;
    });
  }
}

class Settings {
  noNewPrivileges = true;
  get capabilities(): object {
    return { drop: ["ALL"] };
  }
}

suite("what an object inherits is refused", () => {
  test("a class's options", () => refused(new Settings(), "options"));
  test("another object's", () => refused(Object.create({ noNewPrivileges: true }), "options"));
  test("those of an object without a prototype of its own", () => {
    refused(Object.create(Object.assign(Object.create(null), { noNewPrivileges: true })), "options");
  });
  test("something that looks like Object.prototype", () => {
    const guise = { __proto__: null, isPrototypeOf: () => true, noNewPrivileges: true };
    refused(Object.create(guise), "options");
  });
  test("a Proxy, which can have options that nobody can list", () => {
    refused(new Proxy({}, { get: (_target, key) => key === "noNewPrivileges" }), "options");
    refused({ capabilities: new Proxy({}, { get: () => ["ALL"] }) }, "capabilities");
    refused({ lockFiles: new Proxy([], { get: () => 1 }) }, "lockFiles", /plain array/);
  });
  test("a function, a Map, a text in place of options", () => {
    for (const wrong of [Object.assign(() => {}, { noNewPrivileges: true }), new Map([["noNewPrivileges", true]])])
      refused(wrong, "options");
    assert.throws(() => run("true", [], "noNewPrivileges" as RunOptions), { option: "options" });
    assert.throws(() => run("true", [], null as unknown as RunOptions), { option: "options" });
    assert.throws(() => run("true", null as unknown as RunOptions), { option: "options" });
  });

  class Drop {
    get drop(): string[] {
      return ["ALL"];
    }
  }
  class Read {
    get read(): string[] {
      return ["/usr"];
    }
    bindTcp = [];
  }
  class ReadOnly {
    type = "bind";
    source = "/";
    target = "/";
    get readOnly(): boolean {
      return true;
    }
  }
  class Ids {
    get uid(): number {
      return 1000;
    }
  }
  const range = Object.assign(Object.create({ count: 65536 }), { inside: 0, outside: 100000 });
  for (const [options, option] of [
    [{ capabilities: new Drop() }, "capabilities"],
    [{ landlock: new Read() }, "landlock"],
    [{ mounts: [new ReadOnly()] }, "mounts[0]"],
    [{ identity: new Ids() }, "identity"],
    [{ identity: { uidMap: [range], gidMap: [{ inside: 0, outside: 1 }] } }, "identity.uidMap[0]"],
    [{ rlimits: Object.create({ nproc: 10 }) }, "rlimits"],
    [{ rlimits: { nproc: Object.create({ soft: 1, hard: 1 }) } }, "rlimits.nproc"],
    [{ join: Object.create({ net: "/proc/1/ns/net" }) }, "join"],
    [{ clockOffsets: Object.create({ boottime: 1 }) }, "clockOffsets"],
    [{ mounts: [{ type: "overlay", sources: ["/"], target: "/", changes: new Ids() }] }, "mounts[0].changes"],
    [{ rewriteSignals: new Map([["SIGTERM", "SIGINT"]]) }, "rewriteSignals"],
    [{ namespaces: new Set(["pid"]) }, "namespaces"],
    [{ hostName: new String("box") }, "hostName"],
  ] as const) {
    test(`in ${option}`, () => refused(options, option));
  }
});

suite("a list is a list", () => {
  test("with a hole it is refused", () => {
    // biome-ignore lint/suspicious/noSparseArray: that is what is tried
    refused({ capabilities: { drop: ["NET_RAW", , "SYS_ADMIN"] } }, "capabilities.drop[1]", /hole/);
    refused({ mounts: new Array(1) }, "mounts[0]", /hole/);
  });

  test("a hole is not filled by what all arrays inherit", () => {
    const polluted = Array.prototype as unknown as Record<number, unknown>;
    polluted[0] = "NET_RAW";
    try {
      refused({ capabilities: { add: new Array(1) } }, "capabilities.add[0]", /hole/);
    } finally {
      delete polluted[0];
    }
  });

  test("a subclass's own ways of going through it are not asked", async () => {
    class Names extends Array<string> {
      override map(): never[] {
        return [];
      }
      override [Symbol.iterator](): ArrayIterator<string> {
        return [][Symbol.iterator]();
      }
      static override get [Symbol.species](): ArrayConstructor {
        return Array;
      }
    }
    const drop = Names.of("NET_RAW", "SYS_ADMIN");
    assert.deepEqual(await words({ capabilities: { drop } }), [
      ...["--cap-drop", "NET_RAW", "--cap-drop", "SYS_ADMIN", "--", "true"],
    ]);
    const subprocess = run("echo", Names.of("a", "b"));
    assert.equal((await subprocess).stdout, "a b");
  });

  test("arguments, too", () => {
    assert.throws(() => run("true", new Array<string>(1)), { option: "args[0]" });
    assert.throws(() => run("true", new Proxy(["a"], {})), { option: "args" });
  });
});

suite("what all objects inherit", () => {
  /** What every object has meanwhile. */
  async function polluted(properties: object, body: () => Promise<void> | void): Promise<void> {
    Object.assign(Object.prototype, properties);
    try {
      await body();
    } finally {
      for (const key of Object.keys(properties)) delete (Object.prototype as Record<string, unknown>)[key];
    }
  }
  const options: Record<string, unknown> = {
    ...{ capabilities: { add: ["ALL"] }, noNewPrivileges: true, user: "root", mapExit: { 0: 5 }, init: false },
    ...{ mounts: [{ type: "bind", source: "/", target: "/" }], namespaces: ["pid"], nodeOptions: ["--version"] },
    ...{ argv0: "other", stdio: "ignore", cwd: "/nonexistent", image: 0 },
  };

  for (const [key, value] of Object.entries(options)) {
    test(`${key} is not an option`, async () => {
      // Handed in as they are: what is spread here would have none of it.
      const none = Object.assign(Object.create(null), settled) as RunOptions;
      const plain: RunOptions = { ...settled };
      const start = [() => run("true", [], none), () => run("true", [], plain), () => run("true")];
      const expected: string[][] = [];
      for (const one of start) expected.push(await wordsOf(one()));
      const functions = [() => command("nobody", [], { ...settled }), () => command("nobody")];
      for (const one of functions) expected.push(await wordsOf(one()));
      await polluted({ [key]: value }, async () => {
        const started = [...start, ...functions].map((one) => one());
        delete (Object.prototype as Record<string, unknown>)[key];
        for (const [index, one] of started.entries()) assert.deepEqual(await wordsOf(one), expected[index]);
      });
    });
  }

  for (const [key, value, given] of [
    ["add", ["ALL"], { capabilities: { drop: ["NET_RAW"] } }],
    ["devices", true, { mounts: [{ type: "bind", source: "/", target: "/" }] }],
    ["optional", true, { mounts: [{ type: "bind", source: "/", target: "/" }] }],
    [
      "mode",
      0o777,
      {
        mounts: [
          { type: "dev", target: "/dev" },
          { type: "bind", source: "/", target: "/" },
        ],
      },
    ],
    ["execute", ["/tmp"], { landlock: { read: ["/usr"] } }],
    ["write", ["/"], { landlock: { execute: ["/"] } }],
    ["gidMap", [{ inside: 0, outside: 0 }], { identity: { uid: 0 }, namespaces: ["user"] }],
  ] as const) {
    test(`nor is ${key} within one`, async () => {
      const started: ReturnType<typeof run>[] = [];
      const before = run("true", [], { ...settled, reject: false, ...given } as RunOptions);
      await polluted({ [key]: value }, () => {
        started.push(run("true", [], { ...settled, reject: false, ...given } as RunOptions));
      });
      assert.deepEqual(await wordsOf(started[0] as (typeof started)[0]), await wordsOf(before));
    });
  }
});

suite("every value is read once", () => {
  test("a getter cannot answer twice", async () => {
    let reads = 0;
    const once = (value: unknown, later: unknown): PropertyDescriptor => ({
      enumerable: true,
      get: () => {
        reads++;
        return reads === 1 ? value : later;
      },
    });
    for (const [key, value, later, expected] of [
      ["namespaces", [], ["pid"], []],
      ["noNewPrivileges", true, false, ["--no-new-privs"]],
      ["capabilities", { drop: ["ALL"] }, {}, ["--cap-drop", "ALL"]],
      ["hostName", undefined, "box", []],
      ["init", true, false, []],
    ] as const) {
      reads = 0;
      const options = Object.defineProperty({ ...settled }, key, once(value, later));
      assert.deepEqual(await wordsOf(run("true", [], options as RunOptions)), [...expected, "--", "true"], key);
      assert.equal(reads, 1, key);
    }
  });

  test("nor one within", async () => {
    let reads = 0;
    const mount = {
      type: "bind",
      source: "/",
      target: "/",
      get readOnly() {
        return ++reads === 1;
      },
    };
    const drop = ["NET_RAW"];
    Object.defineProperty(drop, 0, { get: () => (++reads === 2 ? "SYS_ADMIN" : "NONE"), enumerable: true });
    const given = { mounts: [mount], capabilities: { drop }, reject: false };
    assert.deepEqual(await words(given), split("--cap-drop SYS_ADMIN --ro-bind / / --same-directory -- true"));
    assert.equal(reads, 2);
  });

  test("what is changed afterwards changes nothing", async () => {
    const content = new Uint8Array([65, 66, 67]);
    const mounts = [
      { type: "bind", source: "/", target: "/", readOnly: true },
      { type: "tmpfs", target: "/tmp" },
      { type: "file", target: "/tmp/file", content },
    ] as const;
    const subprocess = run("cat", ["/tmp/file"], { mounts, cwd: "/" });
    content.fill(88);
    assert.equal((await subprocess).stdout, "ABC");
  });

  test("frozen options, and such that nobody can list, count", async () => {
    const frozen = Object.freeze({ ...settled, capabilities: Object.freeze({ drop: Object.freeze(["NET_RAW"]) }) });
    assert.deepEqual(await wordsOf(run("true", [], frozen as RunOptions)), split("--cap-drop NET_RAW -- true"));
    const hidden = Object.defineProperty({ ...settled }, "noNewPrivileges", { value: true });
    assert.deepEqual(await wordsOf(run("true", [], hidden)), split("--no-new-privs -- true"));
    const own = JSON.parse('{"__proto__": {"noNewPrivileges": true}}') as RunOptions;
    assert.throws(() => run("true", [], own), { option: "__proto__" });
  });

  test("plain objects of another realm are plain", async () => {
    const foreign = runInNewContext('({ capabilities: { drop: ["NET_RAW"] }, events: false })') as RunOptions;
    assert.ok((await wordsOf(run("true", [], foreign))).includes("NET_RAW"));
  });

  test("options that go round in a circle are refused", () => {
    const circle: Record<string, unknown> = {};
    circle.drop = circle;
    assert.throws(() => run("true", [], { capabilities: circle } as RunOptions), OptionError);
  });
});

suite("other ways to a program that nobody confines", () => {
  test("options behind options are refused, and not passed over", () => {
    const more = run as (...all: readonly unknown[]) => unknown;
    assert.throws(() => more("true", { events: false }, { noNewPrivileges: true }), { option: "args" });
    assert.throws(() => more("true", new Set(["a"]), { noNewPrivileges: true }), { option: "args" });
    assert.throws(() => more("true", [], {}, { noNewPrivileges: true }), OptionError);
  });

  test("a variable that is another one at a second look brings no options to a preset", async () => {
    const changing = (first: unknown, later: string): object => {
      let looks = 0;
      return {
        env: {
          get A() {
            return looks++ === 0 ? first : later;
          },
        },
      };
    };
    const evil = "x\0--share-net\0--bind\0/\0/host";
    const start = (options: object) =>
      run("sh", ["-c", 'test -d /host && echo open; echo "$A"'], { preset: "untrusted", ...options } as RunOptions);
    for (const options of [changing(evil, "ok"), { env: { A: { toString: () => evil } } }, { env: { A: evil } }])
      assert.throws(() => start(options), { option: 'env["A"]' });
    assert.equal((await start(changing("ok", evil))).stdout, "ok");
    assert.throws(() => start({ env: new Proxy({ A: "ok" }, {}) }), { option: "env" });
    assert.equal((await start({ env: { A: 7 } })).stdout, "7");
  });

  test("a variable's name cannot bring REIN_OPTIONS back", async () => {
    assert.throws(() => run("true", { env: { "REIN_OPTIONS=--map-exit 0:7": "" } }), OptionError);
    const { exitCode } = await run("true", { env: { REIN_OPTIONS: "--map-exit 0:7" }, reject: false });
    assert.equal(exitCode, 0);
  });

  test("an executable that depends on where somebody is is refused", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "rein-handed-in-"));
    t.after(() => rmSync(folder, { recursive: true }));
    copyFileSync(executablePath(), join(folder, "rein"));
    writeFileSync(join(folder, "planted"), "#!/bin/sh\necho planted\n");
    chmodSync(join(folder, "planted"), 0o755);
    const before = process.cwd();
    t.after(() => process.chdir(before));
    process.chdir(folder);
    for (const path of ["rein", "./rein"]) {
      process.env.REIN_EXECUTABLE = path;
      try {
        assert.throws(() => run("true", { cwd: "/" }), { code: "ERR_REIN_EXECUTABLE", message: /absolute path/ });
      } finally {
        delete process.env.REIN_EXECUTABLE;
      }
    }
  });

  test("a file whose name begins with a dash is a file, and one with a NUL byte none", async () => {
    const failed = await run("--version", { reject: false });
    assert.equal(failed.exitCode, 127);
    const url = new URL(`${pathToFileURL("/bin/true").href}%00x`);
    for (const start of [() => run("true\0x"), () => run(url)]) assert.throws(start, { option: "file" });
    assert.throws(() => run("true", { argv0: "a\0b" }), { option: "argv0" });
  });

  test("names that objects inherit are no signals", () => {
    for (const name of ["toString", "constructor", "__proto__"])
      assert.throws(() => run("true", { stopSignals: [name] } as unknown as RunOptions), OptionError);
  });
});

function split(text: string): string[] {
  return text.split(" ");
}
