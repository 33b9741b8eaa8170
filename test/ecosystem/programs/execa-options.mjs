// Each of execa's options and methods once, by execa, run() and command(): prints what each of them saw, as JSON.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import * as rein from "rein";
import { children } from "./children.mjs";

const { command, init, register, run } = rein;
for (const [name, child] of Object.entries(children)) register(name, () => child(...process.argv.slice(2)));

const script = import.meta.filename;
const [, , first = "", ...rest] = process.argv;
if (!init()) await (Object.hasOwn(children, first) ? children[first](...rest) : main());

/** By whom: `child` starts one of the children, `program` any other; command() has none. */
function callers() {
  const by = (start) => ({
    child: (name, args = [], options = {}) => start(process.execPath, [script, name, ...args], options),
    program: start,
  });
  return {
    execa: by(execa),
    "run()": by(run),
    "command()": { child: (name, args = [], options = {}) => command(name, args, options) },
  };
}

/** The fields of a result that are named. */
function pick(result, ...names) {
  return Object.fromEntries(names.map((name) => [name, result[name]]));
}

async function failure(promise) {
  const names = ["failed", "exitCode", "signal", "isTerminated", "isForcefullyTerminated", "timedOut", "isCanceled"];
  return pick(await promise, ...names, "code");
}

/** Ends it as soon as it has said that it is ready. */
async function whenReady(subprocess, then) {
  for await (const line of subprocess.iterable({ from: "stdout" })) if (line === "ready") then(subprocess);
  return failure(subprocess);
}

