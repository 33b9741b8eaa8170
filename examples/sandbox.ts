/**
 * A script that nobody trusts: it sees its own file and the system's, read-only,
 * no network, no other process, and cannot stay behind.
 *
 *     node examples/sandbox.ts SCRIPT.js
 *
 * runs as an ordinary user, too.
 */
import { resolve } from "node:path";
import { type Mount, run } from "rein";

const [script = import.meta.filename] = process.argv.slice(2);

const mounts: readonly Mount[] = [
  { type: "bind", source: "/usr", target: "/usr", readOnly: true },
  ...["/bin", "/lib", "/lib64"].map(
    (path): Mount => ({ type: "bind", source: path, target: path, readOnly: true, optional: true }),
  ),
  // Node.js may be elsewhere.
  { type: "bind", source: process.execPath, target: "/sandbox/node", readOnly: true },
  { type: "bind", source: resolve(script), target: "/sandbox/script.mjs", readOnly: true },
  { type: "proc", target: "/proc" },
  { type: "dev", target: "/dev" },
  { type: "tmpfs", target: "/tmp", size: 16 * 1024 * 1024 },
];

const { exitCode } = await run("/sandbox/node", ["/sandbox/script.mjs"], {
  namespaces: "all",
  mounts,
  directory: "/tmp",
  hostName: "sandbox",
  env: { PATH: "/usr/bin:/bin" },
  extendEnv: false,
  disableUserNamespaces: true,
  rlimits: { nofile: 256, core: 0 },
  timeout: 10_000,
  grace: "1s",
  stdin: "ignore",
  stdout: "inherit",
  stderr: "inherit",
  reject: false,
});
process.exitCode = exitCode ?? 1;
