// Starts itself again when its Node.js is another file than the one at its path.

import { basename } from "node:path";
import { command, init, register } from "rein";

register("function", () => console.log(`function of ${basename(process.execPath)}`));
if (!init()) await main();

async function main(): Promise<void> {
  console.log("ready");
  for await (const _ of process.stdin);
  await command("function", { stdio: "inherit" });
  await command("function", { stdio: "inherit", init: false });
}
