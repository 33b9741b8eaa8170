/** What every stage inside does first. */
import * as host from "../host/host";
import { Namespace, Prctl } from "../linux/flags";
import { waitWith } from "../linux/input";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { idOfPayload } from "../plan/id-map";
import { Plan } from "../plan/plan";
import { Sandbox } from "../plan/sandbox";
import { HandshakeMessage, receive } from "../reexec/handshake";
import { StageArguments } from "../reexec/stage-arguments";
import { callerIs } from "./failure/advice";
import { beginStage, must } from "./failure/failure";

/**
 * Nobody in a PID namespace that others have too gets at our memory and files
 * through /proc. Returns 0, or `-errno`, for `takeOver`: nobody can say it yet.
 */
export function enterStage(name: usize): i32 {
  nameStage(name);
  return linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
}

/** The same, in a stage that has begun. Where a filter refuses it there is to be no sandbox. */
export function beUntraceable(): void {
  mustBeUntraceable(linux.prctl(Prctl.SET_DUMPABLE, 0, 0));
}

function mustBeUntraceable(result: i32): void {
  must(result, words("cannot keep others from tracing it (PR_SET_DUMPABLE)"));
}

/**
 * Until `beUntraceable` our files in /proc are ours, and root's otherwise; not where strangers would trace us. Where it is
 * refused, they cannot be written to, which is said there.
 */
export function beTraceable(sandbox: Sandbox): void {
  if (!sandbox.isSeenByStrangers) linux.prctl(Prctl.SET_DUMPABLE, 1, 0);
}

/** The end of who started us, by kill -9 too, is ours, or with `Signal.NONE` is not. Each change of credentials clears it (prctl(2)). */
export function endWithParent(signal: i32 = Signal.KILL): void {
  must(linux.prctl(Prctl.SET_PDEATHSIG, signal, 0), words("cannot end with its supervisor (PR_SET_PDEATHSIG)"));
}

/** Waits for the supervisor's word to go on. Its end is ours. */
export function awaitGo(socket: i32): void {
  const word = must(receive(socket), words("cannot read what the supervisor says"));
  if (word != HandshakeMessage.GO) linux.exit_group(128 + Signal.KILL);
}

/** What `ps` shows. */
export function nameStage(name: usize): void {
  linux.prctl(Prctl.SET_NAME, <i64>host.addressOf(name), 0);
}

/** What a stage knows of the plan besides what the options say. `entered`: what `enterStage` has returned. */
export function takeOver(plan: Plan, given: StageArguments, entered: i32): void {
  beginStage(plan, bytes("set-up"));
  mustBeUntraceable(entered);
  const sandbox = plan.sandbox!;
  sandbox.namespaces = given.namespaces;
  sandbox.completeIdentity(given.uid);
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
  // The supervisor has seen to these: all but itself is in the control group. At its own end the init is to be killed, and by nothing less.
  plan.oomScoreAdjustment = null;
  sandbox.isLimited = plan.cgroupLimits != null;
  plan.cgroupLimits = null;
  plan.lingers = plan.endsBySignals && !plan.waitsForAll;
  plan.outlivesSupervisor = plan.endsBySignals && plan.parentDeathSignal == 0;
  plan.parentDeathSignal = 0;
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
  callerIs(given.uid, given.lacking);
  // Root's own sandbox is root's. Whom root becomes there is not, and the kernel gives every capability to who is first in a
  // user namespace, whatever id that one has.
  const inside: i64 = plan.uid >= 0 ? plan.uid : sandbox.uidOr(given.uid);
  plan.hasOnlyAdded = given.uid != 0 || inside > 0;
  plan.lackingCapabilities = given.lacking;
  sandbox.bindsDevices = !sandbox.isRoots || plan.makesDevices;
}
