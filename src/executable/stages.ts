/**
 * What is done with a plan: at once by the init, or by a stage after the other
 * in a sandbox. Every stage reads the plan again from the same arguments.
 */
import { readBwrap } from "./dialects/bwrap";
import { readRein } from "./dialects/rein";
import { checkAsked, checkSettled } from "./dialects/sandbox-checks";
import { runInit } from "./init/init";
import { clearArguments } from "./linux/arguments";
import { F_SETFD, FD_CLOEXEC, Namespace, Prctl } from "./linux/flags";
import * as host from "./linux/host";
import * as linux from "./linux/linux";
import { Stage } from "./payload/stage";
import { Plan } from "./plan";
import { self } from "./reexec";
import { Voice } from "./report/voice";
import { payloadsId } from "./sandbox/id-maps";
import { holdFiles } from "./sandbox/lock";
import { runSetup } from "./sandbox/setup";
import { StageWords, takeStageWords } from "./sandbox/stage-words";
import { SandboxChild, settle } from "./sandbox/supervise";
import { stringFrom, terminated } from "./support/bytes";

export function runBwrap(): i32 {
  return carryOut(readBwrap());
}

export function runRein(): i32 {
  return carryOut(readRein());
}

/** Carries a plan out from its beginning. Returns the exit status. */
export function carryOut(plan: Plan): i32 {
  const sandbox = plan.sandbox;
  if (sandbox == null) return runInit(plan, new Stage(plan));
  const uid = <u32>linux.getuid();
  checkAsked(plan, sandbox);
  settle(sandbox, uid);
  checkSettled(plan, sandbox, uid, <u32>linux.getgid());
  // Where there is an init inside, the rest of the plan is that one's: the supervisor only stands for it outside.
  let outside = plan;
  if (sandbox.hasInit) {
    outside = new Plan(plan.voice);
    outside.sharesGroup = plan.sharesGroup;
    outside.subreaper = plan.subreaper;
    outside.parentDeathSignal = plan.parentDeathSignal;
  }
  outside.hasOwnSession = sandbox.newSession;
  // The leader of a group can make no session (setsid(2)).
  if (sandbox.newSession) outside.sharesGroup = true;
  return runInit(outside, new SandboxChild(plan, sandbox, outside));
}

/** `rein-setup`: inside the new namespaces. */
export function runSetupStage(): i32 {
  const words = takeStageWords();
  if (words == null) return runRein();
  enterStage(bytes("rein-setup"));
  return runSetup(readAgain(words), words);
}

/** `rein-init`: when all is set up. */
export function runInside(): i32 {
  const words = takeStageWords();
  if (words == null) return runRein();
  const plan = readAgain(words);
  enterStage(bytes("rein-init"));
  linux.fcntl(words.socket, F_SETFD, FD_CLOEXEC);
  linux.close(words.image);
  holdFiles(plan.sandbox!, plan);
  hideOptions(plan);
  return runInit(plan, new Stage(plan));
}

/** What `ps` shows; and nobody in a PID namespace that others have too gets at our memory and files through /proc. */
function enterStage(name: usize): void {
  linux.prctl(Prctl.SET_NAME, <i64>host.addressOf(name), 0);
  linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
}

/**
 * /proc/1/cmdline shows the memory that our arguments stand in to every process
 * of the sandbox: host paths, and what --setenv set for the payload alone.
 */
function hideOptions(plan: Plan): void {
  if (plan.zerothArgument != 0) plan.zerothArgument = host.addressOf(terminated(stringFrom(plan.zerothArgument)));
  clearArguments(plan.payloadIndex);
}

function readAgain(words: StageWords): Plan {
  Voice.repeats = true;
  const plan = self() == "bwrap" ? readBwrap() : readRein();
  const sandbox = plan.sandbox!;
  sandbox.namespaces = words.namespaces;
  plan.handshake = words.socket;
  plan.supervisor = words.supervisor;

  plan.noNewPrivileges = true;
  // The supervisor has seen to it.
  plan.oomScoreAdjustment = null;
  plan.kept.add(words.socket);
  // It is closed on exec, and has something to say until then.
  plan.payloadsFiles.add(words.socket);
  if (sandbox.asPid1) plan.payloadsFiles.add(sandbox.syncFile);
  if (sandbox.uidMap != null) {
    plan.uid = payloadsId(sandbox.uidMap!, sandbox.uid, words.uid);
    plan.gid = payloadsId(sandbox.gidMap!, sandbox.gid, words.gid);
  }
  if (sandbox.joins(Namespace.USER)) {
    plan.uid = sandbox.uid;
    plan.gid = sandbox.gid;
  }
  // Root's own sandbox is root's, and whom it becomes there is not.
  plan.hasOnlyAdded = words.uid != 0 || plan.uid > 0;
  return plan;
}
