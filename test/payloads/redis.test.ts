// Redis saves its data on SIGTERM, if it is given the time.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../support/rein.ts";
import { Contained } from "./support/contained.ts";
import { tryOut } from "./support/scenario.ts";

const command = (folder: string): string[] => [
  ...["redis-server", "--port", "0", "--unixsocket", join(folder, "socket"), "--dir", folder],
  ...["--pidfile", join(folder, "pid"), "--daemonize", "no", "--save", "3600 1"],
];

async function ask({ test, folder }: Contained, ...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCommand(test, ["redis-cli", "-s", join(folder, "socket"), ...words]);
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

tryOut({
  name: "saves its data",
  program: {
    name: "Redis",
    file: "/usr/bin/redis-server",
    package: "redis-server",
    version: ["/usr/bin/redis-server", "--version"],
  },
  options: ["--grace", "30s"],
  signal: "SIGTERM",
  status: 0,
  outcome: "data saved",
  command,
  async use(contained) {
    await contained.running.lineMatching(/ready to accept connections/);
    assert.equal(await ask(contained, "SET", "key", "value"), "OK");
    assert.equal(await ask(contained, "GET", "key"), "value");
    return async () => {
      await contained.running.lineMatching(/DB saved on disk/);
      await contained.running.lineMatching(/ready to exit/);
      return "data saved";
    };
  },
  async afterwards({ test, folder }) {
    for (const name of ["pid", "socket"]) assert.ok(!existsSync(join(folder, name)), `Redis has removed its ${name}`);
    const again = await Contained.start(test, folder, command(folder), { init: "rein", options: [] });
    await again.running.lineMatching(/ready to accept connections/);
    assert.equal(await ask(again, "GET", "key"), "value");
    again.running.signal(15);
    assert.deepEqual(await again.running.exit(), { status: 0, signal: null });
  },
});
