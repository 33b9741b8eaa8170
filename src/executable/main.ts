/** The executable: every name it goes by, and what it is then. */
import { hasFilesRights } from "./confine/caller";
import { readBwrap } from "./dialects/bwrap/bwrap";
import { readCatatonit } from "./dialects/catatonit/catatonit";
import { readPause } from "./dialects/catatonit/pause";
import { readDumbInit } from "./dialects/dumb-init/dumb-init";
import { readRein } from "./dialects/rein/rein";
import { readTini } from "./dialects/tini/tini";
import { dispatch, register } from "./reexec/registry";
import { putErrno } from "./report/errno-phrases";
import { Messages, messageLine, refuseForMemory, STDERR } from "./report/messages";
import { writeLine } from "./report/write";
import { runPlan } from "./run-plan";
import { blockEverySignal } from "./signals/incoming";
import { runInside, runOutside, runSetupStage } from "./stages";
import { Line } from "./support/line";

/** Returns the exit status. */
export function main(): i32 {
  const blocked = blockEverySignal();
  if (blocked < 0) return refuse(putErrno(messageLine.text("rein: cannot block signals (rt_sigprocmask): "), -blocked));
  if (hasFilesRights()) return refuseRights();
  register("rein", runRein);
  register("rein-outside", runOutside);
  register("rein-setup", runSetupStage);
  register("rein-init", runInside);
  register("tini", runTini);
  register("tini-static", runTini);
  register("docker-init", runTini);
  register("dumb-init", () => runPlan(readDumbInit()));
  register("catatonit", runCatatonit);
  register("podman-init", runCatatonit);
  register("pause", () => runPlan(readPause()));
  register("bwrap", () => runPlan(readBwrap()));
  return dispatch(runRein);
}

/** Under every name, and before any option is read. */
function refuseRights(): i32 {
  messageLine.text(
    "rein: this file is set-uid or set-gid, or has capabilities: whoever may run it would have all its rights; ",
  );
  return refuse(messageLine.text("take them from it by chmod ug-s and setcap -r"));
}

function refuse(line: Line): i32 {
  writeLine(line, STDERR);
  return 125;
}

function runRein(): i32 {
  return runPlan(readRein());
}

function runTini(): i32 {
  return runPlan(readTini());
}

function runCatatonit(): i32 {
  return runPlan(readCatatonit());
}

/** What the host calls when there is no more memory, in place of giving up in words that no dialect has. */
export function outOfMemory(): void {
  refuseForMemory(Messages.current!);
}

/** What a process made by `linux.clone` runs: the function at index `entry` of the table. Returns the exit status. */
export function child(entry: i32): i32 {
  return call_indirect<i32>(entry);
}
