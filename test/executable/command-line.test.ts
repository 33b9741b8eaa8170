// What rein understands, and what it says to what it does not.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Option } from "../../src/options/option.ts";
import { groups, options } from "../../src/options/options.ts";
import { forInit } from "../support/option-examples.ts";
import { payload, payloadUnavailable } from "../support/payload.ts";
import { children } from "../support/processes.ts";
import { executable, type Options, type Result, runCommand, startCommand } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";

/** Nothing in it that the user may not enter: a name would then be forbidden (126) instead of not found. */
const PATH = "/usr/local/bin:/usr/bin:/bin";

function rein(t: TestContext, words: readonly string[], options: Options = {}): Promise<Result> {
  return runCommand(t, [executable, ...words], { ...options, environment: { PATH, ...options.environment } });
}

async function assertRuns(t: TestContext, words: readonly string[], status: number, stdout?: string): Promise<Result> {
  const result = await rein(t, words);
  assert.equal(result.status, status, result.stderr);
  if (stdout !== undefined) assert.equal(result.stdout, stdout);
  return result;
}

const ofRein = options.filter(({ dialects }) => dialects.includes("rein"));

/** `--group` and `-g` */
function written({ name, short }: Option): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

describe("what is asked for", () => {
  test("--help fits on a screen, in groups, and names every option; -h is the same", async (t) => {
    const help = await assertRuns(t, ["--help"], 0);
    assert.equal(help.stderr, "");
    const lines = help.stdout.trimEnd().split("\n");
    assert.ok(lines.length <= 48, `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 80, line);
    const listed = groups.filter(({ page }) => page === "first").flatMap((group) => group.options);
    const words = listed.filter(({ dialects }) => dialects.includes("rein")).flatMap(written);
    assert.ok(words.length > 40);
    for (const word of [...words, "REIN_OPTIONS"]) {
      assert.match(help.stdout, new RegExp(`(^|[ ,])${word}(?![a-z0-9-])`, "m"), word);
    }
    // A group is a heading at the margin with its options indented below it.
    const headings = lines.filter((line, index) => /^\S/.test(line) && /^\s+-/.test(lines[index + 1] ?? ""));
    assert.ok(headings.length >= 3, headings.join("\n"));
    for (const words of [["-h"], ["-g", "--help"], ["-gh"]]) await assertRuns(t, words, 0, help.stdout);
  });

  test("--version is the package's", async (t) => {
    const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
    const { version }: { version: string } = JSON.parse(text);
    await assertRuns(t, ["--version"], 0, `rein ${version}\n`);
  });
});

describe("how options are written", { skip: payloadUnavailable }, () => {
  const exit5 = [payload, "exit", "5"];

  for (const [name, values] of Object.entries(forInit)) {
    test(`${name} is understood`, async (t) => {
      const status = ["-e", "--expect"].includes(name) ? 0 : name === "--map-exit" ? 6 : 5;
      await assertRuns(t, [name, ...values, "--", ...exit5], status);
      const [value] = values;
      if (!name.startsWith("--") && value !== undefined) await assertRuns(t, [`${name}${value}`, ...exit5], status);
      if (name.startsWith("--") && value !== undefined) {
        await assertRuns(t, [`${name}=${value}`, ...values.slice(1), ...exit5], status);
      }
    });
  }

  test("short options in one word, the last with its value in it or after it", async (t) => {
    const plain = await assertRuns(t, ["-g", ...exit5], 5);
    assert.equal(plain.stderr, "");
    const verbose = await assertRuns(t, ["-gvv", ...exit5], 5);
    assert.notEqual(verbose.stderr, "");
    await assertRuns(t, ["-gwe5", ...exit5], 0);
    await assertRuns(t, ["-gwe", "5", ...exit5], 0);
    await assertRuns(t, ["-e5", "-e", "6", ...exit5], 0);
    await assertRuns(t, [`-${"gws".repeat(40_000)}e5`, ...exit5], 0);
  });

  test("each -v says more than the one before", async (t) => {
    const said: number[] = [];
    for (const words of [[], ["-v"], ["-vv"]]) {
      const running = startCommand(t, [executable, ...words, payload, "orphans", "3", "0"]);
      await running.lineMatching(/^ended$/);
      await eventually("all orphans are reaped", () => children(running.process.pid ?? 0).length === 1);
      running.stdin.end();
      await running.closed();
      said.push(running.stderr.text.length);
    }
    assert.equal(said[0], 0);
    assert.deepEqual(
      said.toSorted((a, b) => a - b),
      said,
    );
    assert.equal(new Set(said).size, said.length);
  });

  test("options end at the first operand: what follows is the command's own", async (t) => {
    await assertRuns(t, ["echo", "-v", "--grace", "soon", "--help", "--", "x"], 0, "-v --grace soon --help -- x\n");
    await assertRuns(t, ["-g", "echo", "-g"], 0, "-g\n");
    await assertRuns(t, ["sh", "-c", 'echo "$@"', "name", "-e", "1"], 0, "-e 1\n");
  });

  test("-- ends them too, and is the command's own after it", async (t) => {
    await assertRuns(t, ["--", "echo", "--", "-v"], 0, "-- -v\n");
    await assertRuns(t, ["-g", "--", "echo", "-v"], 0, "-v\n");
    for (const words of [["--", "-v"], ["--", "--"], ["-"], [""]]) await assertRuns(t, words, 127);
  });

  test("the last of the same kind wins", async (t) => {
    await assertRuns(t, ["--map-exit", "5:6", "--map-exit=5:7", ...exit5], 7);
    await assertRuns(t, ["-e", "5", "--map-exit", "5:8", ...exit5], 8);
  });
});

interface Refusal {
  readonly words: readonly string[];
  /** What the one line has to hold. */
  readonly says: readonly RegExp[];
}

const TIME = /500ms|10s/;
const SIGNAL = /TERM/;
const STATUS = /0 to 255/;

const refusals: readonly Refusal[] = [
  { words: ["--nonsense"], says: [/--nonsense/, /--help/] },
  { words: ["--nonsense=1"], says: [/--nonsense/, /--help/] },
  { words: ["-Z"], says: [/-Z/, /--help/] },
  { words: ["-gZ"], says: [/-Z/, /--help/] },
  { words: ["--grace="], says: [/--grace/, TIME] },
  ...["soon", "-1", "1.5s", "10x", "s", "1s2", "0x10", "99999999999999999999h", " 1"].flatMap((value) =>
    ["--grace", "--drain", "--stop-delay"].map((name) => ({
      words: [name, value],
      says: [new RegExp(name), escaped(value), TIME],
    })),
  ),
  ...["256", "abc", "-1", "", "1000000000000000000000"].map((value) => ({
    words: ["-e", value],
    says: [/-e\b/, escaped(value), STATUS],
  })),
  { words: ["--expect=256"], says: [/--expect/, /256/, STATUS] },
  ...["143", "143:", ":0", "143:256", "a:0", "1:2:3"].map((value) => ({
    words: ["--map-exit", value],
    says: [/--map-exit/, /143:0|0 to 255/],
  })),
  ...["TERM", "TERM:", ":TERM", "FOO:TERM", "TERM:FOO", "65:15", "15:65", "0:15", "TERM:QUIT:INT"].map((value) => ({
    words: ["--rewrite", value],
    says: [/--rewrite/, /TERM/],
  })),
  // A misspelt word is answered with the nearest one that there is; with none where nothing is near.
  ...(
    [
      [["--ro-bnd", "/", "/"], "did you mean --ro-bind?"],
      [["--grcae", "5s"], "did you mean --grace?"],
      [["--CHDIR", "/"], "did you mean --chdir?"],
      [["--grop"], "did you mean --group?"],
      [["--rewrite", "TRM:HUP"], "(did you mean TERM?)"],
      [["--stop-signal", "sigquti"], "(did you mean QUIT?)"],
      [["--cap-drop", "NETRAW"], "(did you mean NET_RAW?)"],
      [["--cap-drop", "CAP_SYSADMIN"], "(did you mean SYS_ADMIN?)"],
      [["--rlimit", "nofiles=5"], "(did you mean nofile?)"],
      [["--rlimit", "NPROC=5"], "(did you mean nproc?)"],
    ] as const
  ).map(([words, says]) => ({ words: [...words], says: [escaped(says)] })),
  ...[["--nonsense"], ["-Z"], ["--=1"], ["--rewrite", "FOO:TERM"], ["--cap-drop", "X"], ["--rlimit", "nofile=2:1"]].map(
    (words) => ({ words, says: [/^(?!.*did you mean)/] }),
  ),
  { words: ["--ro-bnd"], says: [/rein --help and rein --help-sandbox list them/] },
  { words: ["--level-prefix"], says: [/no such option by this name; bwrap has it/] },
  { words: ["--drain", "400d"], says: [/"400d" is not a time; give a whole number, .* of up to 366 days/] },
  { words: ["--rlimit", "nofile=2:1"], says: [/SOFT being at most HARD/] },
  { words: ["--user", "4294967295"], says: [/--user: 4294967295 is no id; the largest one is 4294967294/] },
  { words: ["--user", "0:4294967296"], says: [/--user: 4294967296 is no id; the largest one is 4294967294/] },
  // Neighbours in our own lists of words, as those hold them.
  { words: ["--cap-drop", "NET_ADMIN,NET_RAW"], says: [/--cap-drop/, /NET_ADMIN,NET_RAW/] },
  { words: ["--rewrite", "HUP,INT:0"], says: [/--rewrite/, /HUP,INT/] },
  { words: ["--rlimit", "cpu,fsize=5"], says: [/--rlimit/, /cpu,fsize/] },
  { words: ["--group,single-child"], says: [/--group,single-child/, /no such option/] },
  ...["KILL", "STOP", "CHLD", "CLD"].flatMap((value) => [
    { words: ["--rewrite", `${value}:TERM`], says: [/--rewrite/, escaped(value), /pass on/] },
    { words: ["--stop-signal", value], says: [/--stop-signal/, escaped(value), /pass on/] },
  ]),
  ...["FOO", "0", "65", "SIG", "-1", "RTMIN+31", ""].flatMap((value) =>
    ["-p", "--parent-death", "--stop-signal"].map((name) => ({
      words: [name, value],
      says: [new RegExp(name), SIGNAL],
    })),
  ),
  ...["FOO", "CAP_", "", "64"].map((value) => ({ words: ["--cap-drop", value], says: [/--cap-drop/, /NET_RAW|ALL/] })),
  ...[
    "foo=1",
    "nofile",
    "nofile=",
    "nofile=a",
    "nofile=1:",
    "nofile=:1",
    "nofile=200:100",
    "nofile=1:2:3",
    "nofile=-1",
  ].map((value) => ({
    words: ["--rlimit", value],
    says: [/--rlimit/, escaped(value), /NAME=SOFT/],
  })),
  ...["1001", "-1001", "abc", "", "-"].map((value) => ({
    words: ["--oom-score-adj", value],
    says: [/--oom-score-adj/, /-1000 to 1000/],
  })),
  ...["x", "-1", "", "99999999999"].map((value) => ({
    words: ["--json-status-fd", value],
    says: [/--json-status-fd/],
  })),
  { words: ["--setenv", "A=B", "c"], says: [/--setenv/, /=/] },
  { words: ["--setenv", "", "c"], says: [/--setenv/, /name/] },
  { words: ["--unsetenv", "A=B"], says: [/--unsetenv/, /=/] },
  { words: ["--file-env", ""], says: [/--file-env/, /name/] },
  ...ofRein
    .filter(({ values }) => values.length === 0)
    .map(({ name }) => ({ words: [`--${name}=yes`], says: [new RegExp(`--${name}`), /no value/] })),
];

/** Control characters from outside must not make a second line, nor reach a terminal that shows the log. */
const STRANGE = "a\nb\x1b[2Jc";

function escaped(text: string): RegExp {
  return new RegExp(text.replaceAll(/[^\w ]/g, "\\$&"));
}

/** A folder, and the command that makes a file in it. */
function marker(t: TestContext): { readonly file: string; readonly command: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), "rein-command-line-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "started");
  return { file, command: ["touch", file] };
}

function assertRefused(result: Result, says: readonly RegExp[]): void {
  assert.equal(result.status, 125, result.stderr);
  assert.equal(result.stdout, "");
  assert.match(result.stderr, /^rein: [^\n]+\n$/);
  for (const pattern of says) assert.match(result.stderr, pattern);
}

describe("what is refused: one line, 125, and the command is not started", () => {
  for (const { words, says } of refusals) {
    test(words.map((word) => (word === "" ? '""' : word)).join(" "), async (t) => {
      const { file, command } = marker(t);
      assertRefused(await rein(t, [...words, ...command]), says);
      assert.ok(!existsSync(file));
    });
  }

  for (const option of ofRein) {
    if (option.values.length === 0) continue;
    for (const word of written(option)) {
      test(`${word} without ${option.values.length === 1 ? "its value" : "all its values"}`, async (t) => {
        for (let given = 0; given < option.values.length; given++) {
          // A name, a path, a mode and an open descriptor.
          const words = [word, ...option.values.slice(0, given).map(() => "0")];
          for (const before of [[], ["-g"]]) {
            assertRefused(await rein(t, [...before, ...words]), [new RegExp(`^rein: ${word}: needs a value`)]);
          }
        }
      });
    }
  }

  for (const words of [
    [`--${STRANGE}`],
    ["--grace", STRANGE],
    ["--map-exit", STRANGE],
    ["--user", STRANGE],
    ["--chdir", STRANGE],
  ]) {
    test(`control characters in ${words.length === 1 ? "an option" : words[0]}`, async (t) => {
      const { file, command } = marker(t);
      const result = await rein(t, [...words, ...command]);
      assertRefused(result, []);
      assert.ok(!result.stderr.includes("\x1b"));
      assert.ok(!existsSync(file));
    });
  }

  for (const [what, shown, raw] of [
    ["characters that can be printed", "\u00fc \u6f22 \u{1f41a}", Buffer.from("\u00fc \u6f22 \u{1f41a}")],
    ["bytes that are no UTF-8", "\\xff\\xc3(\\xed\\xa0\\x80", Buffer.from("\xff\xc3(\xed\xa0\x80", "latin1")],
    ["C1 controls", "\\xc2\\x9b1m", Buffer.from("\u009b1m")],
    ["ends of line", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9", Buffer.from("\u2028\u2029")],
    [
      "directions",
      "\\xe2\\x80\\xaa\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x81\\xa9",
      Buffer.from("\u202a\u202e\u2066\u2069"),
    ],
    ["their neighbours", "\u2027\u202f\u2065\u206a", Buffer.from("\u2027\u202f\u2065\u206a")],
  ] as const) {
    test(`how ${what} are shown`, async (t) => {
      // Node.js would make UTF-8 of an argument.
      const octal = Array.from(raw, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
      const script = 'exec "$0" --grace "$(printf "$1")" true';
      assertRefused(await runCommand(t, ["sh", "-c", script, executable, octal]), [escaped(`--grace: "${shown}" is`)]);
    });
  }

  test("a message that is cut off ends with a whole character", async (t) => {
    const words = ["--file-env", `xx${"\u0001".repeat(990)}`, "true"];
    const environment = { [`${words[1]}_FILE`]: `/${"\u6f22".repeat(400)}` };
    const { stderr } = await rein(t, words, { environment });
    assert.doesNotMatch(stderr, /\ufffd/);
    assert.match(stderr, /\u6f22\n$/);
  });

  for (const name of ["--grace", "--rewrite", "--user", "--rlimit"]) {
    test(`${name} with a very long value`, async (t) => {
      assertRefused(await rein(t, [name, "x".repeat(100_000), "true"]), [new RegExp(name)]);
    });
  }

  for (const words of [[], ["-g"], ["--"], ["-e", "5", "--"]]) {
    test(`no command: ${["rein", ...words].join(" ")}`, async (t) => {
      assertRefused(await rein(t, words), [/no command/]);
    });
  }
});

describe("REIN_OPTIONS", { skip: payloadUnavailable }, () => {
  const withOptions = (value: string): Options => ({ environment: { REIN_OPTIONS: value } });
  const exit5 = [payload, "exit", "5"];

  test("holds options, parted by white space", async (t) => {
    for (const value of ["--map-exit 5:6", " \t--map-exit\n5:6 ", "-we5 --map-exit=5:6", "-g -s --map-exit 5:6"]) {
      assert.equal((await rein(t, exit5, withOptions(value))).status, 6);
    }
    for (const value of ["", " ", "\n"]) assert.equal((await rein(t, exit5, withOptions(value))).status, 5);
    assert.equal((await rein(t, exit5, withOptions(`${"-s ".repeat(2000)}-e 5`))).status, 0);
  });

  test("as long as a variable can be is taken, or refused by its name", async (t) => {
    const result = await rein(t, exit5, withOptions(`${"-s ".repeat(43_000)}-e 5`));
    if (result.status !== 0) assertRefused(result, [/REIN_OPTIONS/]);
  });

  test("the command line wins over it, and adds to it", async (t) => {
    const added = withOptions("--map-exit 5:6 --map-exit 9:1");
    assert.equal((await rein(t, ["--map-exit", "5:7", ...exit5], added)).status, 7);
    assert.equal((await rein(t, ["--map-exit", "5:7", payload, "exit", "9"], added)).status, 1);
  });

  for (const [value, pattern] of [
    ["--nonsense", /--nonsense/],
    ["-e 256", /256/],
    ["-g -e", /-e: needs a value/],
    ["echo", /"echo"/],
    ["-g echo hello", /"echo"/],
    ["--grace soon", /soon/],
    // What only the command line may have is not said to be no option at all.
    ["--ro-bind / /", /--ro-bind: no such option in a variable, which every rein below takes; give it on the command/],
    ["--version", /--version: no such option in a variable/],
    ["-h", /-h: no such option in a variable/],
    ["--gruop", /--gruop: no such option; did you mean --group\?/],
    ["--ro-bnd", /--ro-bnd: no such option; rein --help/],
  ] as const) {
    test(`what is wrong in it is refused by its name: ${value}`, async (t) => {
      const { file, command } = marker(t);
      assertRefused(await rein(t, command, withOptions(value)), [/REIN_OPTIONS/, pattern]);
      assert.ok(!existsSync(file));
    });
  }

  test("the command does not see it", async (t) => {
    const result = await rein(t, [payload, "environment", "REIN_OPTIONS", "HOME"], {
      environment: { REIN_OPTIONS: "-s", HOME: "/somewhere" },
    });
    assert.match(result.stdout, /^REIN_OPTIONS unset$/m);
    assert.match(result.stdout, /^HOME=\/somewhere$/m);
  });

  test("unless it is set for it", async (t) => {
    const words = ["--setenv", "REIN_OPTIONS", "-w", payload, "environment", "REIN_OPTIONS"];
    assert.match((await rein(t, words, withOptions("-s"))).stdout, /^REIN_OPTIONS=-w$/m);
  });
});
