// Starts a shell on the terminal by execa, run or runSync, and says what reaches whom.

import { execa } from "execa";
import { run, runSync } from "rein";

const way = process.argv[2];
const words = ["-c", "trap 'echo program has SIGINT; exit 3' INT; echo program ready; while :; do read -r line; done"];
const options = { stdio: "inherit", reject: false } as const;

process.on("SIGINT", () => console.log("caller has SIGINT"));

function start(): PromiseLike<{ exitCode?: number | undefined }> | { exitCode?: number | undefined } {
  if (way === "execa") return execa("sh", words, options);
  if (way === "run, process.stdin")
    return run("sh", words, { ...options, stdio: [process.stdin, "inherit", "inherit"] });
  if (way === "run") return run("sh", words, options);
  if (way === "runSync") return runSync("sh", words, options);
  return run("sh", words, { ...options, namespaces: ["user", "pid"] });
}

const { exitCode } = await start();
// The handler of a signal that came while this thread waited runs first.
setImmediate(() => console.log(`ended: ${exitCode}`));
