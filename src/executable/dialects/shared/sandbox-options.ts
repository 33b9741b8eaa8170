import { Namespace } from "../../linux/flags";
import { Signal } from "../../linux/signals";
import { Plan } from "../../plan/plan";
import { LockFile, Sandbox } from "../../plan/sandbox";
import { parseWhole } from "../../support/numbers";
import { indexOfWord } from "../../support/word-list";
import { takeArguments } from "./argument-file";
import { takeModifier, takeOperation } from "./file-options";
import { takeAddedCapability } from "./init-options";
import { OptionReader } from "./option-reader";

const LARGEST_DESCRIPTOR: i64 = 0x7fff_ffff;
const LARGEST_ID: i64 = 0xffff_fffe;

/** The options, in the order of their names below: bubblewrap's, and those that go beyond. */
export enum Option {
  // Of these a sandbox is none
  ARGS,
  ARGV0,
  CAP_ADD,
  DIE_WITH_PARENT,
  KEEP_FD,

  UNSHARE_ALL,
  SHARE_NET,
  UNSHARE_USER,
  UNSHARE_USER_TRY,
  UNSHARE_IPC,
  UNSHARE_PID,
  UNSHARE_NET,
  UNSHARE_UTS,
  UNSHARE_CGROUP,
  UNSHARE_CGROUP_TRY,
  USERNS,
  USERNS2,
  PIDNS,
  DISABLE_USERNS,
  ASSERT_USERNS_DISABLED,
  UID,
  GID,
  HOSTNAME,
  DOMAINNAME,
  EXEC_LABEL,
  FILE_LABEL,
  LOCK_FILE,
  SYNC_FD,
  BLOCK_FD,
  USERNS_BLOCK_FD,
  INFO_FD,
  NEW_SESSION,
  AS_PID_1,
  BIND,
  BIND_TRY,
  DEV_BIND,
  DEV_BIND_TRY,
  RO_BIND,
  RO_BIND_TRY,
  BIND_FD,
  RO_BIND_FD,
  REMOUNT_RO,
  OVERLAY_SRC,
  OVERLAY,
  TMP_OVERLAY,
  RO_OVERLAY,
  PROC,
  DEV,
  TMPFS,
  MQUEUE,
  DIR,
  FILE,
  BIND_DATA,
  RO_BIND_DATA,
  SYMLINK,
  CHMOD,
  PERMS,
  SIZE,
}

const names: usize = wordList(
  "args,argv0,cap-add,die-with-parent,keep-fd,unshare-all,share-net,unshare-user,unshare-user-try,unshare-ipc,unshare-pid,unshare-net,unshare-uts,unshare-cgroup,unshare-cgroup-try,userns,userns2,pidns,disable-userns,assert-userns-disabled,uid,gid,hostname,domainname,exec-label,file-label,lock-file,sync-fd,block-fd,userns-block-fd,info-fd,new-session,as-pid-1,bind,bind-try,dev-bind,dev-bind-try,ro-bind,ro-bind-try,bind-fd,ro-bind-fd,remount-ro,overlay-src,overlay,tmp-overlay,ro-overlay,proc,dev,tmpfs,mqueue,dir,file,bind-data,ro-bind-data,symlink,chmod,perms,size",
);

/** Takes the option that was read last into the plan's sandbox. False when it is none of the sandbox's. */
export function takeSandboxOption(options: OptionReader, plan: Plan): bool {
  if (!options.option.startsWith("--")) return false;
  const option: Option = indexOfWord(names, options.option, 2);
  if (<i32>option < 0) return false;
  if (option < Option.UNSHARE_ALL) {
    takeWithoutSandbox(option, options, plan);
    return true;
  }
  let sandbox = plan.sandbox;
  if (sandbox == null) {
    sandbox = new Sandbox();
    plan.sandbox = sandbox;
  }
  if (option == Option.PERMS || option == Option.SIZE) takeModifier(option, options);
  else if (option >= Option.BIND) takeOperation(option, options, sandbox);
  else if (option <= Option.UNSHARE_CGROUP_TRY) takeNamespace(option, sandbox);
  else takeSetting(option, options, sandbox);
  return true;
}

function takeWithoutSandbox(option: Option, options: OptionReader, plan: Plan): void {
  switch (option) {
    case Option.ARGS:
      takeArguments(options, descriptor(options));
      break;
    case Option.ARGV0:
      if (plan.zerothArgument != 0) options.refuse(options.problem().text("it can be given only once"));
      plan.zerothArgument = options.address();
      break;
    case Option.CAP_ADD:
      takeAddedCapability(options, plan);
      break;
    case Option.DIE_WITH_PARENT:
      plan.parentDeathSignal = Signal.KILL;
      break;
    default:
      takeKept(options, plan);
      break;
  }
}

