// One request of a FastCGI server on a Unix socket, as a web server makes it.

import { createConnection } from "node:net";

const [BEGIN, PARAMS, STDIN, STDOUT, END] = [1, 4, 5, 6, 3];

function record(type: number | undefined, body: Buffer): Buffer {
  const head = Buffer.from([1, type ?? 0, 0, 1, body.length >> 8, body.length & 255, 0, 0]);
  return Buffer.concat([head, body]);
}

function pair(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]);
}

/** What a script answers, its head included. */
export function askFastCgi(socketPath: string, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    let seen = Buffer.alloc(0);
    let answer = "";
    socket.on("error", reject);
    socket.on("data", (piece) => {
      seen = Buffer.concat([seen, piece]);
      while (seen.length >= 8) {
        const length = seen.readUInt16BE(4);
        const whole = 8 + length + (seen[6] ?? 0);
        if (seen.length < whole) return;
        if (seen[1] === STDOUT) answer += seen.toString("utf8", 8, 8 + length);
        if (seen[1] === END) socket.end();
        seen = seen.subarray(whole);
      }
    });
    socket.on("close", () => resolve(answer));
    const parameters = [
      pair("SCRIPT_FILENAME", script),
      pair("REQUEST_METHOD", "GET"),
      pair("SCRIPT_NAME", "/"),
      pair("REQUEST_URI", "/"),
    ];
    socket.write(
      Buffer.concat([
        record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
        record(PARAMS, Buffer.concat(parameters)),
        record(PARAMS, Buffer.alloc(0)),
        record(STDIN, Buffer.alloc(0)),
      ]),
    );
  });
}
