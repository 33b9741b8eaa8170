// The package's types, as a program sees them that has the package installed.

import { command, type Mount, run, type StatusEvent } from "rein";

const mounts: readonly Mount[] = [{ type: "bind", source: "/", target: "/", readOnly: true }];
const { stdout } = await run("cat", { mounts, lines: true, grace: "5s" });
export const lines: string[] = stdout;

const subprocess = command("name", ["argument"], { namespaces: "all", encoding: "buffer" });
export const bytes: Uint8Array = (await subprocess).stdout;
export const events: AsyncIterable<StatusEvent> = subprocess.events;
run("true", { namespaces: ["net"], join: { mnt: "/proc/1/ns/mnt" } });
// @ts-expect-error a namespace's name is the kernel's
run("true", { namespaces: ["netns"] });
