import express from "express";
import { answers } from "./answers.mjs";

const app = express();
for (const [path, answer] of Object.entries(answers)) app.get(path, (_, response) => response.send(answer()));
const server = app.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));

// As express's page on health checks and graceful shutdown has it.
process.on("SIGTERM", () => {
  server.close(() => {
    process.exitCode = 5;
  });
});
