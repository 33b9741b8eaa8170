/**
 * Docker's reexec for Node.js, and programs in namespaces of their own.
 *
 * @example
 *     import { command, init, register } from "rein";
 *
 *     register("childProcess", () => console.log("hello"));
 *     if (!init()) await command("childProcess", [], { stdio: "inherit", namespaces: "all" });
 */
export type { Capability } from "./options/capabilities.ts";
export type { Identity, IdRange } from "./options/identity.ts";
export type { Landlock } from "./options/landlock.ts";
export type { Limit, LimitName, LimitValue } from "./options/limits.ts";
export type {
  BindMount,
  DirectoryMount,
  FileMount,
  KernelMount,
  ModeChange,
  Mount,
  OverlayMount,
  Restriction,
  SymbolicLink,
  TemporaryMount,
} from "./options/mounts.ts";
export type { Namespace, NamespaceName } from "./options/namespaces.ts";
export type {
  CommandOptions,
  NoOptions,
  RefusedOption,
  ReinOptions,
  RunOptions,
  RunSyncOptions,
  WaitingOption,
} from "./options/options.ts";
export type { Duration, Signal } from "./options/values.ts";
export { command } from "./reexec/command.ts";
export type { Entrypoint } from "./reexec/enter.ts";
export { dispatch, init, register, self } from "./reexec/registry.ts";
export type { StatusEvent } from "./run/events.ts";
export { type Run, run } from "./run/run.ts";
export { type RunSync, runSync } from "./run/run-sync.ts";
export type { Subprocess } from "./run/subprocess.ts";
export * from "./shared/errors.ts";
export { executablePath } from "./shared/executable.ts";
