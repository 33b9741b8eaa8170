// A program that is made a single executable application: its functions are in that one file, too.

import { command, init, register } from "rein";

register("child", () => console.log(process.argv0, ...process.argv.slice(2)));

// A CommonJS bundle has no top-level await.
async function main(): Promise<void> {
  await command("child", ["first", "-x"], { stdio: "inherit" });
  await command("child", ["second"], { stdio: "inherit", init: false });
  try {
    command("child", { nodeOptions: ["--no-warnings"] });
  } catch (error) {
    console.log(String(error));
  }
  console.log("main", ...process.argv.slice(2));
}
if (!init()) void main();
