// A function that tells where it is, started in the namespaces that the command line names.

import { readdirSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { command, init, register } from "rein";

register("tell", () => {
  const namespaces = readdirSync("/proc/self/ns").map((kind) => [kind, readlinkSync(`/proc/self/ns/${kind}`)]);
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const interfaces = Object.keys(networkInterfaces());
  const who = { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.(), host: hostname() };
  const where = { directory: process.cwd(), files: readdirSync("/"), processes: processes.length, interfaces };
  console.log(JSON.stringify({ ...who, ...where, namespaces: Object.fromEntries(namespaces) }));
});
if (!init()) await command("tell", { stdio: "inherit", ...JSON.parse(process.argv[2] ?? "{}") });
