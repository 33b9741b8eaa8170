import { type IncomingMessage, request } from "node:http";

/** The body of an answer with status 200. */
export async function body(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
  let text = "";
  response.setEncoding("utf8");
  for await (const piece of response) text += piece;
  return text;
}

/** Asks a server on a Unix socket, over a connection of its own. */
export function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => body(response).then(resolve, reject))
      .on("error", reject)
      .end();
  });
}
