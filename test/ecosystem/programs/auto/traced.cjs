// A server in CommonJS, which OpenTelemetry's instrumentations see; it ends at SIGTERM as soon as nothing is left to do.

const { createServer } = require("node:http");

import("./answers.mjs").then(({ answers }) => {
  const server = createServer(({ url }, response) => response.end(answers[url]()));
  server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
  if (process.argv[2] !== "graceful") return;
  process.on("SIGTERM", () => {
    process.exitCode = 5;
    server.close();
  });
});
