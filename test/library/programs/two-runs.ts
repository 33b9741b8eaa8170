// Starts two programs one after the other.

import { run } from "rein";

async function main(): Promise<void> {
  await run("echo", ["one"], { stdout: "inherit" });
  await run("echo", ["two"], { stdout: "inherit" });
}
void main();
