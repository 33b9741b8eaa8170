/** The executable: every name it goes by, and what it is then. */
import { runCatatonit } from "./dialects/catatonit/catatonit";
import { runPause } from "./dialects/catatonit/pause";
import { runDumbInit } from "./dialects/dumb-init/dumb-init";
import { runTini } from "./dialects/tini/tini";
import { dispatch, register } from "./reexec/registry";
import { Messages, refuseForMemory } from "./report/messages";
import { blockEverySignal } from "./signals/incoming";
import { runBwrap, runInside, runOutside, runRein, runSetupStage } from "./stages";

/** Returns the exit status. */
export function main(): i32 {
  blockEverySignal();
  register("rein", runRein);
  register("rein-outside", runOutside);
  register("rein-setup", runSetupStage);
  register("rein-init", runInside);
  register("tini", runTini);
  register("tini-static", runTini);
  register("docker-init", runTini);
  register("dumb-init", runDumbInit);
  register("catatonit", runCatatonit);
  register("podman-init", runCatatonit);
  register("pause", runPause);
  register("bwrap", runBwrap);
  return dispatch(runRein);
}

/** What the host calls when there is no more memory, in place of giving up in words that no dialect has. */
export function outOfMemory(): void {
  refuseForMemory(Messages.current!);
}

/** What a process made by `linux.clone` runs: the function at index `entry` of the table. Returns the exit status. */
export function child(entry: i32): i32 {
  return call_indirect<i32>(entry);
}
