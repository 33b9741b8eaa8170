// A parent that starts a function which nobody can stop with SIGTERM, and then ends in the way that it is told to.
//
//   parent.ts WAY [OPTIONS]     prints "started PID PID" (the function and its child), then reads a line, then ends

import { spawn } from "node:child_process";
import { once } from "node:events";
import { command, init, register } from "rein";

register("stubborn", async () => {
  process.on("SIGTERM", () => {});
  const child = spawn("sh", ["-c", "trap '' TERM; echo; sleep 600"], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  await once(child.stdout, "data");
  console.log(`started ${process.pid} ${child.pid}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
register("tame", async () => {
  const child = spawn("sh", ["-c", "echo; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  console.log(`started ${process.pid} ${child.pid}`);
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
if (!init()) await main();

async function main(): Promise<void> {
  const [way, name = "stubborn", options = "{}"] = process.argv.slice(2);
  const subprocess = command(name, {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    grace: 50,
    ...JSON.parse(options),
  });
  subprocess.catch(() => {});
  await once(process.stdin, "data");
  switch (way) {
    case "exit":
      process.exit(3);
      break;
    case "throw":
      setImmediate(() => {
        throw new Error("on purpose");
      });
      break;
    case "abort":
      process.abort();
      break;
    case "unref":
      subprocess.nodeChildProcess.unref();
      process.stdin.destroy();
      break;
    default:
      // A signal comes.
      await new Promise(() => {});
  }
}
