/**
 * The first program of everybody who meets Docker's reexec: it starts itself
 * again under another name, and there is another function.
 *
 *     node examples/reexec.ts
 *
 * prints
 *
 *     init start, argv[0] = node
 *     main start, argv[0] = node
 *     init start, argv[0] = childProcess
 *     childProcess
 *     main exit
 */
import { command, init, register } from "rein";

console.log(`init start, argv[0] = ${process.argv0}`);
register("childProcess", childProcess);
if (!init()) await main();

function childProcess(): void {
  console.log("childProcess");
}

async function main(): Promise<void> {
  console.log(`main start, argv[0] = ${process.argv0}`);
  await command("childProcess", { stdin: "inherit", stdout: "inherit", stderr: "inherit" });
  console.log("main exit");
}
