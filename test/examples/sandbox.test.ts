// The examples' sandboxes, for root and for an ordinary user: what they allow, and what they forbid.

import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { tooFewProcesses } from "../support/process-limit.ts";
import { descendants, isAlive } from "../support/processes.ts";
import { runCommand, startCommand } from "../support/rein.ts";
import { type Maker, testSandbox } from "../support/sandbox.ts";
import { eventually } from "../support/waiting.ts";
import { examples } from "./support/example.ts";

/** The words that run an example, with `rein` and this Node.js first on PATH. */
function words(make: Maker, name: string, ...rest: string[]): string[] {
  const script = join(make.folder(), name);
  copyFileSync(join(examples, "sandbox", name), script);
  chmodSync(script, 0o755);
  const rein = make.words([]);
  const path = [join(rein.at(-1) ?? "", ".."), join(process.execPath, ".."), "/usr/bin:/bin:/usr/sbin:/sbin"].join(":");
  return [...rein.slice(0, -1), "env", `PATH=${path}`, "SECRET=known", script, ...rest];
}

/** A port of this machine's that somebody answers at. */
async function openPort(t: TestContext): Promise<number> {
  const server = createServer((_request, response) => response.end("reached"));
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function executableFile(path: string, text: string): string {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** A line for each thing that is tried: its name, and whether it could be done. */
const TRY =
  'try() { name=$1; shift; if "$@" 2>/dev/null >&2; then echo "$name: done"; else echo "$name: refused"; fi; }\n';
const connect = (port: number): string => `try connect bash -c ': </dev/tcp/127.0.0.1/${port}'\n`;
const kill = `try kill kill -0 ${process.pid}\n`;
/** Counted by the shell itself: of a pipe's programs not all may be there yet. */
const PROCESSES = 'set -- /proc/[0-9]*; echo "$# processes"\n';

for (const [what, body] of [
  [
    "untrusted-script.sh",
    async (make: Maker, t: TestContext): Promise<void> => {
      const attempts =
        `#!/bin/sh\n${TRY}echo "arguments: $*"\ntry tmp touch /tmp/own\ntry system touch /usr/written\n` +
        `try root touch /written\ntry passwd cat /etc/passwd\ntry itself sh -c 'echo x >>/script'\n` +
        `${connect(await openPort(t))}${kill}${PROCESSES}try namespace unshare --user true\n` +
        'echo "secret: $SECRET"\nsleep 1000 &\nexit 7\n';
      const script = executableFile(join(make.folder(), "script"), attempts);
      const result = await runCommand(t, words(make, "untrusted-script.sh", script, "one", "two words"));
      assert.deepEqual(result.stdout.split("\n"), [
        ...["arguments: one two words", "tmp: done", "system: refused", "root: refused", "passwd: refused"],
        // The init and the script.
        ...[
          "itself: refused",
          "connect: refused",
          "kill: refused",
          "2 processes",
          "namespace: refused",
          "secret: ",
          "",
        ],
      ]);
      assert.equal(result.status, 7, result.stderr);
    },
  ],
  [
    "build.sh",
    async (make: Maker, t: TestContext): Promise<void> => {
      const project = make.folder();
      const outside = make.folder();
      const attempts =
        `${TRY}pwd\ntry result sh -c 'echo built >result'\ntry system touch /usr/written\ntry root touch /written\n` +
        `try passwd cat /etc/passwd\ntry outside touch ${outside}/written\n${connect(await openPort(t))}${kill}exit 3\n`;
      writeFileSync(join(project, "attempts"), attempts);
      const result = await runCommand(t, words(make, "build.sh", project, "sh", "attempts"));
      assert.deepEqual(result.stdout.split("\n"), [
        ...["/workspace", "result: done", "system: refused", "root: refused", "passwd: done", "outside: refused"],
        ...["connect: refused", "kill: refused", ""],
      ]);
      assert.equal(result.status, 3, result.stderr);
      assert.equal(statSync(join(project, "result")).uid === process.getuid?.(), make.isRoot);
    },
  ],
  [
    "service.sh",
    async (make: Maker, t: TestContext): Promise<void> => {
      if (!make.isRoot && tooFewProcesses !== false) return t.skip(tooFewProcesses);
      const sockets = join(make.folder(), "sockets");
      mkdirSync(sockets);
      chmodSync(sockets, 0o777);
      const server = join(make.folder(), "server.mjs");
      writeFileSync(
        server,
        `import { readdirSync, writeFileSync } from "node:fs";
        import { createServer } from "node:http";
        const code = (attempt) => { try { attempt(); return "done"; } catch (error) { return error.code; } };
        const server = createServer(async (_request, response) => {
          const called = await fetch("http://127.0.0.1:${await openPort(t)}").then(() => "done", (error) => error.cause.code);
          response.end([
            process.pid, called, code(() => process.kill(${process.pid}, 0)), code(() => writeFileSync("${server}", "")),
            readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length,
          ].join(" "));
        });
        process.on("SIGTERM", () => server.close(() => console.log("closed")));
        server.listen(process.env.PORT, () => console.log("listening"));`,
      );
      const running = startCommand(t, words(make, "service.sh", server, sockets));
      await running.lineMatching(/^listening$/);
      assert.equal(await ask(join(sockets, "socket")), "2 ECONNREFUSED ESRCH EROFS 2");
      const supervisor = running.process.pid ?? 0;
      const all = [supervisor, ...descendants(supervisor)];
      process.kill(supervisor, "SIGTERM");
      await running.lineMatching(/^closed$/);
      assert.deepEqual(await running.exit(), { status: 0, signal: null });
      await eventually("nobody is left", () => !all.slice(1).some(isAlive));
    },
  ],
] as const) {
  testSandbox(what, body, { dialect: "rein" });
}

/** What a server at a socket answers. */
function ask(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, agent: false }, async (response) => {
      let text = "";
      for await (const piece of response.setEncoding("utf8")) text += piece;
      resolve(text);
    })
      .on("error", reject)
      .end();
  });
}
