// A Node.js cluster: the primary alone gets the signal, and lets its workers finish.

import assert from "node:assert/strict";
import { request } from "node:http";
import { join } from "node:path";
import { body, get } from "./support/http.ts";
import { tryOut } from "./support/scenario.ts";

interface Question {
  /** Sends the rest of the question. */
  finish(words: string): void;
  readonly answer: Promise<string>;
}

/** A question that is not finished yet. */
function begin(socketPath: string): Question {
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
  const question = request({ socketPath, method: "POST", path: "/run", agent: false }, (response) => {
    body(response).then(resolve, reject);
  }).on("error", reject);
  // It may be cut off before anybody waits for the answer.
  answer.catch(() => {});
  question.flushHeaders();
  return { finish: (words) => question.end(words), answer };
}

tryOut({
  name: "answers a request under way",
  program: { name: "Node.js cluster", file: process.execPath, package: "nodejs", version: [process.execPath, "-v"] },
  options: ["--drain", "10s", "--grace", "30s"],
  signal: "SIGTERM",
  status: 0,
  outcome: "request answered",
  command: (folder) => [
    process.execPath,
    join(import.meta.dirname, "programs/cluster.ts"),
    // Its standard output is the workers' as well.
    join(folder, "socket"),
  ],
  async use(contained) {
    const { running, folder } = contained;
    const socket = join(folder, "socket");
    for (let worker = 0; worker < 2; worker++) await running.lineMatching(/^listening$/);
    const workers = new Set<string>();
    for (let i = 0; i < 20; i++) workers.add(await get(socket, "/worker"));
    assert.equal(workers.size, 2);
    await contained.orphan(async (words) => {
      const { finish, answer } = begin(socket);
      finish(words);
      assert.equal(await answer, "done");
    });
    await running.lineMatching(/^asked$/);
    const { finish, answer } = begin(socket);
    await running.lineMatching(/^asked$/);
    return async () => {
      await running.lineMatching(/^closing$/);
      await contained.look();
      finish("true");
      assert.equal(await answer, "done");
      await running.lineMatching(/^closed$/);
      return "request answered";
    };
  },
});
