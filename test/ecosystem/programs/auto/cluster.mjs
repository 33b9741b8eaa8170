// As the example in Node.js's documentation of node:cluster. At SIGTERM the primary disconnects its workers, and ends with 5
// when they have ended; `cluster.mjs default` has no handler.

import cluster from "node:cluster";
import { createServer } from "node:http";
import { answers } from "./answers.mjs";

if (cluster.isPrimary) {
  for (let i = 0; i < 2; i++) cluster.fork();
  let listening = 0;
  cluster.on("listening", (_, { port }) => {
    if (++listening === 2) console.log(`listening on http://127.0.0.1:${port}`);
  });
  if (process.argv[2] !== "default") {
    process.on("SIGTERM", () => cluster.disconnect(() => process.exit(5)));
  }
} else {
  createServer(({ url }, response) => response.end(answers[url]())).listen(0, "127.0.0.1");
}
