// A server outside, and what a program in a client's sandbox gets of it by the client's proxy.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";

const SERVER = `
const { createServer } = require("node:http");
const { spawn } = require("node:child_process");
createServer((_, answer) => answer.end("served")).listen(0, "127.0.0.1", function () {
  const words = process.argv.slice(1).map((word) => word.replaceAll("PORT", this.address().port));
  spawn(words[0], words.slice(1), { stdio: "inherit" }).on("exit", (status) => process.exit(status));
});`;

// By hand: Node.js may have been told to use the proxy itself.
const ASK = `
const { connect } = require("node:net");
const proxy = new URL(process.env.HTTP_PROXY);
const word = [proxy.username, proxy.password].map(decodeURIComponent).join(":");
for (const name of ["localhost", "127.0.0.1"]) {
  const host = name + ":" + process.argv[2];
  const lines = ["GET http://" + host + "/ HTTP/1.1", "Host: " + host, "Connection: close"];
  if (word !== ":") lines.push("Proxy-Authorization: Basic " + Buffer.from(word).toString("base64"));
  let text = "";
  const socket = connect(proxy.port, proxy.hostname, () => socket.write(lines.join("\\r\\n") + "\\r\\n\\r\\n"));
  socket.on("data", (data) => (text += data));
  socket.on("close", () => console.log(name, text.split("\\r\\n")[0], text.includes("served")));
}`;

/** Runs the server, and what `command` makes of a line for a shell that asks it, by its name and by its address. */
export function served({ folder }: Place, command: (ask: string) => readonly string[]): readonly string[] {
  writeFileSync(join(folder, "ask.js"), ASK, { mode: 0o644 });
  return [process.execPath, "--eval", SERVER, "--", ...command(`${process.execPath} ask.js PORT`)];
}
