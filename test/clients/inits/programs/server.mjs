// A server as `npm start` has it: on a Unix socket, with a clean end on SIGTERM.

import { createServer } from "node:http";

const server = createServer((_request, response) => response.end("served"));
server.listen(process.env.SERVER_SOCKET, () => console.log("listening"));
process.on("SIGTERM", () => {
  console.log("server got SIGTERM");
  server.close(() => console.log("server closed"));
});