function takeKept(options: OptionReader, plan: Plan): void {
  if (!plan.payloadDescriptors.add(descriptor(options)))
    options.refuse(options.problem().text("there are too many of them"));
}

function takeNamespace(option: Option, sandbox: Sandbox): void {
  switch (option) {
    case Option.UNSHARE_ALL:
      sandbox.namespaces |= Namespace.IPC | Namespace.PID | Namespace.NETWORK | Namespace.UTS;
      sandbox.tried |= Namespace.USER | Namespace.CGROUP;
      break;
    case Option.SHARE_NET:
      sandbox.namespaces &= ~Namespace.NETWORK;
      break;
    case Option.UNSHARE_USER:
      sandbox.namespaces |= Namespace.USER;
      break;
    case Option.UNSHARE_USER_TRY:
      sandbox.tried |= Namespace.USER;
      break;
    case Option.UNSHARE_IPC:
      sandbox.namespaces |= Namespace.IPC;
      break;
    case Option.UNSHARE_PID:
      sandbox.namespaces |= Namespace.PID;
      break;
    case Option.UNSHARE_NET:
      sandbox.namespaces |= Namespace.NETWORK;
      break;
    case Option.UNSHARE_UTS:
      sandbox.namespaces |= Namespace.UTS;
      break;
    case Option.UNSHARE_CGROUP:
      sandbox.namespaces |= Namespace.CGROUP;
      break;
    default:
      sandbox.tried |= Namespace.CGROUP;
      break;
  }
}

function takeSetting(option: Option, options: OptionReader, sandbox: Sandbox): void {
  switch (option) {
    case Option.USERNS:
      sandbox.userNamespace = later(options, sandbox.userNamespace);
      break;
    case Option.USERNS2:
      sandbox.secondUserNamespace = later(options, sandbox.secondUserNamespace);
      break;
    case Option.PIDNS:
      sandbox.pidNamespace = later(options, sandbox.pidNamespace);
      break;
    case Option.DISABLE_USERNS:
      sandbox.disablesUserNamespaces = true;
      break;
    case Option.ASSERT_USERNS_DISABLED:
      sandbox.assertsUserNamespacesDisabled = true;
      break;
    case Option.UID:
      if (sandbox.uid >= 0) options.givenAgain();
      sandbox.uid = number(options, LARGEST_ID);
      break;
    case Option.GID:
      if (sandbox.gid >= 0) options.givenAgain();
      sandbox.gid = number(options, LARGEST_ID);
      break;
    case Option.HOSTNAME:
      if (sandbox.hostName != 0) options.givenAgain();
      sandbox.hostName = options.address();
      break;
    case Option.DOMAINNAME:
      sandbox.domainName = options.address();
      break;
    case Option.EXEC_LABEL:
      if (sandbox.execLabel != 0) options.givenAgain();
      sandbox.execLabel = options.address();
      break;
    case Option.FILE_LABEL:
      if (sandbox.fileLabel != 0) options.givenAgain();
      sandbox.fileLabel = options.address();
      break;
    case Option.LOCK_FILE:
      sandbox.locks = new LockFile(sandbox.locks, options.address());
      break;
    case Option.SYNC_FD:
      sandbox.syncFile = later(options, sandbox.syncFile);
      break;
    case Option.BLOCK_FD:
      sandbox.blockFile = later(options, sandbox.blockFile);
      break;
    case Option.USERNS_BLOCK_FD:
      sandbox.userBlockFile = later(options, sandbox.userBlockFile);
      break;
    case Option.INFO_FD:
      sandbox.infoFile = later(options, sandbox.infoFile);
      break;
    case Option.NEW_SESSION:
      sandbox.newSession = true;
      break;
    default:
      sandbox.asPid1 = true;
      break;
  }
}

/** A descriptor in place of an earlier one. */
function later(options: OptionReader, earlier: i32): i32 {
  if (earlier >= 0) options.givenAgain();
  return descriptor(options);
}

export function descriptor(options: OptionReader): i32 {
  return <i32>number(options, LARGEST_DESCRIPTOR);
}

function number(options: OptionReader, maximum: i64): i64 {
  const text = options.value();
  const value = parseWhole(text, maximum);
  if (value < 0) options.refuse(options.isNot(text).text("a number that it takes; give 0 to ").number(maximum));
  return value;
}
