// The image `example` that the Dockerfile makes: a Node.js application with rein as ENTRYPOINT.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { Container, newName } from "../support/container.ts";
import { ask, client, containerOptions, engineUnavailable, folder } from "../support/engine.ts";
import { tooFewProcesses } from "../support/process-limit.ts";
import { children, statusField } from "../support/processes.ts";
import type { Result } from "../support/rein.ts";

const run = (t: TestContext, ...words: string[]): Promise<Result> =>
  client(t, "run", "--rm", "--network", "none", ...words);

/** Starts the application, with words of its own in place of the image's; returns when it listens. */
async function startExample(t: TestContext, options: string[] = [], ...words: string[]): Promise<Container> {
  const container = new Container(t, newName());
  await ask(t, "run", "--detach", "--name", container.name, ...containerOptions, ...options, "example", ...words);
  await container.lineMatching(/listening on port 8080/);
  return container;
}

const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");

// Its user is an ordinary one.
describe("the image example", { skip: engineUnavailable || tooFewProcesses }, () => {
  test("its PID 1 is the executable of the image rein", async (t) => {
    const container = await startExample(t);
    assert.ok(await container.isRein());
    const top = (await ask(t, "top", container.name, "-o", "pid,args")).split("\n");
    assert.match(top[1] ?? "", /^\s*\d+\s+rein -- node server\.js$/);
  });

  test("its PID 1 is an ordinary user without capabilities", async (t) => {
    const pid = await (await startExample(t)).pid();
    assert.equal(statusField(pid, "Uid"), "1000\t1000\t1000\t1000");
    assert.equal(statusField(pid, "CapEff"), "0000000000000000");
  });

  test("the application is PID 1's only child, and answers", async (t) => {
    const container = await startExample(t);
    assert.deepEqual(children(await container.pid()).map(commandLine), ["node server.js "]);
    const script = `
      const answers = Array.from({ length: 50 }, () => fetch("http://127.0.0.1:8080/").then((answer) => answer.text()));
      Promise.all(answers).then((texts) => console.log(texts.every((text) => text.includes("UTC")) ? "all" : texts));`;
    const { stdout, stderr } = await container.exec("node", "-e", script);
    assert.equal(stdout, "all\n", stderr);
  });

  test("orphans are reaped", async (t) => {
    const container = await startExample(t);
    await container.makeOrphans(200);
    await container.reaped();
  });

  // It shows that the check of the zombies sees them.
  test("without rein the orphans stay (a check of the check)", async (t) => {
    const container = await startExample(t, ["--entrypoint", "node"], "server.js");
    await container.makeOrphans(20);
    assert.equal(await container.zombies(), 20);
  });

  test("docker stop lets the application close, at once, and ends it with status 0", async (t) => {
    const container = await startExample(t);
    assert.equal(await container.stop(), 0);
    assert.match((await container.output()).stdout, /closing\nclosed\n/);
  });

  for (const status of [0, 1, 3, 255]) {
    test(`exit status ${status} passes`, async (t) => {
      assert.equal((await run(t, "example", "node", "-e", `process.exit(${status})`)).status, status);
    });
  }

  for (const [what, signal, status] of [
    ["ended by SIGTERM: 143", "TERM", 143],
    ["ended by SIGKILL: 137", "KILL", 137],
    ["ended by a fault: 139", "SEGV", 139],
  ] as const) {
    test(what, async (t) => {
      assert.equal((await run(t, "example", "bash", "-c", `kill -${signal} $$`)).status, status);
    });
  }

  test("root, on request", async (t) => {
    assert.equal((await run(t, "--user", "0", "example", "id", "-u")).stdout, "0\n");
  });

  test("a user that /etc/passwd does not know", async (t) => {
    assert.equal((await run(t, "--user", "54321:54321", "example", "id", "-u")).stdout, "54321\n");
  });

  test("an application that the kernel kills for memory: 137, and rein says why", async (t) => {
    const hoard = "const hoard = []; for (;;) hoard.push(Buffer.alloc(1 << 20, 1));";
    const limit = ["--memory", "64m", "--memory-swap", "64m"];
    const { status, stderr } = await run(t, ...limit, "example", "node", "-e", hoard);
    assert.equal(status, 137);
    assert.match(stderr, /rein.*memory.*\/memory\.(oom_control|events)/);
  });

  test("rein from a read-only bind mount, in an image that knows nothing of it", async (t) => {
    const mount = ["--volume", `${join(folder, "rein")}:/rein:ro`, "--entrypoint", "/rein"];
    assert.equal((await run(t, ...mount, "node:24-bookworm-slim", "--", "bash", "-c", "exit 5")).status, 5);
  });
});
