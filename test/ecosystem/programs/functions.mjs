// A program that registers functions and starts them; functions.test.ts bundles it, and has it run in every way.

import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { command, init, register } from "rein";

// Each process that comes here is counted.
appendFileSync(process.env.FUNCTIONS_LOG, `${basename(process.argv0)}\n`);

register("words", () => {
  console.log(...process.argv.slice(2));
  process.exitCode = 3;
});
register("outer", async () => {
  await command("inner", { stdout: "inherit" });
});
register("inner", () => console.log("inner"));
register("failing", async () => {
  await null;
  throw new Error("it fails");
});

if (!init()) await main();

async function main() {
  const options = { reject: false, ...JSON.parse(process.env.FUNCTIONS_OPTIONS ?? "{}") };
  const seen = async (name, args) => {
    const { stdout, stderr, exitCode } = await command(name, args, options);
    return [stdout, /it fails|ReexecError.*/.exec(stderr)?.[0] ?? stderr.slice(0, 200), exitCode];
  };
  console.log(
    JSON.stringify({
      words: await seen("words", ["one", "-e", "--watch"]),
      outer: await seen("outer"),
      failing: await seen("failing"),
    }),
  );
  process.exitCode = 7;
}
