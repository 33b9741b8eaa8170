// The package's types, as a program sees them that has the package installed.

import { command, type Mount, type RunOptions, run, runSync, type StatusEvent, type Subprocess } from "rein";

const mounts: readonly Mount[] = [{ type: "bind", source: "/", target: "/", readOnly: true }];
const { stdout } = await run("cat", { mounts, lines: true, grace: "5s" });
export const lines: string[] = stdout;

const subprocess = command("name", ["argument"], { namespaces: "all", encoding: "buffer" });
export const bytes: Uint8Array = (await subprocess).stdout;
export const events: AsyncIterable<StatusEvent> = subprocess.events;
run("true", { namespaces: ["net"], join: { mnt: "/proc/1/ns/mnt" } });
// @ts-expect-error a namespace's name is the kernel's
run("true", { namespaces: ["netns"] });

const bound = run({ lines: true, namespaces: "all" })({ cwd: "/" });
export const bits: readonly string[][] = [(await bound`echo ${"a"} ${["b", 1]}`).stdout, (await bound("true")).stdout];
export const again: string = (await bound("true", [], { lines: false })).stdout;
export const texts: readonly string[] = [(await run`echo ${await run("true")}`).stdout, (await run`true`).stderr];
// @ts-expect-error a value is a text or a number
run`echo ${{}}`;
// @ts-expect-error of options that are bound, too
run({ namespaces: ["netns"] });

export const waited: readonly string[] = [runSync`true`.stdout, runSync({ namespaces: "all" })("true").stderr];
// @ts-expect-error nobody can send a message meanwhile
runSync("true", { ipc: true });
// @ts-expect-error SIGKILL would end the executable alone
runSync("true", { killSignal: "SIGKILL" });
// @ts-expect-error nobody can read them meanwhile
runSync("true", { events: true });

// With any options, as a program keeps them.
const given: RunOptions = {};
export const subprocesses: readonly Subprocess[] = [
  run("true"),
  run("true", given),
  run("true", [], { lines: true, reject: false }),
  run`true`,
  bound`true`,
  command("name", { encoding: "buffer", ipc: true }),
];
export const failures: readonly (string | undefined)[] = [(await run("true", given)).shortMessage];
