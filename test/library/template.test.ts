// run`…` and run({ … }), beside execa itself: the same words, results and refusals.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { execa, type TemplateExpression } from "execa";
import { OptionError, type Run, run } from "rein";
import type { RunOptions } from "../../src/library/options/options.ts";

type Call = (start: Run) => PromiseLike<unknown>;

const values: readonly TemplateExpression[] = [
  ...["a b", "", "'", '"', "\\", "$HOME", "*", "-n", "--", "é\u{1F600}", "\t"],
  ...[0, -1.5, ["a b", "c"], [], [1, "2"]],
];

const words: readonly (readonly [what: string, call: Call])[] = [
  ["words", (start) => start`printf %s| a  b	c`],
  [
    "several lines",
    (start) => start`
    printf %s|
    one
    two
  `,
  ],
  [
    "escaped spaces and lines",
    (start) => start`printf %s| a\ b \
    c\n d\t \\ \x41 \u0042`,
  ],
  ["a value within a word", (start) => start`printf ${"%s"}| --x=${"a b"}c ${"d"}${"e"}`],
  ["an array within a word", (start) => start`printf %s| x${["a", "b c"]}y`],
  ["all of it from an array", (start) => start`${["printf", "%s|", "a b"]}`],
  ["the file from a value", (start) => start`${"printf"} %s| a`],
  ["a result as a value", async (start) => start`printf %s| ${await start`echo from`} end`],
  ...values.map(
    (value) => [`the value ${JSON.stringify(value)}`, (start: Run) => start`printf %s| ${value} .`] as const,
  ),
  ["nothing", (start) => start``],
  ["only space", (start) => start`  `],
  ["an object as a value", (start) => start`echo ${{} as string}`],
  ["a promise as a value", (start) => start`echo ${start`echo`.catch(() => {}) as unknown as string}`],
  ["undefined as a value", (start) => start`echo ${undefined as unknown as string}`],
  ["a NUL", (start) => start`echo ${"\0"}`],
  ["a wrong backslash", (start) => start`echo \u`],
  ["what is not there", (start) => start`no-such-program ${"a b"}`],
  ["a failure", (start) => start`sh -c ${"exit 3"}`],
  ["a signal", (start) => start`sh -c ${"kill -TERM $$"}`],
  ["a pipe", (start) => start`echo piped`.pipe`tr p P`],
];

const bound: readonly (readonly [what: string, call: Call])[] = [
  ["options", (start) => start({ lines: true })("printf", ["a\nb"])],
  ["options and a template", (start) => start({ lines: true })`printf ${"a\nb"}`],
  ["options of the call, too", (start) => start({ lines: true })("printf", ["a\nb"], { all: true })],
  ["a file and options alone", (start) => start({ lines: true })("pwd", { cwd: "/" })],
  ["twice", (start) => start({ lines: true })({ cwd: "/" })`pwd`],
  ["the later one", (start) => start({ lines: true })({ lines: false })`pwd`],
  ["undefined takes it away", (start) => start({ lines: true })({ lines: undefined } as object)`pwd`],
  ["env is merged", (start) => start({ env: { A: "1", B: "1" } })({ env: { B: "2" } })`sh -c ${"echo $A $B"}`],
  [
    "what is for one descriptor is merged",
    (start) => start({ lines: { stdout: true } })({ lines: { stderr: true } })`sh -c ${"echo a; echo b >&2"}`,
  ],
  ["reject", (start) => start({ reject: false })`sh -c ${"exit 3"}`],
  [
    "the first stays as it was",
    (start) => {
      const first = start({ lines: true });
      first({ lines: false });
      return first`pwd`;
    },
  ],
];

async function seen(call: Call, start: Run): Promise<unknown> {
  try {
    return told(await call(start));
  } catch (error) {
    return told(error);
  }
}

function told(end: unknown): unknown {
  const { stdout, stderr, all, command, escapedCommand, exitCode, signal, code, shortMessage, name, message } =
    end as Record<string, unknown>;
  // Why a program could not be started is on stderr under rein.
  const text = String(shortMessage ?? message).split("\n")[0];
  return {
    name,
    code,
    exitCode: code === undefined ? exitCode : undefined,
    signal,
    stdout,
    stderr: code === undefined ? stderr : undefined,
    all,
    command,
    escapedCommand,
    text,
  };
}

const callers: readonly (readonly [name: string, start: Run])[] = [
  ["run", run],
  ["run in a sandbox", run({ namespaces: ["user", "pid"] }) as unknown as Run],
  ["run without the executable", run({ init: false }) as unknown as Run],
];

for (const [name, start] of callers) {
  suite(name, () => {
    for (const [what, call] of [...words, ...bound]) {
      test(what, async () => assert.deepEqual(await seen(call, start), await seen(call, execa as unknown as Run)));
    }
  });
}

test("a template's program is under the executable, and starts with its own name", async () => {
  const { stdout } = await run`sh -c ${"tr '\\0' ' ' </proc/$PPID/cmdline"}`;
  assert.match(stdout, /^rein .*-- sh -c /);
  assert.equal((await run({ argv0: "other" })`sh -c ${"echo $0"}`).stdout, "other");
  assert.equal((await run({ argv0: "other", init: false })`sh -c ${"echo $0"}`).stdout, "other");
});

test("options are checked when they are bound", () => {
  for (const [options, option] of [
    [{ preset: "untrusted", namespace: [] }, "namespace"],
    [new (class extends Map {})(), "options"],
    [new Proxy({}, {}), "options"],
  ] as const) {
    assert.throws(
      () => run(options as RunOptions),
      (error) => error instanceof OptionError && error.option === option,
    );
  }
  assert.throws(() => (run as (...call: unknown[]) => unknown)({}, {}), { code: "ERR_REIN_OPTION" });
});

test("what confines is not taken away by undefined", () => {
  const confined = run({ preset: "untrusted", grace: 5 });
  assert.throws(() => confined({ preset: undefined } as object), { code: "ERR_REIN_OPTION", option: "preset" });
  assert.throws(() => confined("true", { preset: undefined } as object), { option: "preset" });
  confined({ grace: undefined } as object);
});

test("a value that is changed later, and Object.prototype, are not what was bound", async () => {
  const options = { env: { A: "1" } };
  const start = run(options);
  options.env.A = "2";
  assert.equal((await start`sh -c ${"echo $A"}`).stdout, "1");
});
