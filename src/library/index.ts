/**
 * Docker's reexec for Node.js, and programs in namespaces of their own.
 *
 * @example
 *     import { command, init, register } from "rein";
 *
 *     register("childProcess", () => console.log("hello"));
 *     if (await init()) process.exit();
 *     await command("childProcess", [], { stdio: "inherit", namespaces: "all" });
 */
export type { Capability } from "./options/capabilities.ts";
export type { Landlock } from "./options/landlock.ts";
export type * from "./options/mounts.ts";
export type * from "./options/options.ts";
export { command } from "./reexec/command.ts";
export { dispatch, type Entrypoint, init, register, self } from "./reexec/registry.ts";
export type { StatusEvent } from "./run/events.ts";
export { run, type Subprocess } from "./run/run.ts";
export * from "./shared/errors.ts";
export { executablePath } from "./shared/executable.ts";
