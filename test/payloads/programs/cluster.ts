// A server with two worker processes, as node:cluster's documentation has it, that closes on SIGTERM.
//
//   node cluster.ts SOCKET

import { execFile } from "node:child_process";
import cluster from "node:cluster";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

const [socket] = process.argv.slice(2);

if (cluster.isPrimary) {
  for (let i = 0; i < 2; i++) cluster.fork();
  process.on("SIGTERM", () => {
    console.log("closing");
    // Every worker stops listening, answers what is under way, and ends; then this process does. (The callback of disconnect()
    // is not always called: seen once.)
    process.on("exit", () => console.log("closed"));
    cluster.disconnect();
  });
} else {
  const server = createServer(async (request, response) => {
    if (request.url === "/worker") {
      response.end(`${process.pid}`);
      return;
    }
    console.log("asked");
    const words = await text(request);
    // A child for every request, as a converter would be.
    execFile("sh", ["-c", words], (error) => response.end(error?.message ?? "done"));
  });
  server.listen(socket, () => console.log("listening"));
}
