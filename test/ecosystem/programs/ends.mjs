// ends.mjs PLACE WAY: starts a tree that SIGTERM does not stop, in a place; reads a line, and then ends in a way.
// Whoever is in the tree says "there", once.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { command, init, register, run } from "rein";

const options = { stdin: "ignore", stdout: "inherit", stderr: "inherit", grace: 50, drain: 50 };
// Ignored signals stay so in what the shell executes. The inner one is in a session of its own.
const tree = "trap '' TERM INT HUP; setsid sh -c 'echo there; exec sleep 600' & echo there; wait";

register("stubborn", async () => {
  process.on("SIGTERM", () => {});
  spawn("sh", ["-c", "trap '' TERM; echo there; exec sleep 600"], { stdio: "inherit", detached: true });
  console.log("there");
  await pause(600_000);
});
register("runs", async () => {
  console.log("there");
  await run("sh", ["-c", tree], options);
});
register("commands", async () => {
  console.log("there");
  await command("stubborn", [], options);
});

const script = import.meta.filename;
const places = {
  "run()": () => run("sh", ["-c", tree], options),
  "command()": () => command("stubborn", [], { ...options, script }),
  "run() under command()": () => command("runs", [], { ...options, script }),
  "command() under command()": () => command("commands", [], { ...options, script }),
};

let started;
function start(place) {
  started = places[place]();
  started.catch(() => {});
}

const ways = {
  "nothing to wait for": () => {
    started?.nodeChildProcess.unref();
    process.stdin.unref();
  },
  "process.exit()": () => process.exit(3),
  "process.exit() in an exit listener": () => {
    process.on("exit", () => process.exit(4));
    process.exit(3);
  },
  "process.reallyExit()": () => process.reallyExit(5),
  "an uncaught exception": () => {
    setImmediate(() => {
      throw new Error("on purpose");
    });
  },
  "an unhandled rejection": () => void Promise.reject(new Error("on purpose")),
  "process.abort()": () => process.abort(),
  "its heap is full": () => {
    for (const all = []; ; ) all.push(new Array(1e5).fill({}).map(() => ({})));
  },
};

if (!isMainThread) await inWorker();
else if (!init()) await main();

async function main() {
  const [place = "", way = ""] = process.argv.slice(2);
  if (place.endsWith(" in a worker")) return withWorker(place.replace(" in a worker", ""), way);
  start(place);
  await once(process.stdin, "data");
  // A signal comes from outside.
  if (way in ways) ways[way]();
}

async function withWorker(place, way) {
  const worker = new Worker(script, { workerData: place });
  worker.on("error", () => {});
  const ended = new Promise((resolve) => worker.on("exit", resolve));
  await once(process.stdin, "data");
  if (way === "nothing to wait for") worker.unref();
  if (way === "worker.terminate()") worker.terminate();
  else if (way.startsWith("in the worker, ")) worker.postMessage(way.replace("in the worker, ", ""));
  else return ways[way]?.();
  await ended;
  console.log("the worker has ended");
  await once(process.stdin, "data");
  process.exit(0);
}

async function inWorker() {
  start(workerData);
  parentPort.once("message", (way) => ways[way]());
}
