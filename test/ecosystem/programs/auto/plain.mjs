// `plain.mjs`: Node.js's own server, without a handler for any signal. `plain.mjs graceful`: at SIGTERM says that it has
// closed, and ends with 5.

import { createServer } from "node:http";
import { answers } from "./answers.mjs";

const server = createServer(({ url }, response) => response.end(answers[url]()));
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
if (process.argv[2] === "graceful") {
  process.on("SIGTERM", () => {
    server.close(() => {
      console.log("closed");
      process.exit(5);
    });
  });
}
