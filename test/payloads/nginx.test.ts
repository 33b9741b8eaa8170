// nginx ends gracefully on SIGQUIT only; SIGTERM, which all but its own image get, cuts requests off.

import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { get } from "./support/http.ts";
import { tryOut } from "./support/scenario.ts";

const program = {
  name: "nginx",
  file: "/usr/sbin/nginx",
  package: "nginx",
  version: ["/usr/sbin/nginx", "-v"],
  needsRoot: true,
} as const;

const configuration = (folder: string): string => `
daemon off;
user root;
worker_processes 2;
pid ${folder}/pid;
error_log stderr notice;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen unix:${folder}/socket;
    location / { return 200 "at once"; }
    location /slow { proxy_pass http://unix:${folder}/slow; }
  }
}
`;

/** A server that answers when it is told to; resolves with the first question's response. */
async function slowServer(path: string): Promise<{ server: Server; asked: Promise<ServerResponse> }> {
  const { promise: asked, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => resolve(response));
  await new Promise<void>((listening) => server.listen(path, listening));
  return { server, asked };
}

tryOut({
  name: "answers a request under way",
  program,
  options: ["--rewrite", "TERM:QUIT", "--grace", "30s"],
  signal: "SIGTERM",
  status: 0,
  outcome: "request answered",
  command(folder) {
    writeFileSync(join(folder, "nginx.conf"), configuration(folder));
    return ["nginx", "-e", "stderr", "-c", join(folder, "nginx.conf")];
  },
  async use(contained) {
    const { test, folder, running } = contained;
    const socket = join(folder, "socket");
    const { server, asked } = await slowServer(join(folder, "slow"));
    test.after(() => {
      server.close();
      server.closeAllConnections();
    });
    for (let worker = 0; worker < 2; worker++) await running.errorLineMatching(/start worker process /);
    for (let i = 0; i < 20; i++) assert.equal(await get(socket, "/"), "at once");
    const answer = get(socket, "/slow");
    // The stop comes before the answer is waited for.
    answer.catch(() => {});
    const response = await asked;
    return async () => {
      await running.errorLineMatching(/gracefully shutting down/);
      await contained.look();
      response.end("slowly");
      return (await answer) === "slowly" ? "request answered" : "wrong answer";
    };
  },
  afterwards({ folder }) {
    assert.ok(!existsSync(join(folder, "pid")), "nginx has removed its pid file");
  },
});
