/** The namespaces that the set-up ends with: the stage makes them, and the supervisor knows that it will. */

import { Namespace } from "../linux/flags";
import { Plan } from "../plan/plan";
import { Sandbox } from "../plan/sandbox";

const CAP_SYS_ADMIN: u64 = 21;

/** Whether the command is in another user namespace than the set-up. `uid` and `gid` are the caller's, here and below. */
export function changesUser(plan: Plan, sandbox: Sandbox, uid: u32, gid: u32): bool {
  return sandbox.secondUserNamespace >= 0 || makesSecond(sandbox, uid, gid) || locksMounts(plan, sandbox, uid, gid);
}

/**
 * Whether there is to be a second user namespace: where the first had to have
 * other ids than the payload's, or is to limit how many there are in the second:
 * one.
 */
export function makesSecond(sandbox: Sandbox, uid: u32, gid: u32): bool {
  const isRoot =
    sandbox.needsDevpts && sandbox.has(Namespace.USER) && sandbox.userBlockFile < 0 && sandbox.uidMap == null;
  const isOther = isRoot && (sandbox.uidOr(uid) != 0 || sandbox.gidOr(gid) != 0);
  return isOther || sandbox.disablesUserNamespaces;
}

/**
 * Whether the payload could take apart the mounts that are made for it: with
 * CAP_SYS_ADMIN in the user namespace that they belong to. In a second one, made
 * for another reason or joined, it has that capability over none of them.
 */
export function locksMounts(plan: Plan, sandbox: Sandbox, uid: u32, gid: u32): bool {
  if (makesSecond(sandbox, uid, gid)) return false;
  // The second one would know a single id of those that --uid-map asks for.
  if (!plan.locksMounts || !sandbox.has(Namespace.MOUNT) || sandbox.uidMap != null) return false;
  // As in `takeOver`: whom root becomes there has only what is added.
  const hasOnlyAdded = uid != 0 || sandbox.uidOr(uid) != 0;
  const given = hasOnlyAdded ? plan.addedCapabilities : ~plan.droppedCapabilities;
  if (((given >> CAP_SYS_ADMIN) & 1) == 0) return false;
  const hasUserNamespace = sandbox.has(Namespace.USER) || sandbox.userNamespace >= 0;
  return hasUserNamespace && sandbox.secondUserNamespace < 0;
}
