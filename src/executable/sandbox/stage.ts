/** What every stage inside does first. */
import * as host from "../host/host";
import { Namespace, Prctl } from "../linux/flags";
import { waitWith } from "../linux/input";
import * as linux from "../linux/linux";
import { idOfPayload } from "../plan/id-map";
import { Plan } from "../plan/plan";
import { StageArguments } from "../reexec/stage-arguments";

/** Nobody in a PID namespace that others have too gets at our memory and files through /proc. */
export function enterStage(name: usize): void {
  nameStage(name);
  linux.prctl(Prctl.SET_DUMPABLE, 0, 0);
}

/** What `ps` shows. */
export function nameStage(name: usize): void {
  linux.prctl(Prctl.SET_NAME, <i64>host.addressOf(name), 0);
}

/** What a stage knows of the plan besides what the options say. */
export function takeOver(plan: Plan, given: StageArguments): void {
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
  // Root's own sandbox is root's. Whom root becomes there is not, and the kernel gives every capability to who is first in a
  // user namespace, whatever id that one has.
  const inside: i64 = plan.uid >= 0 ? plan.uid : sandbox.uidOr(given.uid);
  plan.hasOnlyAdded = given.uid != 0 || inside > 0;
  plan.lackingCapabilities = given.lacking;
}
