// Under Docker's default seccomp profile: Landlock alone, as examples/sandbox/Dockerfile has it, and no namespaces.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, describe, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { landlockVersion } from "../support/attempts.ts";
import { Container, newName } from "../support/container.ts";
import { ask, client, containerOptions, engine, engineUnavailable } from "../support/engine.ts";
import { tooFewProcesses } from "../support/process-limit.ts";
import type { Result } from "../support/rein.ts";

const examples = join(import.meta.dirname, "../../examples");

const run = (t: TestContext, ...words: string[]): Promise<Result> =>
  client(t, "run", "--rm", ...containerOptions, ...words);

/** What a Node.js program in the image comes to: the code of each attempt's error, or "done". */
async function tried(t: TestContext, attempts: readonly string[]): Promise<string[]> {
  const script = `
    const fs = require("node:fs");
    const net = require("node:net");
    const attempt = async (body) => { try { await body(); return "done"; } catch (error) { return error.code; } };
    const opened = (socket, event) => new Promise((done, failed) => socket.once(event, done).once("error", failed));
    (async () => {
      for (const body of [${attempts.map((body) => `() => ${body}`).join(", ")}]) console.log(await attempt(body));
      process.exit();
    })();`;
  const result = await run(t, "confined", "node", "-e", script);
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.trimEnd().split("\n");
}

const skip =
  engineUnavailable ||
  tooFewProcesses ||
  (landlockVersion < 4 && `this kernel's Landlock is of version ${landlockVersion}, not 4`);

describe("examples/sandbox/Dockerfile", { skip }, () => {
  before(async () => {
    const words = ["--network", "host", "--file", join(examples, "sandbox/Dockerfile"), "--tag", "confined"];
    await promisify(execFile)(engine, ["build", ...words, join(examples, "node-app")]);
  });

  test("reads what is allowed, and nothing else", async (t) => {
    const read = (path: string): string => `fs.readFileSync("${path}")`;
    assert.deepEqual(
      await tried(t, ["/app/server.js", "/etc/passwd", "/var/lib/dpkg/status", "/home/node/.profile"].map(read)),
      [...["done", "done", "EACCES", "EACCES"]],
    );
  });

  test("writes to /data, and nowhere else, where the user might otherwise", async (t) => {
    const write = (path: string): string => `fs.writeFileSync("${path}", "")`;
    assert.deepEqual(
      await tried(t, ["/data/own", "/tmp/written", "/home/node/written", "/var/tmp/written"].map(write)),
      [...["done", "EACCES", "EACCES", "EACCES"]],
    );
    const free = await run(
      t,
      "--entrypoint",
      "touch",
      "confined",
      "/tmp/written",
      "/home/node/written",
      "/var/tmp/written",
    );
    assert.equal(free.status, 0, free.stderr);
  });

  test("serves port 8080 and no other, and calls nobody", async (t) => {
    assert.deepEqual(
      await tried(t, [
        'opened(net.createServer().listen(8080), "listening")',
        'opened(net.createServer().listen(8081), "listening")',
        'opened(net.connect(8080, "127.0.0.1"), "connect")',
      ]),
      ["done", "EACCES", "EACCES"],
    );
  });

  test("what it writes to /data cannot be executed", async (t) => {
    const attempt = 'fs.copyFileSync("/usr/bin/true", "/data/program"), fs.chmodSync("/data/program", 0o755)';
    const execute = 'require("node:child_process").execFileSync("/data/program")';
    assert.deepEqual(await tried(t, [`(${attempt})`, execute]), ["done", "EACCES"]);
  });

  test("the application serves, and docker stop lets it close", async (t) => {
    const container = new Container(t, newName());
    await ask(t, "run", "--detach", "--name", container.name, ...containerOptions, "confined");
    await container.lineMatching(/listening on port 8080/);
    const fetched = await container.exec(
      "node",
      "-e",
      'fetch("http://127.0.0.1:8080/").then((answer) => answer.text()).then(console.log)',
    );
    assert.match(fetched.stdout, /UTC/);
    assert.equal(await container.stop(), 0);
    const { stdout, stderr } = await container.output();
    assert.match(stdout, /closing\nclosed\n/);
    assert.equal(stderr, "");
  });
});

describe("namespaces under Docker's default profile", { skip: engineUnavailable }, () => {
  for (const user of ["0", "1000"]) {
    test(`user ${user}: the error says what is in the way, and nothing runs`, async (t) => {
      const words = ["--user", user, "--entrypoint", "/rein", "busybox"];
      for (const option of ["--unshare-all", "--unshare-pid"]) {
        const other = await run(t, ...words, option, "--", "echo", "ran");
        assert.deepEqual([other.stdout, other.status], ["", 125]);
        assert.match(other.stderr, /; a seccomp filter is in force, as in a container[^\n]*\n$/);
        assert.doesNotMatch(other.stderr, /--unshare-user|chroot/);
      }
      const result = await run(t, ...words, "--unshare-user", "--unshare-pid", "--", "echo", "ran");
      assert.deepEqual([result.stdout, result.status], ["", 125]);
      assert.match(
        result.stderr,
        /^rein: [^\n]*namespaces? [^\n]*not permitted[^\n]*; a seccomp filter is in force, as in a container[^\n]*\n$/i,
      );
    });
  }
});
