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
export type { Capability } from "./capabilities.ts";
export { command } from "./command.ts";
export * from "./errors.ts";
export type { StatusEvent } from "./events.ts";
export { executablePath } from "./executable.ts";
export type { Landlock } from "./landlock.ts";
export type * from "./mounts.ts";
export type * from "./options.ts";
export { dispatch, type Entrypoint, init, register, self } from "./reexec.ts";
export { run, type Subprocess } from "./run.ts";
