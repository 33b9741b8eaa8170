/**
 * The stages of a sandbox: what this program is when it executes itself again.
 * Each reads the plan again from the same arguments.
 */

import { readBwrap } from "./dialects/bwrap/bwrap";
import { readRein } from "./dialects/rein/rein";
import * as host from "./host/host";
import { runInit } from "./init/init";
import { clearArguments } from "./linux/arguments";
import { F_SETFD, FD_CLOEXEC } from "./linux/flags";
import * as linux from "./linux/linux";
import { Signal, signalBit } from "./linux/signals";
import { PayloadChild } from "./payload/payload-child";
import { Plan } from "./plan/plan";
import { closeArguments } from "./reexec/brought-arguments";
import { self } from "./reexec/registry";
import { StageArguments, takeStageArguments } from "./reexec/stage-arguments";
import { holdClosedStreams } from "./reexec/standard-streams";
import { putErrno } from "./report/errno-phrases";
import { Messages, refuse } from "./report/messages";
import { runPlan, supervise } from "./run-plan";
import { holdFiles } from "./sandbox/lock";
import { becomePayload, executeInit, initName, setUp } from "./sandbox/set-up";
import { endWithParent, enterStage, nameStage, takeOver } from "./sandbox/stage";
import { decideNamespaces } from "./sandbox/supervise";
import { waitOnlyFor } from "./signals/incoming";
import { stringFrom, terminated } from "./support/bytes";

/** `rein-outside`: the supervisor, from the sealed copy. */
export function runOutside(): i32 {
  const given = takeStageArguments();
  if (given == null) return runPlan(readRein());
  linux.fcntl(given.image, F_SETFD, FD_CLOEXEC);
  nameStage(terminated(self()));
  const plan = readOnceMore(given);
  const sandbox = plan.sandbox!;
  const uid = <u32>linux.getuid();
  sandbox.completeIdentity(uid);
  decideNamespaces(sandbox, uid);
  return supervise(plan, sandbox, given.image);
}

/** `rein-setup`: inside the new namespaces. */
export function runSetupStage(): i32 {
  const given = takeStageArguments();
  if (given == null) return runPlan(readRein());
  const entered = enterStage(bytes("rein-setup"));
  const plan = readAgain(given, entered);
  const isMoved = setUp(plan, given);
  if (!plan.sandbox!.hasInit) return becomePayload(plan);
  // The owner of our files in /proc is root of the namespace above then, who is the payload's own user where its caller is
  // mapped to that. Everywhere else an execution less is a tenth of what a small sandbox takes to start.
  if (isMoved) executeInit(plan, given);
  return becomeInit(plan);
}

/** `rein-init`, where the set-up stage executes it. */
export function runInside(): i32 {
  const given = takeStageArguments();
  if (given == null) return runPlan(readRein());
  const entered = enterStage(initName);
  linux.fcntl(given.socket, F_SETFD, FD_CLOEXEC);
  const plan = readAgain(given, entered);
  linux.close(given.image);
  return becomeInit(plan);
}

function becomeInit(plan: Plan): i32 {
  closeArguments();
  holdFiles(plan.sandbox!, plan);
  const name = plan.namesAsBubblewrap ? bytes("bwrap") : initName;
  nameStage(name);
  hideOptions(plan, name);
  if (plan.endsBySignals && plan.supervisor != 1) actAsBubblewraps(plan);
  return runInit(plan, new PayloadChild(plan));
}

/** The payload has its signals from the terminal or from whoever signals the whole group, and no others. */
function actAsBubblewraps(plan: Plan): void {
  waitOnlyFor(signalBit(Signal.CHLD));
  if (plan.outlivesSupervisor) endWithParent(Signal.NONE);
}

/**
 * /proc/1/cmdline shows the memory that our arguments stand in to every process
 * of the sandbox: host paths, and what --setenv set for the payload alone.
 */
function hideOptions(plan: Plan, name: usize): void {
  if (plan.zerothArgument != 0) plan.zerothArgument = host.addressOf(terminated(stringFrom(plan.zerothArgument)));
  clearArguments(name, plan.payloadIndex);
}

/** The options have been read by a stage before us, which has said what there was to say about them. */
function readOnceMore(given: StageArguments): Plan {
  Messages.repeats = true;
  const plan = self() == "bwrap" ? readBwrap() : readRein();
  // Started by somebody else, as a stage and with as many numbers as one, we may have no sandbox to be a stage of.
  if (plan.sandbox == null)
    refuse(
      plan.messages,
      plan.messages.fatal().text("started as a stage of a sandbox, and no option asks for one; start it as rein"),
    );
  // Before anything is opened that would take the number.
  const held = given.lacksStreams ? holdClosedStreams() : 0;
  if (held < 0)
    refuse(
      plan.messages,
      putErrno(plan.messages.fatal().text("cannot hold the place of a closed standard stream: "), -held),
    );
  return plan;
}

function readAgain(given: StageArguments, entered: i32): Plan {
  const plan = readOnceMore(given);
  takeOver(plan, given, entered);
  return plan;
}
