// What is started by execa and run() as `children.mjs NAME ARGUMENT…`, and by command() under its name.

import { setTimeout as pause } from "node:timers/promises";
import { getCancelSignal, getEachMessage, getOneMessage, sendMessage } from "execa";

const forever = () => setInterval(() => {}, 1000);

export const children = {
  echo: (...words) => console.log(words.join(" ")),
  both() {
    console.log("out");
    console.error("err");
  },
  copy: () => process.stdin.pipe(process.stdout),
  variables: () => console.log(process.env.A, process.env.B, typeof process.env.HOME),
  directory: () => console.log(process.cwd()),
  fail(code) {
    process.exitCode = Number(code);
  },
  die: (signal) => process.kill(process.pid, signal),
  options: () => console.log(process.execArgv.filter((one) => one.includes("stack")).join(" ")),
  async hang() {
    forever();
    console.log("ready");
    await pause(1e8);
  },
  stubborn() {
    process.on("SIGTERM", () => {});
    forever();
    console.log("ready");
  },
  fourth: async () => {
    const { createWriteStream } = await import("node:fs");
    createWriteStream("", { fd: 3 }).end("fourth\n");
  },
  async answer() {
    const message = await getOneMessage();
    await sendMessage({ answer: message, isMap: message instanceof Map });
  },
  async each() {
    for await (const message of getEachMessage()) {
      if (message === "end") break;
      await sendMessage(message + 1);
    }
  },
  async graceful() {
    const signal = await getCancelSignal();
    await sendMessage("ready");
    await pause(1e8, undefined, { signal }).catch(() => console.log("cleaned up"));
    process.exitCode = 0;
  },
  many: () => process.stdout.write("x".repeat(100_000)),
};
