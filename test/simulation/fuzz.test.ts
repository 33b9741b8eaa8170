// The option readers of every dialect under random command lines and
// environments, compared with an oracle: the short mode (the long one is fuzz.ts).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { check, type Ending } from "./fuzz/check.ts";
import { vectorOf } from "./fuzz/generate.ts";
import { FuzzKernel } from "./fuzz/kernel.ts";
import { Runner } from "./fuzz/run.ts";
import { shrink } from "./fuzz/shrink.ts";
import { subjects } from "./fuzz/subjects.ts";
import { describeFinding, fuzz } from "./fuzz/workers.ts";
import { Program } from "./kernel/module.ts";
import { quietScenario, type Scenario, type Vector } from "./oracle/vector.ts";

/** Another seed or number is for the long mode. */
const SEED = 1;
const VECTORS = 100_000;

test(`${VECTORS} vectors end as they should`, async () => {
  const { endings, found, vectors } = await fuzz({ subject: "inits", seed: SEED, from: 0, to: VECTORS });
  assert.equal(found.map((one) => describeFinding("inits", SEED, one)).join("\n"), "");
  assert.equal(vectors, VECTORS);
  // A generator that only makes nonsense, or nothing wrong, would find nothing.
  for (const ending of ["runs", "refused"]) assert.ok((endings.get(ending) ?? 0) > VECTORS / 4, ending);
  assert.ok((endings.get("short of memory") ?? 0) > 0);
});

test("a seed repeats its vectors exactly", () => {
  for (const index of [0, 1, 12_345]) assert.deepEqual(vectorOf(7, index), vectorOf(7, index));
  assert.notDeepEqual(vectorOf(7, 1), vectorOf(8, 1));
});

test("a failing vector is shrunk to what makes it fail", () => {
  const vector = {
    argv: ["rein", "-v", `--grace=${"x".repeat(5000)}!y`, "node"],
    envp: ["A=b", "C=d"],
    scenario: quietScenario,
  };
  const small = shrink(vector, ({ argv }) => argv.some((word) => word.includes("!")));
  assert.deepEqual(small, { argv: ["!"], envp: [], scenario: quietScenario });
});

test("a vector of a megabyte is not shrunk for long", () => {
  const words = Array.from({ length: 8 }, () => "x".repeat(131_071));
  let tried = 0;
  shrink({ argv: words, envp: [], scenario: quietScenario }, ({ argv }) => {
    for (const word of argv) tried += word.length;
    return argv.length === words.length && argv.every((word) => word.length > 131_000);
  });
  assert.ok(tried < 50_000_000, `${tried} bytes were tried`);
});

describe("what was found once", () => {
  const { judge } = subjects.inits();
  const many = Array.from({ length: 16_000 }, () => `-${"v".repeat(100)}`);
  const cases: readonly (readonly [name: string, ending: Ending, argv: readonly string[]])[] = [
    ["a usage that is longer than a line", "refused", [`${"\x9f".repeat(600)}/dumb-init`]],
    ["a value's lack for a sandbox's option", "refused", ["rein", "--file"]],
    ["a sandbox's option with a value", "runs", ["rein", "--dir=", "a"]],
    ["no command behind all that memory holds, of dumb-init", "short of memory", ["dumb-init", ...many]],
    ["no such option behind it", "short of memory", ["dumb-init", ...many, "--nothing"]],
    [
      "no command behind it, of catatonit",
      "short of memory",
      ["catatonit", ...many.map((word) => word.replaceAll("v", "g"))],
    ],
  ];
  for (const [name, ending, argv] of cases)
    test(name, () => assert.deepEqual(judge({ argv, envp: [], scenario: quietScenario }), ending));
});

