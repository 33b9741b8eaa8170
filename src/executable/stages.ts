/**
 * The stages of a sandbox: what this program is when it executes itself again.
 * Each reads the plan again from the same arguments.
 */

import { readBwrap } from "./dialects/bwrap/bwrap";
import { readRein } from "./dialects/rein/rein";
import * as host from "./host/host";
import { runInit } from "./init/init";
import { clearArguments } from "./linux/arguments";
import { F_SETFD, FD_CLOEXEC, Namespace, Prctl } from "./linux/flags";
import { waitWith } from "./linux/input";
import * as linux from "./linux/linux";
import { PayloadChild } from "./payload/payload-child";
import { idOfPayload } from "./plan/id-map";
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
import { decideNamespaces } from "./sandbox/supervise";
import { stringFrom, terminated } from "./support/bytes";

/** `rein-outside`: the supervisor, from the sealed copy. */
export function runOutside(): i32 {
  const given = takeStageArguments();
  if (given == null) return runPlan(readRein());
  linux.fcntl(given.image, F_SETFD, FD_CLOEXEC);
  nameStage(terminated(self()));
  const plan = readOnceMore(given);
  const sandbox = plan.sandbox!;
  decideNamespaces(sandbox, <u32>linux.getuid());
  return supervise(plan, sandbox, given.image);
}

/** `rein-setup`: inside the new namespaces. */
export function runSetupStage(): i32 {
  const given = takeStageArguments();
  if (given == null) return runPlan(readRein());
  enterStage(bytes("rein-setup"));
  const plan = readAgain(given);
  const isMoved = setUp(plan, given);
  if (!plan.sandbox!.hasInit) return becomePayload(plan);
  // The owner of our files in /proc is root of the namespace above then, who is the payload's own user where its caller is
  // mapped to that. Everywhere else an execution less is a tenth of what a small sandbox takes to start.
  if (isMoved) executeInit(plan, given);
  nameStage(initName);
  return becomeInit(plan);
}

/** `rein-init`, where the set-up stage executes it. */
export function runInside(): i32 {
  const given = takeStageArguments();
  if (given == null) return runPlan(readRein());
  enterStage(initName);
  linux.fcntl(given.socket, F_SETFD, FD_CLOEXEC);
  const plan = readAgain(given);
  linux.close(given.image);
  return becomeInit(plan);
}

/** Nobody in a PID namespace that others have too gets at our memory and files through /proc. */
function enterStage(name: usize): void {
  nameStage(name);
  linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
}

/** What `ps` shows. */
function nameStage(name: usize): void {
  linux.prctl(Prctl.SET_NAME, <i64>host.addressOf(name), 0);
}

function becomeInit(plan: Plan): i32 {
  closeArguments();
  holdFiles(plan.sandbox!, plan);
  hideOptions(plan);
  return runInit(plan, new PayloadChild(plan));
}

/**
 * /proc/1/cmdline shows the memory that our arguments stand in to every process
 * of the sandbox: host paths, and what --setenv set for the payload alone.
 */
function hideOptions(plan: Plan): void {
  if (plan.zerothArgument != 0) plan.zerothArgument = host.addressOf(terminated(stringFrom(plan.zerothArgument)));
  clearArguments(initName, plan.payloadIndex);
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

function readAgain(given: StageArguments): Plan {
  const plan = readOnceMore(given);
  const sandbox = plan.sandbox!;
  sandbox.namespaces = given.namespaces;
  plan.handshake = given.socket;
  waitWith(given.socket);
  // Each word wakes the supervisor. Behind an init it does nothing with these two but for its reader.
  plan.tellsExecution = !sandbox.hasInit || plan.statusFile >= 0;
  plan.supervisor = given.supervisor;
  plan.hasTerminal = given.hasTerminal;
  if (given.leadsGroup) plan.sharesGroup = false;
  // It is the same process, which leads its group already or has none.
  if (sandbox.asPid1) plan.sharesGroup = true;

  plan.noNewPrivileges = true;
  // The supervisor has seen to it.
  plan.oomScoreAdjustment = null;
  plan.kept.add(given.socket);
  // It is closed on exec, and has something to say until then.
  plan.payloadDescriptors.add(given.socket);
  if (sandbox.asPid1) plan.payloadDescriptors.add(sandbox.syncFile);
  const uidMap = sandbox.uidMap;
  const gidMap = sandbox.gidMap;
  // The supervisor has seen to it that there is none without the other; nobody has where it is somebody else who started us.
  if (uidMap != null && gidMap != null) {
    plan.uid = idOfPayload(uidMap, sandbox.uid, given.uid);
    plan.gid = idOfPayload(gidMap, sandbox.gid, given.gid);
  }
  if (sandbox.joins(Namespace.USER)) {
    plan.uid = sandbox.uid;
    plan.gid = sandbox.gid;
  }
  sandbox.isRoots = given.uid == 0;
  // Root's own sandbox is root's, and whom it becomes there is not.
  plan.hasOnlyAdded = given.uid != 0 || plan.uid > 0;
  return plan;
}
