// The options of a sandbox and of filters under random command lines, compared
// with an oracle: the short mode (the long one is fuzz.ts).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Runner } from "./fuzz/run.ts";
import { checkSandbox } from "./fuzz/sandbox-check.ts";
import { SandboxKernel } from "./fuzz/sandbox-kernel.ts";
import { subjects } from "./fuzz/subjects.ts";
import { describeFinding, fuzz } from "./fuzz/workers.ts";
import { Program } from "./kernel/module.ts";
import { stages } from "./oracle/sandbox-reading.ts";
import { quietScenario, type Vector } from "./oracle/vector.ts";

/** Another seed or number is for the long mode. */
const SEED = 2;
const VECTORS = 20_000;

test(`${VECTORS} vectors with options of a sandbox end as they should`, async () => {
  const { endings, found } = await fuzz({ subject: "sandbox", seed: SEED, from: 0, to: VECTORS });
  assert.equal(found.map((one) => describeFinding("sandbox", SEED, one)).join("\n"), "");
  // A generator that only makes nonsense, or nothing wrong, would find nothing.
  for (const ending of ["runs", "refused"]) assert.ok((endings.get(ending) ?? 0) > VECTORS / 5, ending);
  assert.ok((endings.get("short of memory") ?? 0) > 0);
});

describe("a stage that somebody else starts, with numbers of their own,", () => {
  const runner = new Runner(Program.product(), (vector, instance) => new SandboxKernel(vector, instance));
  const { judge } = subjects.sandbox();
  const files = { "/proc/self/exe": "program", "/proc/self/fd/4": "--clearenv\0".repeat(30), "/proc/self/fd/8": "" };
  const started = (stage: string, ...words: string[]): Vector => {
    const numbers = ["8", "9", "7", "0", "0", "1000", "1000", "0", "1", "0"];
    return { argv: [stage, ...numbers, ...words], envp: [], scenario: { ...quietScenario, files } };
  };
  for (const stage of stages) {
    test(`is refused as ${stage} where nothing asks for a sandbox`, () => {
      const { status, stderr } = runner.run(started(stage, "rein", "a"));
      const message = "rein: started as a stage of a sandbox, and no option asks for one; start it as rein\n";
      assert.deepEqual([status, stderr], [125, message]);
      assert.equal(judge(started(stage, "", "")), "refused");
      assert.equal(judge(started(stage)), "refused");
    });

    test(`has no trap as ${stage} where one id map is missing`, () => {
      // It is the supervisor that wants both.
      const ending = stage === "rein-outside" ? "refused" : "runs";
      for (const option of ["--uid-map", "--gid-map"])
        assert.equal(judge(started(stage, "rein", option, "0:1000:1", "a")), ending);
    });

    test(`leaves the command its words as ${stage} where --args brings more`, () => {
      assert.equal(judge(started(stage, "rein", "--args", "4", "--unshare-pid", "a", "b", "c")), "runs");
    });
  }
});

test("layers without their overlay are told before a size without its --tmpfs", () => {
  const { judge } = subjects.sandbox();
  for (const option of ["--mask", "--bind-try=/a"]) {
    const argv = ["rein", "--overlay-src", "/a", "--size", "6", option, "/b", "a"];
    assert.equal(judge({ argv, envp: [], scenario: quietScenario }), "refused");
  }
});

test("a usage of bubblewrap's is none where the options take too much memory", () => {
  const names = Array.from({ length: 50_000 }, () => "--clearenv");
  assert.equal(
    subjects.sandbox().judge({ argv: ["bwrap", ...names], envp: [], scenario: quietScenario }),
    "short of memory",
  );
});

test("an option that is given again is refused where the options take too much memory", () => {
  const words = Array.from({ length: 20_000 }, () => ["--gid", "1000", "--file", "2", "--"]).flat();
  const argv = ["bwrap", ...words, "a"];
  assert.equal(subjects.sandbox().judge({ argv, envp: [], scenario: quietScenario }), "short of memory");
});

test("options for which there is no memory start no sandbox", () => {
  const { judge } = subjects.sandbox();
  const files = { "/proc/self/exe": "program" };
  const endings = [40, 80, 120, 160, 240].map((count) => {
    const names = Array.from({ length: count }, () => `--hostname=${"x".repeat(8000)}`);
    return judge({ argv: ["rein", "--unshare-all", ...names, "a"], envp: [], scenario: { ...quietScenario, files } });
  });
  for (const ending of endings) assert.equal(typeof ending, "string", JSON.stringify(ending));
  assert.ok(endings.includes("short of memory"));
});

describe("an executable that did otherwise would be found out", () => {
  const runner = new Runner(Program.product(), (vector, instance) => new SandboxKernel(vector, instance));
  const run = (argv: readonly string[], brought = ""): { vector: Vector; outcome: ReturnType<typeof runner.run> } => {
    const files = { "/bin/a": "text", "/proc/self/exe": "program", "/proc/self/fd/4": brought };
    const vector = { argv, envp: [], scenario: { ...quietScenario, files } };
    return { vector, outcome: runner.run(vector) };
  };
  const cases: readonly {
    readonly asked: readonly string[];
    readonly done: readonly string[];
    readonly brings?: string;
  }[] = [
    { asked: ["rein", "--unshare-pid", "a"], done: ["rein", "a"] },
    { asked: ["rein", "--uid-map", "0:0:0", "a"], done: ["rein", "--uid-map", "0:0:1", "a"] },
    { asked: ["rein", "--join", "nets:/x", "a"], done: ["rein", "--join", "net:/x", "a"] },
    { asked: ["rein", "--chmod", "08", "/a", "a"], done: ["rein", "--chmod", "07", "/a", "a"] },
    { asked: ["rein", "--landlock-bind-tcp", "65536", "a"], done: ["rein", "--landlock-bind-tcp", "80", "a"] },
    { asked: ["rein", "--seccomp-profile", "strict", "a"], done: ["rein", "a"] },
    { asked: ["bwrap", "--nothing", "a"], done: ["rein", "--nothing", "a"] },
    { asked: ["bwrap", "--uid", "1", "--uid", "2", "a"], done: ["bwrap", "--uid", "1", "a"] },
    { asked: ["bwrap", "--size", "0", "--tmpfs", "/", "a"], done: ["bwrap", "--size", "1", "--tmpfs", "/", "a"] },
    { asked: ["bwrap", "--keep-fd", "x", "a"], done: ["bwrap", "--keep-fd", "y", "a"] },
    // What each of these brings or leaves out was taken once.
    { asked: ["rein", "--args", "4", "a"], done: ["rein", "--args", "4", "a"], brings: "-\0" },
    { asked: ["rein", "--overlay-src", "/a", "--mask", "/b", "a"], done: ["rein", "--mask", "/b", "a"] },
  ];
  for (const { asked, done, brings } of cases) {
    test(`${done.join(" ")} in place of ${asked.join(" ")}`, () => {
      for (const argv of [asked, done]) {
        const { vector, outcome } = run(argv, brings);
        const own = checkSandbox(vector, outcome);
        assert.equal(typeof own, "string", JSON.stringify(own));
      }
      const other = run(done, brings === undefined ? undefined : "--unshare-pid\0");
      assert.equal(typeof checkSandbox(run(asked, brings).vector, other.outcome), "object");
    });
  }
});