describe("an executable that did otherwise would be found out", () => {
  const runner = new Runner(Program.product(), (vector, instance) => new FuzzKernel(vector, instance));
  const stopped: Partial<Scenario> = { arrivals: [{ at: 5, signal: 15, code: 0 }], endsAt: 60_000 };
  const suspended: Partial<Scenario> = { arrivals: [{ at: 5, signal: 20, code: 0 }], endsAt: 60_000 };
  const cases: readonly {
    /** What is run in place of what was asked for. */
    readonly done: readonly string[];
    readonly asked: readonly string[];
    readonly envp?: readonly string[];
    readonly scenario?: Partial<Scenario>;
  }[] = [
    { asked: ["rein", "-g", "a"], done: ["rein", "a"], scenario: stopped },
    { asked: ["rein", "-c", "a"], done: ["rein", "a"] },
    { asked: ["rein", "-r", "TERM:QUIT", "a"], done: ["rein", "-r", "TERM:INT", "a"], scenario: stopped },
    { asked: ["rein", "-r", "TERM:0", "a"], done: ["rein", "a"], scenario: stopped },
    { asked: ["rein", "--stop-delay", "5s", "a"], done: ["rein", "--stop-delay", "5ms", "a"], scenario: stopped },
    { asked: ["rein", "--grace", "5s", "a"], done: ["rein", "--grace", "6s", "a"], scenario: stopped },
    { asked: ["rein", "--drain", "5s", "a"], done: ["rein", "a"], scenario: { orphan: "stubborn" } },
    { asked: ["rein", "-e", "3", "a"], done: ["rein", "a"], scenario: { waitStatus: 3 << 8 } },
    { asked: ["rein", "--map-exit", "143:7", "a"], done: ["rein", "a"], scenario: { waitStatus: 15 } },
    { asked: ["rein", "-p", "HUP", "a"], done: ["rein", "-p", "INT", "a"] },
    {
      asked: ["rein", "--unsetenv", "A", "--setenv", "A", "b", "a"],
      done: ["rein", "--unsetenv", "A", "a"],
      envp: ["A=c"],
    },
    { asked: ["rein", "--clearenv", "a"], done: ["rein", "a"], envp: ["A=c"] },
    { asked: ["rein", "--rlimit", "nofile=5:6", "a"], done: ["rein", "--rlimit", "nofile=5:7", "a"] },
    { asked: ["rein", "--cap-drop", "NET_RAW", "a"], done: ["rein", "--cap-drop", "NET_ADMIN", "a"] },
    { asked: ["rein", "--user", "5:6", "a"], done: ["rein", "--user", "5", "a"] },
    { asked: ["rein", "-v", "a"], done: ["rein", "a"] },
    { asked: ["rein", "a", "b"], done: ["rein", "a"] },
    { asked: ["rein", "--graze", "a"], done: ["rein", "a"] },
    { asked: ["rein", "--grace=x", "a"], done: ["rein", "--grace=y", "a"] },
    { asked: ["rein", "a"], done: ["rein", "--grace=y", "a"] },
    { asked: ["tini", "-x", "a"], done: ["tini", "-y", "a"] },
    { asked: ["tini", "-p", "x", "a"], done: ["rein", "-p", "x", "a"] },
    { asked: ["tini", "-h"], done: ["tini", "-l"] },
    { asked: ["dumb-init", "a"], done: ["dumb-init", "-c", "a"] },
    { asked: ["dumb-init", "-r", "15:3", "a"], done: ["dumb-init", "-r", "15:2", "a"], scenario: stopped },
    { asked: ["dumb-init", "a"], done: ["rein", "-g", "a"], scenario: { pid: 7, orphan: "stubborn" } },
    { asked: ["dumb-init", "a"], done: ["dumb-init", "-r", "20:20", "a"], scenario: suspended },
    { asked: ["dumb-init", "-c", "a"], done: ["rein", "-c", "a"], scenario: { ...suspended, pid: 7 } },
    { asked: ["dumb-init", "--ver", "a"], done: ["dumb-init", "--verb", "a"] },
    { asked: ["catatonit", "-g", "a"], done: ["catatonit", "a"], scenario: stopped },
    { asked: ["catatonit", "-P"], done: ["catatonit", "a"] },
    { asked: ["pause"], done: ["catatonit", "-P"], scenario: { pid: 7 } },
  ];
  for (const { asked, done, envp = [], scenario = {} } of cases) {
    test(`${done.join(" ")} in place of ${asked.join(" ")}`, () => {
      const vector = (argv: readonly string[]): Vector => ({ argv, envp, scenario: { ...quietScenario, ...scenario } });
      for (const argv of [asked, done]) {
        const own = check(vector(argv), runner.run(vector(argv)));
        assert.equal(typeof own, "string", JSON.stringify(own));
      }
      assert.equal(typeof check(vector(asked), runner.run(vector(done))), "object");
    });
  }
});
