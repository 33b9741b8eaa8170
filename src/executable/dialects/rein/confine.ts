/** `--confine`: the options for a command that nobody trusts, in one word. */

import * as host from "../../host/host";
import { FileRight, RuleType } from "../../linux/landlock";
import { Taker } from "../../options/option";
import { Descriptors } from "../../plan/descriptors";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Filter, Profile } from "../../plan/filter";
import { LandlockRule } from "../../plan/landlock";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { messageLine } from "../../report/messages";
import { stringFrom, terminated } from "../../support/bytes";
import { SCRATCH_SIZE, scratch } from "../../support/scratch";
import { VariableSource } from "../shared/argument-source";
import { OptionReader } from "../shared/option-reader";
import { takeOption } from "../shared/take-option";

/** docs/sandbox-limits.md says of each why; who the command is outside, the plan fills in (Sandbox.completeIdentity). */
const text = words(
  "--unshare-all --unshare-user --unshare-cgroup --cap-drop ALL --seccomp-profile default --landlock-rw / --landlock-exec / --landlock-scope abstract-unix --landlock-scope signal --new-session --group --propagation private --grace 5s --rlimit nproc=256 --rlimit nofile=1024 --rlimit core=0 --clearenv --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --setenv HOME /tmp --ro-bind /usr /usr --ro-bind-try /bin /bin --ro-bind-try /sbin /sbin --ro-bind-try /lib /lib --ro-bind-try /lib32 /lib32 --ro-bind-try /lib64 /lib64 --ro-bind-try /etc/alternatives /etc/alternatives --ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --ro-bind-try /etc/passwd /etc/passwd --ro-bind-try /etc/group /etc/group --ro-bind-try /etc/hosts /etc/hosts --ro-bind-try /etc/nsswitch.conf /etc/nsswitch.conf --ro-bind-try /etc/localtime /etc/localtime --proc /proc --dev /dev --perms 1777 --size 67108864 --tmpfs /dev/shm --perms 1777 --size 67108864 --tmpfs /tmp",
);

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;
const devices = bytes("/dev");
/** With its NUL. */
const DEVICES_SIZE = 5;

/** Takes all of them into the plan. What stands before them they take back, and what comes after them adds to them. */
export function takeConfinement(given: OptionReader, plan: Plan): void {
  given.refuseValue();
  const source = new VariableSource(stringFrom(host.addressOf(messageLine.packed(text).terminated())));
  const options = new OptionReader(source, plan.messages, "--confine", Taker.REIN);
  options.isPreset = true;
  takeBack(plan);
  while (options.next()) takeOption(options, plan);
  plan.filters = new Filter(plan.filters, "--confine", -1, Profile.CONFINED);
  plan.askedSandbox.confinement = plan.askedSandbox.lastOperation;
  const landlock = plan.landlock;
  // Without it the kernel still has the new root, and only files behind the standard streams can be opened anew.
  landlock.mayBeMissing = true;
  // By the names of /dev/stdin and its like they are opened anew, to no more than they are open for.
  landlock.rules = streamRule(landlock.rules, bytes("/dev/stdin"), FileRight.READ_FILE);
  landlock.rules = streamRule(landlock.rules, bytes("/dev/stdout"), FileRight.WRITE_FILE);
  landlock.rules = streamRule(landlock.rules, bytes("/dev/stderr"), FileRight.WRITE_FILE);
}

/** What no option of the text says anew: whose namespaces and ids these were to be, and what was open. */
function takeBack(plan: Plan): void {
  plan.user = null;
  plan.payloadDescriptors = new Descriptors();
  const sandbox = plan.askedSandbox;
  sandbox.joined = null;
  sandbox.userNamespace = -1;
  sandbox.secondUserNamespace = -1;
  sandbox.pidNamespace = -1;
  sandbox.uid = -1;
  sandbox.gid = -1;
  sandbox.uidMap = null;
  sandbox.gidMap = null;
}

function streamRule(previous: LandlockRule | null, path: usize, rights: u64): LandlockRule {
  const rule = new LandlockRule(previous, "--confine", stringFrom(host.addressOf(path)), RuleType.PATH, rights, 0);
  rule.mayFail = true;
  return rule;
}

/** When all options are read: the root and /dev are not writable either, where they are still those of `--confine`. */
export function completeConfinement(options: OptionReader, sandbox: Sandbox): void {
  let isBehind: bool = false;
  let hasOwnRoot: bool = false;
  let hasDevices: bool = true;
  let operation = sandbox.firstOperation;
  while (operation != null) {
    const current: FileOperation = operation;
    if (mountsAnew(current)) {
      const isRoot = isAtRoot(current.target);
      if (isRoot && isBehind) refuseCover(options, current);
      hasOwnRoot = hasOwnRoot || isRoot;
      if (host.startsWith(current.target, devices, DEVICES_SIZE) != 0) hasDevices = current.kind == Operation.DEVICES;
    }
    isBehind = isBehind || current == sandbox.confinement;
    operation = current.next;
  }
  if (hasDevices) sandbox.add(readOnly("/dev"));
  if (!hasOwnRoot) sandbox.add(readOnly("/"));
}

/** Whether it puts something else at a place; a layer of an overlay has none. */
function mountsAnew(operation: FileOperation): bool {
  switch (operation.kind) {
    case Operation.OVERLAY_SOURCE:
    case Operation.REMOUNT_READ_ONLY:
    case Operation.READ_ONLY_PATH:
    case Operation.NO_EXECUTION:
    case Operation.CHANGE_MODE:
    case Operation.DIRECTORY:
      return false;
    default:
      return true;
  }
}

/** The caller's own /proc, /dev and /tmp would lie over those that were made for the command. */
function refuseCover(options: OptionReader, operation: FileOperation): void {
  const line = options.messages.fatal().text(operation.option);
  options.refuse(line.text(" / covers what --confine has mounted; give it before --confine"));
}

/** `/`, and other ways to write it. */
function isAtRoot(path: u64): bool {
  const size = host.length(path);
  if (size == 0 || size > SCRATCH_SIZE) return false;
  // A string for each of thousands of operations would use the memory up.
  host.copyIn(scratch, path, size);
  for (let i = 0; i < size; i++) {
    const byte = load<u8>(scratch + i);
    if (byte != SLASH && byte != DOT) return false;
  }
  return true;
}

function readOnly(target: string): FileOperation {
  const operation = new FileOperation(Operation.REMOUNT_READ_ONLY, "--confine");
  operation.target = host.addressOf(terminated(target));
  return operation;
}
