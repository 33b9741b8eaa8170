// Worker threads, one of which serves and starts another; at SIGTERM the main thread ends them, then itself with 5.

import { createServer } from "node:http";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { answers } from "./answers.mjs";

const here = new URL(import.meta.url);
if (isMainThread) {
  const worker = new Worker(here, { workerData: "serves" });
  worker.on("message", (address) => console.log(`listening on ${address}`));
  process.on("SIGTERM", async () => {
    await worker.terminate();
    process.exit(5);
  });
} else if (workerData === "serves") {
  const inner = new Worker(here, { workerData: "waits" });
  inner.on("message", () => {
    const server = createServer(({ url }, response) => response.end(answers[url]()));
    server.listen(0, "127.0.0.1", () => parentPort.postMessage(`http://127.0.0.1:${server.address().port}`));
  });
} else {
  parentPort.on("message", () => {});
  parentPort.postMessage("ready");
}
