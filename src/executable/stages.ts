/**
 * What is done with a plan: at once by the init, or by a stage after the other
 * in a sandbox. Every stage reads the plan again from the same arguments.
 */
import { readBwrap } from "./dialects/bwrap";
import { readRein } from "./dialects/rein";
import { runInit } from "./init/init";
import { wipeArguments } from "./linux/arguments";
import { AT_EMPTY_PATH, F_SETFD, FD_CLOEXEC, Namespace, Prctl } from "./linux/flags";
import * as host from "./linux/host";
import * as linux from "./linux/linux";
import { Stage } from "./payload/stage";
import { Plan } from "./plan";
import { self } from "./reexec";
import { must, speakWith } from "./sandbox/failure";
import { sealedImage } from "./sandbox/image";
import { holdFiles } from "./sandbox/lock";
import { Sandbox } from "./sandbox/sandbox";
import { runSetup } from "./sandbox/setup";
import { StageWords, takeStageWords, vectorFor } from "./sandbox/stage-words";
import { NO_IMAGE, SandboxChild, settle } from "./sandbox/supervise";
import { terminated } from "./support/bytes";

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
  if (showsSupervisor(sandbox)) becomeSealed(plan);
  return supervise(plan, sandbox, NO_IMAGE);
}

/**
 * Whether the payload sees the supervisor among its processes, with as much
 * right to it as over its own. In a user namespace it has none to those outside.
 */
function showsSupervisor(sandbox: Sandbox): bool {
  return !sandbox.has(Namespace.PID) && !sandbox.has(Namespace.USER);
}

/**
 * Executes the sealed copy in our own place. A payload of root's could open our
 * file at /proc/PID/exe, keep it until we have ended, and then write to it
 * through /proc/self/fd, whatever its own mounts allow (CVE-2019-5736, runc).
 */
function becomeSealed(plan: Plan): void {
  speakWith(plan.voice);
  const words = new StageWords();
  words.image = sealedImage();
  linux.fcntl(words.image, F_SETFD, 0);
  const vector = vectorFor(bytes("rein-outside"), words);
  must(
    linux.execveat(words.image, bytes(""), vector, host.environmentVector(), AT_EMPTY_PATH),
    bytes("cannot execute this program again"),
  );
}

/** `rein-outside`: the supervisor, from the sealed copy. */
export function runOutside(): i32 {
  const words = takeStageWords();
  if (words == null) return runRein();
  linux.fcntl(words.image, F_SETFD, FD_CLOEXEC);
  linux.prctl(Prctl.SET_NAME, <i64>host.addressOf(terminated(self())), 0);
  const plan = read();
  const sandbox = plan.sandbox!;
  settle(sandbox, <u32>linux.getuid());
  return supervise(plan, sandbox, words.image);
}

function supervise(plan: Plan, sandbox: Sandbox, image: i32): i32 {
  // The leader of a group cannot make a session (setsid(2)).
  if (sandbox.newSession) plan.sharesGroup = true;
  // Where there is an init inside, the rest of the plan is that one's: the supervisor only stands for it outside.
  let outside = plan;
  if (sandbox.hasInit) {
    outside = new Plan(plan.voice);
    outside.sharesGroup = plan.sharesGroup;
    outside.subreaper = plan.subreaper;
    outside.parentDeathSignal = plan.parentDeathSignal;
  }
  return runInit(outside, new SandboxChild(plan, sandbox, outside, image));
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
  // Where the sandbox's files lie outside, and what --setenv tells the payload and not everybody else in there.
  wipeArguments(plan.payloadIndex);
  return runInit(plan, new Stage(plan));
}

function read(): Plan {
  return self() == "bwrap" ? readBwrap() : readRein();
}

function readAgain(words: StageWords): Plan {
  const plan = read();
  const sandbox = plan.sandbox!;
  settle(sandbox, words.uid);
  plan.handshake = words.socket;
  plan.supervisor = words.supervisor;
  plan.hasOnlyAdded = words.uid != 0;
  plan.noNewPrivileges = true;
  plan.kept.add(words.socket);
  return plan;
}
