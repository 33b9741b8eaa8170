import { checkNamespaces, checkOptions } from "./dialects/shared/sandbox-checks";
import { runInit } from "./init/init";
import { Namespace } from "./linux/flags";
import * as linux from "./linux/linux";
import { PayloadChild } from "./payload/payload-child";
import { hasTerminal } from "./payload/terminal";
import { Plan } from "./plan/plan";
import { Sandbox } from "./plan/sandbox";
import { closeArguments } from "./reexec/brought-arguments";
import { sealedImage } from "./reexec/sealed-image";
import { StageArguments } from "./reexec/stage-arguments";
import { StatusLines } from "./report/status-lines";
import { becomeStage } from "./sandbox/become-stage";
import { keepFromReading } from "./sandbox/caller-terminal";
import { beginStage, must } from "./sandbox/failure/failure";
import { CANNOT_SEAL, decideNamespaces, NO_IMAGE, SandboxChild } from "./sandbox/supervise";

/** Carries a plan out from its beginning. Returns the exit status. */
export function runPlan(plan: Plan): i32 {
  const sandbox = plan.sandbox;
  if (sandbox == null) {
    closeArguments();
    // Under every name: REIN_OPTIONS confines under each.
    plan.refusesTyping = plan.confines;
    plan.leavesKeyring = plan.user != null;
    return runInit(plan, new PayloadChild(plan));
  }
  const uid = <u32>linux.getuid();
  sandbox.completeIdentity(uid);
  checkOptions(plan, sandbox);
  const left = decideNamespaces(sandbox, uid);
  if ((left & Namespace.USER) != 0) tellLeftOut(plan, bytes("user"));
  if ((left & Namespace.CGROUP) != 0) tellLeftOut(plan, bytes("cgroup"));
  checkNamespaces(plan, sandbox, uid, <u32>linux.getgid());
  if (showsSupervisor(sandbox)) becomeSealed(plan);
  return supervise(plan, sandbox, NO_IMAGE);
}

/** Who asked for a namespace only to be tried is told when it is not there. */
function tellLeftOut(plan: Plan, kind: usize): void {
  plan.messages.namespaceLeftOut(kind);
  new StatusLines(plan.messages, plan.statusFile).event(bytes("left-out")).bytes(bytes("namespace"), kind).end();
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
  beginStage(plan, bytes("namespaces"));
  const given = new StageArguments();
  given.image = must(sealedImage(plan.sandbox!), CANNOT_SEAL);
  becomeStage(bytes("rein-outside"), given, plan);
}

/** Stands for the sandbox outside it: signals go in, and the end of it is ours. Returns the exit status. */
export function supervise(plan: Plan, sandbox: Sandbox, image: i32): i32 {
  // Where there is an init inside, the rest of the plan is that one's: the supervisor only stands for it outside.
  let outside = plan;
  if (sandbox.hasInit) {
    outside = new Plan(plan.messages);
    outside.subreaper = plan.subreaper;
    outside.cgroupLimits = plan.cgroupLimits;
    outside.parentDeathSignal = plan.parentDeathSignal;
  }
  outside.sharesGroup = sharesGroup(plan, sandbox);
  outside.hasOwnSession = sandbox.newSession;
  // The leader of a group can make no session (setsid(2)).
  if (sandbox.newSession) outside.sharesGroup = true;
  if (sandbox.confinement != null) keepFromReading();
  outside.endsBySignals = plan.endsBySignals;
  outside.payloadIsPid1 = sandbox.asPid1 && sandbox.has(Namespace.PID);
  return runInit(outside, new SandboxChild(plan, sandbox, outside, image));
}

/**
 * Whether the sandbox is in our caller's process group. A payload that is PID 1
 * does not stop, and tells nobody when its children do: the terminal has to stop
 * us itself. But kill(0, SIGKILL) ends that whole group, from any PID namespace:
 * where there is no terminal nothing speaks for sharing it.
 */
function sharesGroup(plan: Plan, sandbox: Sandbox): bool {
  if (!plan.sharesGroup && !sandbox.asPid1) return false;
  const hasOthers = sandbox.has(Namespace.PID) || sandbox.pidNamespace >= 0 || sandbox.joins(Namespace.PID);
  return !plan.leavesGroup || !hasOthers || hasTerminal();
}
