// sshd ends at once on SIGTERM, and its sessions are nobody's.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Running, startCommand } from "../support/rein.ts";
import type { Contained } from "./support/contained.ts";
import { writeIdler } from "./support/idler.ts";
import { tryOut } from "./support/scenario.ts";

const sshd = "/usr/sbin/sshd";
const address = "127.0.0.1";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, address, listening));
  const found = server.address();
  await new Promise((closed) => server.close(closed));
  if (found === null || typeof found === "string") throw new Error("no port");
  return found.port;
}

function makeKey(path: string): string {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  return readFileSync(`${path}.pub`, "utf8");
}

async function configure(folder: string): Promise<readonly string[]> {
  const port = await freePort();
  const hostKey = makeKey(join(folder, "host-key"));
  writeFileSync(join(folder, "authorized-keys"), makeKey(join(folder, "key")));
  writeFileSync(join(folder, "known-hosts"), `[${address}]:${port} ${hostKey}`);
  const lines = [
    `ListenAddress ${address}:${port}`,
    `HostKey ${folder}/host-key`,
    `AuthorizedKeysFile ${folder}/authorized-keys`,
    `PidFile ${folder}/pid`,
    "PermitRootLogin prohibit-password",
    // The folder stands in one that everybody may write to.
    "StrictModes no",
    "UsePAM no",
  ];
  writeFileSync(join(folder, "sshd_config"), `${lines.join("\n")}\n`);
  writeFileSync(
    join(folder, "ssh_config"),
    `Host payload\nHostName ${address}\nPort ${port}\nUser root\nIdentityFile ${folder}/key\nIdentitiesOnly yes\n` +
      `UserKnownHostsFile ${folder}/known-hosts\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\nBatchMode yes\n`,
  );
  return [sshd, "-D", "-e", "-f", join(folder, "sshd_config")];
}

function login({ test, folder }: Contained, words: string): Running {
  return startCommand(test, ["ssh", "-F", join(folder, "ssh_config"), "payload", words], { stdin: "ignore" });
}

tryOut({
  name: "ends a session under way",
  program: {
    name: "sshd",
    file: sshd,
    package: "openssh-server",
    version: ["dpkg-query", "--show", "openssh-server"],
    needsRoot: true,
  },
  options: ["--drain", "10s"],
  signal: "SIGTERM",
  status: 0,
  outcome: "session's command cleaned up",
  command: configure,
  mounts(folder) {
    // Privilege separation wants its folder there.
    mkdirSync(join(folder, "run/sshd"), { recursive: true });
    return [[join(folder, "run"), "/run"]];
  },
  async use(contained) {
    const { running, folder } = contained;
    await running.errorLineMatching(/Server listening on/);
    await contained.orphan(async (words) => {
      assert.deepEqual(await login(contained, `echo hello; ${words}`).closed(), { status: 0, signal: null });
    });
    const record = join(folder, "record");
    const script = join(folder, "script");
    writeIdler(script, `echo cleaned up >${record}`);
    const client = login(contained, `exec sh ${script}`);
    assert.equal(await client.line(), "ready");
    return async () => {
      await running.errorLineMatching(/Received signal 15; terminating/);
      assert.notEqual((await client.exit()).status, 0);
      await running.exit();
      return existsSync(record) ? "session's command cleaned up" : "session's command cut off";
    };
  },
  afterwards({ folder }) {
    assert.ok(!existsSync(join(folder, "pid")), "sshd has removed its pid file");
  },
});
