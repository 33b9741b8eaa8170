// A small HTTP server that runs under rein:
//
//   docker build --tag example --target example . && docker run --rm --publish 8080:8080 example
//
// Nothing in it forwards signals or reaps: that is what rein, its parent, is for.

import { execFile } from "node:child_process";
import { createServer } from "node:http";

const server = createServer((_request, response) => {
  // A short child for every request, as a converter or git would be.
  execFile("date", ["-u"], (error, stdout) => {
    response.statusCode = error ? 500 : 200;
    response.end(error ? `${error.message}\n` : stdout);
  });
});

// `docker stop` sends SIGTERM to rein, which passes it on. Requests under way are still answered; once nothing
// is open any more, Node.js ends by itself with status 0.
process.on("SIGTERM", () => {
  console.log("closing");
  server.close(() => console.log("closed"));
});

server.listen(process.env.PORT ?? 8080, process.env.HOST, () => {
  console.log(`listening on port ${server.address().port}`);
});
