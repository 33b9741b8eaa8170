// The command line where there is no executable: read as the executable reads it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { suite, test } from "node:test";
import { readPlan } from "../../src/library/portable/command-line.ts";
import type { Option, ValueKind } from "../../src/options/option.ts";
import { options } from "../../src/options/options.ts";
import { executable } from "../support/rein.ts";

/** Values of each kind, right and wrong ones. (Real-time signals, and SIGCLD, Node.js has no name for, and so they are none.) */
const values: Readonly<Partial<Record<ValueKind, readonly string[]>>> = {
  "incoming-signal": [
    ...["TERM", "SIGTERM", "sigterm", "15", "015", "IOT", "POLL", "PWR"],
    ...["KILL", "STOP", "CHLD", "9", "19", "17", "0", "65", "", "SIGSIGTERM", "TERMX", "-1"],
  ],
  "signal-pair": [
    ...["TERM:QUIT", "15:3", "sigterm:SigQuit", "TERM:0", "TERM:KILL"],
    ...["TERM:00", "KILL:TERM", "SIGCHLD:0", "15", ":", "", "TERM:", ":TERM", "TERM:QUIT:INT", "TERM:QUIT:"],
  ],
  time: [
    ...["500ms", "10s", "2m", "1h", "10", "0", "007", "8784h", "31622400", "31622400000ms"],
    ...["8785h", "31622401", "99999999999999999999", "", "s", "1.5s", "-1", "1d", "10 s", "1S"],
  ],
  status: ["0", "255", "0005", "256", "-1", "", "x", "1.0", "0x5", "1e2"],
  "status-pair": ["1:2", "255:0", "1:2:3", "1:", ":1", "1", "", "256:1", "1:256"],
  directory: ["/", "/usr", ""],
  variable: ["A", "_", "A B", "A=B", "=", ""],
  text: ["x", "", "a=b"],
  mask: ["0022", "0", "777", "00000022", "1000", "8", "", "-1", "0x1"],
  signal: ["KILL"],
  score: ["1000"],
  descriptor: ["2"],
};

/** Whether the executable takes the words, and runs the command behind them. */
function isTakenByExecutable(words: readonly string[], variable = ""): boolean {
  const { status } = spawnSync(executable, words, { env: { PATH: "/usr/bin:/bin", REIN_OPTIONS: variable } });
  return status === 0;
}

/** Why the words are refused here, or undefined. */
function refusal(words: readonly string[], variable = ""): string | undefined {
  try {
    readPlan(words, { REIN_OPTIONS: variable }, () => "");
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** How an option can be written: with every value, attached and not, and with too many or too few. */
function forms({ name, short, values: wanted, portable }: Option): string[][] {
  const all = wanted[0] === undefined ? [] : (values[wanted[0].kind] ?? assert.fail(`no values for --${name}`));
  // The values of one that is left out nobody reads.
  const first = portable === "done" ? all : all.slice(0, 1);
  const rest = wanted.slice(1).map(({ kind }) => values[kind]?.[0] ?? "");
  const [right = ""] = first;
  return [
    ...first.flatMap((value) => [
      [`--${name}`, value, ...rest],
      [`--${name}=${value}`, ...rest],
      ...(short === undefined || value === ""
        ? []
        : [[`-${short}${value}`], [`-${short}`, value], [`-v${short}${value}`]]),
    ]),
    ...(rest.length === 0 ? [] : [[`--${name}=${right}`], [`--${name}`, right]]),
    ...(wanted.length > 0 ? [] : [[`--${name}`], [`--${name}=`], [`--${name}=no`], [`--${name}`, "--verbose"]]),
    ...(wanted.length > 0 || short === undefined
      ? []
      : [[`-${short}`], [`-v${short}`], [`-${short}=no`], [`-${short}no`]]),
    [`--${name}`],
    [`--${name.slice(0, -1)}`, right, ...rest],
    [`--${name.toUpperCase()}`, right, ...rest],
  ];
}

const known = options.filter(({ portable }) => portable !== undefined);

suite("as the executable takes and refuses", () => {
  for (const option of known.filter(({ portable }) => portable !== "refused")) {
    test(`--${option.name}`, () => {
      for (const form of forms(option)) {
        // The last word stands for an option's value where one is missing, and the command is missing then.
        const words = [...form, "true"];
        assert.equal(refusal(words) === undefined, isTakenByExecutable(words), `${words.join(" ")}: ${refusal(words)}`);
      }
    });

    test(`--${option.name} in REIN_OPTIONS`, () => {
      const rest = option.values.map(({ kind }) => values[kind]?.[0] ?? "");
      const attached = `--${option.name}=${option.portable === "done" ? "" : (rest[0] ?? "no")}`;
      for (const variable of [[`--${option.name}`, ...rest].join(" "), `--${option.name}`, attached]) {
        const why = refusal(["true"], variable);
        assert.equal(why === undefined, isTakenByExecutable(["true"], variable), `${variable}: ${why}`);
      }
    });
  }

  for (const { name, values: wanted } of known.filter(({ portable }) => portable === "refused")) {
    test(`--${name}, which needs it, is refused`, () => {
      const words = [`--${name}`, ...wanted.map(() => "1")];
      assert.match(refusal([...words, "true"]) ?? "", /: not possible without the executable/);
    });
  }

  for (const words of [[], ["--"], ["-"], ["--", "--group"], ["--=x", "true"], ["-v-", "true"], ["-z", "true"]]) {
    test(`the words ${JSON.stringify(words)}`, () => {
      // A command that is not there is no refusal.
      const { status } = spawnSync(executable, words, { env: { PATH: "/usr/bin:/bin" } });
      assert.equal(refusal(words) === undefined, status !== 125, refusal(words));
    });
  }
});
