// An application as containers have it: in plain JavaScript, as it runs on every version of Node.js.
//
//   server.mjs tell           prints what it is, and ends
//   server.mjs exit N         ends with that status
//   server.mjs orphan         leaves orphans behind, and prints "ready"
//   server.mjs serve          prints "ready", and ends at SIGTERM with 5
//   server.mjs worker         tells what a worker is

import { spawn } from "node:child_process";
import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

const [what, number] = process.argv.slice(2);
const tell = () => {
  const { pid, ppid, argv0, execArgv, env } = process;
  return JSON.stringify({ pid, ppid, argv0, execArgv, args: process.argv.slice(2), options: env.REIN_OPTIONS });
};
if (!isMainThread) {
  parentPort.postMessage(tell());
} else if (what === "exit") {
  process.exit(Number(number));
} else if (what === "orphan") {
  await once(spawn("sh", ["-c", "for i in 1 2 3; do sleep 0.01 & done"]), "exit");
  console.log("ready");
  setInterval(() => {}, 1000);
} else if (what === "serve") {
  process.on("SIGTERM", () => process.exit(5));
  console.log("ready");
  setInterval(() => {}, 1000);
} else if (what === "worker") {
  const [text] = await once(new Worker(new URL(import.meta.url)), "message");
  console.log(text);
} else {
  console.log(tell());
}
