// --expand: variables in the command's words, without a shell.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { runWithAccounts, usersUnavailable } from "../support/accounts.ts";
import { modes } from "../support/modes.ts";
import { executable, type Result, run, runCommand } from "../support/rein.ts";

const environment = { PORT: "8080", EMPTY: "", SPACES: "a  b", DOLLAR: "${PORT}$$", _x1: "x" };

function expand(t: TestContext, words: readonly string[], options: readonly string[] = []): Promise<Result> {
  return runCommand(t, [executable, "--expand", ...options, "--", "printf", "<%s>", ...words], { environment });
}

for (const mode of modes) {
  test(`${mode.name}: in the command and its arguments`, { skip: mode.unavailable }, async (t) => {
    const words = ["${SHELL_TO_RUN:-sh}", "-c", 'echo "$$0 $$1"', "${PORT}", "${SPACES}"];
    const { status, stdout, stderr } = await run(t, mode, words, { options: ["--expand"], environment });
    assert.deepEqual([status, stdout, stderr], [0, "8080 a  b\n", ""]);
  });
}

for (const [word, expanded] of [
  ["", ""],
  ["plain", "plain"],
  ["--port=${PORT}", "--port=8080"],
  ["${PORT}${PORT}:${PORT}", "80808080:8080"],
  ["${PORT:-1}", "8080"],
  ["${NONE_SUCH:-1}", "1"],
  ["${NONE_SUCH:-}", ""],
  ["${EMPTY}", ""],
  ["${EMPTY:-a b:-c{d}", "a b:-c{d"],
  ["${SPACES}", "a  b"],
  ["${DOLLAR}", "${PORT}$$"],
  ["${_x1}", "x"],
  ["$$", "$"],
  ["$$$$PORT $${PORT}", "$$PORT ${PORT}"],
  ["\u00e4{PORT}", "\u00e4{PORT}"],
] as const) {
  test(`${JSON.stringify(word)} becomes ${JSON.stringify(expanded)}`, async (t) => {
    assert.deepEqual((await expand(t, [word])).stdout, `<${expanded}>`);
  });
}

test("several words, and values that are long", async (t) => {
  const long = "v".repeat(100_000);
  const words = ["${LONG}", "x", "${LONG:-1}${PORT}", "$$"];
  const command = [executable, "--expand", "--setenv", "LONG", long, "--", "printf", "<%s>", ...words];
  assert.equal((await runCommand(t, command, { environment })).stdout, `<${long}><x><${long}8080><$>`);
});

test("without the option nothing is", async (t) => {
  const result = await runCommand(t, [executable, "--", "printf", "%s", "${PORT}$$"], { environment });
  assert.equal(result.stdout, "${PORT}$$");
});

test("from REIN_OPTIONS", async (t) => {
  const variables = { ...environment, REIN_OPTIONS: "--expand" };
  const result = await runCommand(t, [executable, "--", "printf", "%s", "${PORT}"], { environment: variables });
  assert.equal(result.stdout, "8080");
});

describe("the variables are the command's", () => {
  test("as options change them", async (t) => {
    const options = ["--setenv", "PORT", "1", "--unsetenv", "EMPTY", "--setenv", "MORE", "${PORT}"];
    assert.equal((await expand(t, ["${PORT} ${EMPTY:-2} ${MORE}"], options)).stdout, "<1 2 ${PORT}>");
    const cleared = await expand(t, ["${PORT:-none} ${A}"], ["--clearenv", "--setenv", "A", "b"]);
    assert.equal(cleared.stdout, "<none b>");
  });

  test("and as --user does", { skip: usersUnavailable }, async (t) => {
    const accounts = { passwd: "app:x:7:8::/home/app:\n", group: "" };
    const words = ["--user", "app", "--expand"];
    const result = await runWithAccounts(t, accounts, words, ["environment", "${HOME}"], { environment: {} });
    assert.match(result.stdout, /^\/home\/app unset$/m);
  });

  test("REIN_OPTIONS is none of them", async (t) => {
    const variables = { ...environment, REIN_OPTIONS: "--expand" };
    const result = await runCommand(t, [executable, "--", "echo", "${REIN_OPTIONS}"], { environment: variables });
    assert.equal(result.status, 125);
  });
});

test("in a sandbox, with its variables", async (t) => {
  const options = ["--unshare-user", "--unshare-pid", "--bind", "/", "/", "--setenv", "PORT", "2"];
  assert.equal((await expand(t, ["${PORT}"], options)).stdout, "<2>");
});

const SYNTAX = "give ${NAME} or ${NAME:-DEFAULT}, and $$ for a $";
for (const [word, says] of [
  ["$PORT", SYNTAX],
  ["$", SYNTAX],
  ["a$", SYNTAX],
  ["$$$", SYNTAX],
  ["$(PORT)", SYNTAX],
  ["$1", SYNTAX],
  ["${}", SYNTAX],
  ["${", SYNTAX],
  ["${PORT", SYNTAX],
  ["${PORT:-x", SYNTAX],
  ["${PORT:=x}", SYNTAX],
  ["${PORT:?x}", SYNTAX],
  ["${PORT:+x}", SYNTAX],
  ["${PORT-x}", SYNTAX],
  ["${PORT:x}", SYNTAX],
  ["${#PORT}", SYNTAX],
  ["${!PORT}", SYNTAX],
  ["${PO RT}", SYNTAX],
  ["${:-x}", SYNTAX],
  ["${PORT:-${EMPTY}}", SYNTAX],
  ["${NONE_SUCH}", "NONE_SUCH is not set, and has no default"],
  ["x${PORT}${NONE_SUCH}", "NONE_SUCH is not set, and has no default"],
] as const) {
  test(`${word} is refused`, async (t) => {
    const { status, stdout, stderr } = await expand(t, [word]);
    assert.deepEqual([status, stdout, stderr], [125, "", `rein: --expand: "${word}": ${says}\n`]);
  });
}