function checks(folder) {
  const file = (name, content = "") => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const upper = function* (line) {
    yield line.toUpperCase();
  };
  return {
    "`file`, `arguments`": async ({ child }) => (await child("echo", ["a b", ""])).stdout,
    "template string": async ({ program }, start) => program && (await start`echo ${"a b"} c`).stdout,
    "`cwd`": async ({ child }) => (await child("directory", [], { cwd: pathToFileURL(folder) })).stdout,
    "`env`": async ({ child }) => (await child("variables", [], { env: { A: "1" } })).stdout,
    "`extendEnv`": async ({ child }) => (await child("variables", [], { env: { B: "2" }, extendEnv: false })).stdout,
    "`preferLocal`, `localDir`": async ({ program }) =>
      program && (await program("local-tool", [], { preferLocal: true, localDir: folder })).stdout,
    "`input`": async ({ child }) => [
      (await child("copy", [], { input: "text" })).stdout,
      (await child("copy", [], { input: Buffer.from("bytes") })).stdout,
      (await child("copy", [], { input: Readable.from(["stream"]) })).stdout,
    ],
    "`inputFile`": async ({ child }) => (await child("copy", [], { inputFile: file("input", "from a file") })).stdout,
    "`stdin`: a file, an iterable, a web stream": async ({ child }) => [
      (await child("copy", [], { stdin: { file: file("input", "file") } })).stdout,
      (await child("copy", [], { stdin: ["a", "b"].values() })).stdout,
      (await child("copy", [], { stdin: new Blob(["web"]).stream() })).stdout,
      (await child("copy", [], { stdin: "ignore" })).stdout,
    ],
    "`stdout`: a file, a web stream, a transform, several": async ({ child }) => {
      let written = "";
      const decoder = new TextDecoder();
      const web = new WritableStream({
        write(piece) {
          written += decoder.decode(piece);
        },
      });
      await child("echo", ["one"], { stdout: web });
      await child("echo", ["two"], { stdout: { file: file("output") } });
      const transformed = await child("echo", ["three"], { stdout: [upper, "pipe"] });
      const stream = await child("echo", ["four"], { stdout: { transform: new TransformStream() } });
      return [written, readFileSync(join(folder, "output"), "utf8"), transformed.stdout, stream.stdout];
    },
    "`stderr`": async ({ child }) => pick(await child("both", [], { stderr: [upper, "pipe"] }), "stdout", "stderr"),
    "`stdio`": async ({ child }) => (await child("fourth", [], { stdio: ["ignore", "pipe", "pipe", "pipe"] })).stdio[3],
    "`result.stdio`": async ({ child }) => (await child("both")).stdio,
    "`all`": async ({ child }) => (await child("both", [], { all: true })).all.split("\n").sort(),
    "`encoding`": async ({ child }) => [
      Buffer.from((await child("echo", ["x"], { encoding: "buffer" })).stdout).toString("hex"),
      (await child("echo", ["x"], { encoding: "base64" })).stdout,
    ],
    "`lines`": async ({ child }) => (await child("both", [], { lines: { stdout: true } })).stdout,
    "`stripFinalNewline`": async ({ child }) => (await child("echo", ["x"], { stripFinalNewline: false })).stdout,
    "`maxBuffer`": async ({ child }) => {
      const result = await child("many", [], { maxBuffer: 10, reject: false });
      return pick(result, "stdout", "isMaxBuffer", "failed");
    },
    "`buffer`": async ({ child }) => {
      const subprocess = child("echo", ["x"], { buffer: false });
      const [seen, { stdout }] = await Promise.all([text(subprocess.nodeChildProcess.stdout), subprocess]);
      return [seen, stdout];
    },
    "`ipc`, `sendMessage`, `getOneMessage`": async ({ child }) => {
      const subprocess = child("answer", [], { ipc: true });
      const [{ isMap }] = await Promise.all([subprocess.getOneMessage(), subprocess.sendMessage(new Map())]);
      const { ipcOutput } = await subprocess;
      return [isMap, ipcOutput.length];
    },
    "`getEachMessage`": async ({ child }) => {
      const subprocess = child("each", [], { ipc: true });
      await subprocess.sendMessage(1);
      const seen = [];
      for await (const message of subprocess.getEachMessage()) {
        seen.push(message);
        await subprocess.sendMessage(message < 3 ? message : "end");
      }
      return seen;
    },
    "`serialization`, `ipcInput`": async ({ child }) =>
      (await child("answer", [], { ipcInput: { a: 1 }, serialization: "json" })).ipcOutput,
    "`verbose`": async ({ child }) => {
      const seen = [];
      const verbose = (_line, { type, message }) => void seen.push(type === "output" ? message : type);
      await child("echo", ["x"], { verbose });
      return seen;
    },
    "`verbose` shows the command": async ({ program }) => {
      if (program === undefined) return undefined;
      const seen = [];
      await program("echo", ["x"], { verbose: (_line, object) => void seen.push(object.escapedCommand) });
      return [...new Set(seen)];
    },
    "`reject`": async ({ child }) => failure(child("fail", ["3"], { reject: false })),
    "`timeout`": async ({ child }) => failure(child("hang", [], { timeout: 300, reject: false })),
    "`cancelSignal`": async ({ child }) => {
      const controller = new AbortController();
      const subprocess = child("hang", [], { cancelSignal: controller.signal, reject: false });
      return whenReady(subprocess, () => controller.abort());
    },
    "`gracefulCancel`": async ({ child }) => {
      const controller = new AbortController();
      const subprocess = child("graceful", [], {
        gracefulCancel: true,
        cancelSignal: controller.signal,
        reject: false,
      });
      await subprocess.getOneMessage();
      controller.abort();
      return pick(await subprocess, "isCanceled", "isGracefullyCanceled", "stdout", "exitCode");
    },
    "`kill()`": async ({ child }) => whenReady(child("hang", [], { reject: false }), (one) => one.kill()),
    "`kill(error)`": async ({ child }) => {
      const subprocess = child("hang", [], { reject: false });
      subprocess.kill(new Error("reason"));
      return (await subprocess).cause?.message;
    },
    "`killSignal`": async ({ child }) =>
      whenReady(child("hang", [], { killSignal: "SIGINT", reject: false }), (one) => one.kill()),
    "`forceKillAfterDelay`": async ({ child }) =>
      whenReady(child("stubborn", [], { forceKillAfterDelay: 200, reject: false }), (one) => one.kill()),
    "a signal of its own": async ({ child }) => failure(child("die", ["SIGKILL"], { reject: false })),
    "a program that is not there": async ({ program }) =>
      program && failure(program("no-such-program", [], { reject: false })),
    "`result.command`, `escapedCommand`": async ({ program }) =>
      program && pick(await program("echo", ["a b"]), "command", "escapedCommand", "exitCode", "failed"),
    "`error.shortMessage`": async ({ program }) =>
      program && (await program("sh", ["-c", "exit 3"], { reject: false })).shortMessage,
    "`ExecaError`": async ({ child }, _start, { ExecaError }) => {
      const error = await child("fail", ["3"]).catch((reason) => reason);
      return [error.name, ExecaError !== undefined && error instanceof ExecaError];
    },
    "`pipe(subprocess)`": async ({ child }) => (await child("echo", ["piped"]).pipe(child("copy"))).stdout,
    "`pipe(file)`": async ({ child }) => (await child("echo", ["piped"]).pipe("cat")).stdout,
    "`unpipeSignal`, `pipedFrom`": async ({ child }) => {
      const result = await child("echo", ["piped"]).pipe(child("copy"), { unpipeSignal: new AbortController().signal });
      return result.pipedFrom.map(({ stdout }) => stdout);
    },
    iteration: async ({ child }) => {
      const lines = [];
      for await (const line of child("both")) lines.push(line);
      for await (const line of child("both").iterable({ from: "stderr" })) lines.push(line);
      return lines;
    },
    "`readable()`, `writable()`, `duplex()`": async ({ child }) => {
      const subprocess = child("copy");
      const { pipeline } = await import("node:stream/promises");
      let seen = "";
      const sink = new Writable({
        write(piece, _encoding, done) {
          seen += piece;
          done();
        },
      });
      await pipeline(Readable.from(["through"]), subprocess.duplex(), sink);
      return [seen, await text(child("echo", ["x"]).readable())];
    },
    "`readableStream()`, `transformStream()`": async ({ child }) =>
      text(new Blob(["web"]).stream().pipeThrough(child("copy").transformStream())),
    "`stdin.end()`": async ({ child }) => {
      const subprocess = child("copy");
      subprocess.nodeChildProcess.stdin.end("written");
      return (await subprocess).stdout;
    },
    "`nodeOptions`": async ({ child }, start) => {
      const nodeOptions = ["--stack-size=900"];
      return (
        await (start === execa
          ? execa(script, ["options"], { node: true, nodeOptions })
          : child("options", [], { nodeOptions }))
      ).stdout;
    },
    "`windowsHide`, `windowsVerbatimArguments`": async ({ child }) =>
      (await child("echo", ["x"], { windowsHide: false, windowsVerbatimArguments: true })).stdout,
    "`shell: false`": async ({ child }) => (await child("echo", ["x"], { shell: false })).stdout,
    "`shell`": async ({ program }) => program && (await program("echo $((1 + 1))", [], { shell: true })).stdout,
    "`node`, `nodePath`": async ({ program }) =>
      program && (await program(script, ["echo", "x"], { node: true, nodePath: process.execPath })).stdout,
    "`detached: false`": async ({ child }) => (await child("echo", ["x"], { detached: false })).stdout,
    "`detached`": async ({ child }) => (await child("echo", ["x"], { detached: true })).stdout,
    "`killDescendants`": async ({ child }) => (await child("echo", ["x"], { killDescendants: true })).stdout,
    "`cleanup: false`": async ({ child }) => (await child("echo", ["x"], { cleanup: false })).stdout,
    "`execa(options)`": async ({ program }, start) =>
      program && [
        (await start({ lines: true })("echo", ["x"])).stdout,
        (await start({ env: { A: "1" } })({ env: { B: "2" }, reject: false })`sh -c ${"echo $A $B; exit 3"}`).stdout,
      ],
    "`execaSync`": async ({ program }, _start, module) =>
      program && (module.execaSync ?? module.runSync)("echo", ["x"]).stdout,
    "`execaSync` of a template, with options": async ({ program }, _start, module) => {
      if (program === undefined) return undefined;
      const start = (module.execaSync ?? module.runSync)({ reject: false, lines: true });
      return pick(start`sh -c ${"echo a; exit 3"}`, "stdout", "exitCode", "name", "message", "command", "stdio");
    },
  };
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "rein-execa-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const { mkdirSync } = await import("node:fs");
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "node_modules/.bin/local-tool"), "#!/bin/sh\necho local\n", { mode: 0o755 });
  const execaModule = await import("execa");
  const starts = { execa, "run()": run, "command()": command };
  const told = {};
  for (const [name, check] of Object.entries(checks(folder))) {
    const seen = {};
    // One after another: that they hinder each other is not what is tried.
    for (const [caller, by] of Object.entries(callers())) {
      const timeout = new Promise((resolve) => setTimeout(resolve, 20_000, { error: "does not end" }).unref());
      const observation = (async () => check(by, starts[caller], caller === "execa" ? execaModule : rein))();
      seen[caller] = await Promise.race([
        observation.then(
          (value) => ({ value }),
          (error) => ({ error: String(error?.shortMessage ?? error?.message ?? error), code: error?.code }),
        ),
        timeout,
      ]);
    }
    told[name] = Object.fromEntries(
      Object.entries(seen).map(([caller, one]) => [caller, { ...one, isSame: isDeepStrictEqual(one, seen.execa) }]),
    );
  }
  console.log(JSON.stringify(told));
  // Whoever does not end is one of the findings.
  process.exit();
}
