/**
 * What is done with a plan: at once by the init, or by a stage after the other
 * in a sandbox. Every stage reads the plan again from the same arguments.
 */
import { readBwrap } from "./dialects/bwrap";
import { readRein } from "./dialects/rein";
import { runInit } from "./init/init";
import { F_SETFD, FD_CLOEXEC, Prctl } from "./linux/flags";
import * as host from "./linux/host";
import * as linux from "./linux/linux";
import { Stage } from "./payload/stage";
import { Plan } from "./plan";
import { self } from "./reexec";
import { holdFiles } from "./sandbox/lock";
import { runSetup } from "./sandbox/setup";
import { StageWords, takeStageWords } from "./sandbox/stage-words";
import { SandboxChild, settle } from "./sandbox/supervise";

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
  settle(sandbox, <u32>linux.getuid());
  // Where there is an init inside, the rest of the plan is that one's: the supervisor only stands for it outside.
  let outside = plan;
  if (sandbox.hasInit) {
    outside = new Plan(plan.voice);
    outside.sharesGroup = plan.sharesGroup;
    outside.subreaper = plan.subreaper;
    outside.parentDeathSignal = plan.parentDeathSignal;
  }
  return runInit(outside, new SandboxChild(plan, sandbox, outside));
}

/** `rein-setup`: inside the new namespaces. */
export function runSetupStage(): i32 {
  const words = takeStageWords();
  return words == null ? runRein() : runSetup(readAgain(words), words);
}

/** `rein-init`: when all is set up. */
export function runInside(): i32 {
  const words = takeStageWords();
  if (words == null) return runRein();
  const plan = readAgain(words);
  linux.prctl(Prctl.SET_NAME, <i64>host.addressOf(bytes("rein-init")), 0);
  linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
  // With bubblewrap's options the payload inherits what is open, and could speak for us.
  linux.fcntl(words.socket, F_SETFD, FD_CLOEXEC);
  linux.close(words.image);
  holdFiles(plan.sandbox!, plan);
  return runInit(plan, new Stage(plan));
}

function readAgain(words: StageWords): Plan {
  const plan = self() == "bwrap" ? readBwrap() : readRein();
  const sandbox = plan.sandbox!;
  settle(sandbox, words.uid);
  plan.handshake = words.socket;
  plan.supervisor = words.supervisor;
  plan.hasOnlyAdded = words.uid != 0;
  plan.noNewPrivileges = true;
  plan.kept.add(words.socket);
  return plan;
}
