import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import { statusOf } from "../../linux/file-status";
import { AT_FDCWD, AT_RECURSIVE, Namespace, UNMAPPED } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { attach, attachIn, copyTree, NewFileSystem, restrict } from "../../linux/mount";
import { Attribute } from "../../linux/mount-flags";
import { FileOperation } from "../../plan/file-operation";
import { Sandbox } from "../../plan/sandbox";
import { beyond } from "../../report/wording";
import { failure, giveUp, must } from "../failure/failure";

const ATTRIBUTES: u64 = Attribute.NO_SET_UID | Attribute.NO_DEVICES | Attribute.NO_EXECUTION;
const procPath = bytes("/proc");

/** `--proc`: the processes of the sandbox's PID namespace, without what could be written to change the kernel. */
export function makeProc(sandbox: Sandbox, operation: FileOperation, place: i32): void {
  const isNew = sandbox.has(Namespace.PID) || sandbox.pidNamespace >= 0 || sandbox.joins(Namespace.PID);
  const mount = isNew
    ? new NewFileSystem(bytes("proc")).mount(ATTRIBUTES)
    : copyTree(AT_FDCWD, host.addressOf(procPath));
  if (isHidden(mount)) {
    giveUp(
      beyond(failure(words("Can't mount proc|Can't mount proc on /newroot/>"), 0, Errno.EPERM)).text(
        "parts of /proc are hidden here, as in a container, and the kernel shows none of them again; give --ro-bind /proc /proc, or run the container with security-opt systempaths=unconfined",
      ),
    );
  }
  must(mount, words("Can't mount proc on|Can't mount proc on /newroot/>"), operation.target);
  if (!isNew) must(restrict(mount, ATTRIBUTES, AT_RECURSIVE), words("Can't restrict"), host.addressOf(procPath));
  must(attach(mount, place), words("Can't mount proc on"), operation.target);
  linux.close(place);
  if (mayBeRoots(sandbox, mount)) {
    cover(mount, bytes("sys"));
    cover(mount, bytes("sysrq-trigger"));
    cover(mount, bytes("irq"));
    cover(mount, bytes("bus"));
  }
  linux.close(mount);
}

/** Whether the kernel has refused a new one of these, and no other: it shows nobody what he does not see (mount_too_revealing()). */
export function isHidden(mount: i32): bool {
  return mount == -Errno.EPERM && new NewFileSystem(bytes("tmpfs")).mount(0) >= 0;
}

/**
 * Whether the payload may be the kernel's root, who may write to what is here
 * without any capability and from any user namespace (proc_sys_permission()):
 * core_pattern names a program that the kernel runs outside. No look at who may
 * write tells that: nobody may write to the directories, and we are not yet who
 * the payload is. What is another's own in `sys`, his network's, is left to him,
 * as bubblewrap leaves all of it to all.
 */
function mayBeRoots(sandbox: Sandbox, proc: i32): bool {
  if (sandbox.isRoots) return true;
  // Root's files: in a user namespace that has root, by whatever number, they are somebody's.
  const status = statusOf(proc);
  return status == null || status.uid != UNMAPPED || linux.getuid() == UNMAPPED;
}

/** Makes a part read-only, where there is one. */
function cover(mount: i32, name: usize): void {
  const tree = copyTree(mount, host.addressOf(name));
  if (tree == -Errno.ENOENT) return;
  must(tree, words("Can't cover /proc/"), host.addressOf(name));
  const attributes = ATTRIBUTES | Attribute.READ_ONLY;
  must(restrict(tree, attributes, AT_RECURSIVE), words("Can't cover /proc/"), host.addressOf(name));
  must(attachIn(tree, mount, name), words("Can't cover /proc/"), host.addressOf(name));
  linux.close(tree);
}
