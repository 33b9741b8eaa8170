// rein/execa: what execa has besides execa, of the same copy that run() uses, and loaded by nobody else.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as execa from "execa";
import { run, runSync } from "rein";
import * as again from "rein/execa";

test("is execa's own", () => {
  assert.deepEqual({ ...execa, ...again }, { ...execa });
  const names = ["ExecaError", "ExecaSyncError", "getCancelSignal", "getEachMessage", "getOneMessage", "sendMessage"];
  assert.deepEqual(Object.keys(again).sort(), names);
});

test("errors of run() and runSync() are its", async () => {
  await assert.rejects(run("false"), (error) => error instanceof again.ExecaError && error.exitCode === 1);
  assert.throws(
    () => runSync("false"),
    (error) => error instanceof again.ExecaSyncError && error.exitCode === 1,
  );
});

test("a program talks to run() by it", async () => {
  const program = `import { getOneMessage, sendMessage } from "rein/execa";
    await sendMessage(["answer", await getOneMessage()]);`;
  const words = ["--input-type=module", "--eval", program];
  const subprocess = run(process.execPath, words, { ipc: true, cwd: import.meta.dirname });
  const [answer] = await Promise.all([subprocess.getOneMessage(), subprocess.sendMessage("question")]);
  assert.deepEqual(answer, ["answer", "question"]);
  await subprocess;
});

test("rein alone does not load execa", () => {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({
      resolve(name, context, next) {
        loaded.push(name);
        return next(name, context);
      },
    });
    await import("rein");
    console.log(loaded.includes("execa"));
    await import("rein/execa");
    console.log(loaded.includes("execa"));`;
  const words = ["--input-type=module", "--eval", program];
  assert.equal(runSync(process.execPath, words, { cwd: import.meta.dirname }).stdout, "false\ntrue");
});
