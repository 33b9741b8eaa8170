// What the README shows, from an installed package.

import assert from "node:assert/strict";
import { command, executablePath, init, register, run } from "rein";

register("where", () => console.log(`pid ${process.pid}`));
if (!init()) await main();

async function main() {
  const { stdout } = await run("sh", ["-c", "echo $PPID"], { grace: "1s" });
  assert.match(stdout, /^\d+$/);
  const where = await command("where", { namespaces: ["user", "pid", "mount", "network"] });
  assert.equal(where.stdout, "pid 2");
  const subprocess = run("sh", ["-c", "exit 3"], { reject: false });
  const events = [];
  for await (const { event } of subprocess.events) events.push(event);
  assert.deepEqual(
    events,
    ["started", "reaped", "exited", "draining"].filter((event) => events.includes(event)),
  );
  assert.equal((await subprocess).exitCode, 3);
  console.log(executablePath());
}
