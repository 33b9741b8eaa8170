import { Namespace } from "../linux/flags";
import * as host from "../linux/host";
import { Attribute } from "../linux/mount-flags";
import { Signal } from "../linux/signals";
import { Plan } from "../plan";
import { FileOperation, LockFile, Operation, Sandbox } from "../sandbox/sandbox";
import { terminated } from "../support/bytes";
import { parseOctal, parseWhole } from "../support/numbers";
import { indexOfWord } from "../support/word-list";
import { takeArguments } from "./argument-file";
import { OptionReader } from "./option-reader";
import { takeAddedCapability } from "./rein-options";

const LARGEST_DESCRIPTOR: i64 = 0x7fff_ffff;
const LARGEST_ID: i64 = 0xffff_fffe;

/** The options, in the order of their names below: bubblewrap's, and those that go beyond. */
enum Option {
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

const names: usize = bytes(
  "args,argv0,cap-add,die-with-parent,keep-fd,unshare-all,share-net,unshare-user,unshare-user-try,unshare-ipc,unshare-pid,unshare-net,unshare-uts,unshare-cgroup,unshare-cgroup-try,userns,userns2,pidns,disable-userns,assert-userns-disabled,uid,gid,hostname,domainname,lock-file,sync-fd,block-fd,userns-block-fd,info-fd,new-session,as-pid-1,bind,bind-try,dev-bind,dev-bind-try,ro-bind,ro-bind-try,bind-fd,ro-bind-fd,remount-ro,overlay-src,overlay,tmp-overlay,ro-overlay,proc,dev,tmpfs,mqueue,dir,file,bind-data,ro-bind-data,symlink,chmod,perms,size",
);

// What the next operation is given.
let nextMode: i32 = -1;
let nextSize: u64 = 0;

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
      plan.zerothArgument = host.addressOf(terminated(options.value()));
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
  if (!plan.payloadsFiles.add(descriptor(options)))
    options.refuse(options.problem().text("there are too many of them"));
}

/** After the option that was read last: what it was to be combined with has to have been with it. */
export function checkModifiers(options: OptionReader, plan: Plan): void {
  if (options.option == "--perms" || options.option == "--size") return;
  if (nextMode >= 0)
    options.refuse(options.voice.fatal().text("--perms must be followed by an option that creates a file"));
  if (nextSize != 0) options.refuse(options.voice.fatal().text("--size must be followed by --tmpfs"));
  const sandbox = plan.sandbox;
  if (options.option == "--overlay-src" || sandbox == null) return;
  const last = sandbox.lastOperation;
  if (last != null && last.kind == Operation.OVERLAY_SOURCE) refuseLoneSource(options);
}

/** At the end of the options. */
export function checkLastModifiers(options: OptionReader, plan: Plan): void {
  options.option = "";
  checkModifiers(options, plan);
}

function refuseLoneSource(options: OptionReader): void {
  options.refuse(
    options.voice
      .fatal()
      .text(
        "--overlay-src must be followed by another --overlay-src or one of --overlay, --tmp-overlay, or --ro-overlay",
      ),
  );
}

function takeNamespace(option: Option, sandbox: Sandbox): void {
  switch (option) {
    case Option.UNSHARE_ALL:
      sandbox.namespaces |= Namespace.IPC | Namespace.PID | Namespace.NETWORK | Namespace.UTS;
      sandbox.triesUser = true;
      sandbox.triesCgroup = true;
      sandbox.unsharesAll = true;
      break;
    case Option.SHARE_NET:
      sandbox.sharesNetwork = true;
      break;
    case Option.UNSHARE_USER:
      sandbox.namespaces |= Namespace.USER;
      break;
    case Option.UNSHARE_USER_TRY:
      sandbox.triesUser = true;
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
      sandbox.triesCgroup = true;
      break;
  }
}

function takeSetting(option: Option, options: OptionReader, sandbox: Sandbox): void {
  switch (option) {
    case Option.USERNS:
      sandbox.userNamespace = descriptor(options);
      break;
    case Option.USERNS2:
      sandbox.secondUserNamespace = descriptor(options);
      break;
    case Option.PIDNS:
      sandbox.pidNamespace = descriptor(options);
      break;
    case Option.DISABLE_USERNS:
      sandbox.disablesUserNamespaces = true;
      break;
    case Option.ASSERT_USERNS_DISABLED:
      sandbox.assertsUserNamespacesDisabled = true;
      break;
    case Option.UID:
      sandbox.uid = number(options, LARGEST_ID);
      break;
    case Option.GID:
      sandbox.gid = number(options, LARGEST_ID);
      break;
    case Option.HOSTNAME:
      sandbox.hostName = options.address();
      break;
    case Option.DOMAINNAME:
      sandbox.domainName = options.address();
      break;
    case Option.LOCK_FILE:
      sandbox.locks = new LockFile(sandbox.locks, options.address());
      break;
    case Option.SYNC_FD:
      sandbox.syncFile = descriptor(options);
      break;
    case Option.BLOCK_FD:
      sandbox.blockFile = descriptor(options);
      break;
    case Option.USERNS_BLOCK_FD:
      sandbox.userBlockFile = descriptor(options);
      break;
    case Option.INFO_FD:
      sandbox.infoFile = descriptor(options);
      break;
    case Option.NEW_SESSION:
      sandbox.newSession = true;
      break;
    default:
      sandbox.asPid1 = true;
      break;
  }
}

function takeOperation(option: Option, options: OptionReader, sandbox: Sandbox): void {
  const operation = new FileOperation(kindOf(option), options.option);
  takePlaces(option, options, operation);
  const attributes = attributesOf(option);
  operation.attributes = <u64>attributes;
  operation.mayBeMissing = option == Option.BIND_TRY || option == Option.DEV_BIND_TRY || option == Option.RO_BIND_TRY;
  takeMode(option, options, operation);
  if (option == Option.DEV) sandbox.needsDevpts = true;
  if (option == Option.OVERLAY || option == Option.TMP_OVERLAY) checkSources(options, sandbox, 1);
  if (option == Option.RO_OVERLAY) checkSources(options, sandbox, 2);
  if (option == Option.CHMOD && operation.mode < 0) unreachable();
  sandbox.add(operation);
}

function kindOf(option: Option): Operation {
  switch (option) {
    case Option.BIND_FD:
    case Option.RO_BIND_FD:
      return Operation.BIND_FILE;
    case Option.REMOUNT_RO:
      return Operation.REMOUNT_READ_ONLY;
    case Option.OVERLAY_SRC:
      return Operation.OVERLAY_SOURCE;
    case Option.OVERLAY:
      return Operation.OVERLAY;
    case Option.TMP_OVERLAY:
      return Operation.TEMPORARY_OVERLAY;
    case Option.RO_OVERLAY:
      return Operation.READ_ONLY_OVERLAY;
    case Option.PROC:
      return Operation.PROC;
    case Option.DEV:
      return Operation.DEVICES;
    case Option.TMPFS:
      return Operation.TEMPORARY;
    case Option.MQUEUE:
      return Operation.MESSAGE_QUEUES;
    case Option.DIR:
      return Operation.DIRECTORY;
    case Option.FILE:
      return Operation.FILE;
    case Option.BIND_DATA:
    case Option.RO_BIND_DATA:
      return Operation.DATA;
    case Option.SYMLINK:
      return Operation.LINK;
    case Option.CHMOD:
      return Operation.CHANGE_MODE;
    default:
      return Operation.BIND;
  }
}

/** The option's words, in the order in which they stand. */
function takePlaces(option: Option, options: OptionReader, operation: FileOperation): void {
  switch (operation.kind) {
    case Operation.BIND:
    case Operation.LINK:
      operation.source = options.address();
      break;
    case Operation.OVERLAY:
      operation.source = options.address();
      operation.work = options.address();
      break;
    case Operation.OVERLAY_SOURCE:
      operation.source = options.address();
      return;
    case Operation.BIND_FILE:
    case Operation.FILE:
    case Operation.DATA:
      operation.file = descriptor(options);
      break;
    case Operation.CHANGE_MODE:
      operation.mode = octal(options);
      break;
    default:
      break;
  }
  operation.target = options.address();
}

function attributesOf(option: Option): i32 {
  switch (option) {
    case Option.DEV_BIND:
    case Option.DEV_BIND_TRY:
      return Attribute.NO_SET_UID;
    case Option.RO_BIND:
    case Option.RO_BIND_TRY:
    case Option.RO_BIND_FD:
    case Option.RO_BIND_DATA:
      return Attribute.NO_SET_UID | Attribute.NO_DEVICES | Attribute.READ_ONLY;
    default:
      return Attribute.NO_SET_UID | Attribute.NO_DEVICES;
  }
}

function takeMode(option: Option, options: OptionReader, operation: FileOperation): void {
  switch (operation.kind) {
    case Operation.TEMPORARY:
      operation.size = nextSize;
      nextSize = 0;
      operation.mode = 0o755;
      break;
    case Operation.DIRECTORY:
      operation.mode = 0o755;
      break;
    case Operation.FILE:
      operation.mode = 0o666;
      break;
    case Operation.DATA:
      operation.mode = 0o600;
      break;
    default:
      return;
  }
  if (nextMode >= 0) operation.mode = nextMode;
  nextMode = -1;
}

function takeModifier(option: Option, options: OptionReader): void {
  if (option == Option.PERMS) {
    if (nextMode >= 0) options.refuse(options.voice.fatal().text("--perms given twice for the same action"));
    nextMode = octal(options);
    return;
  }
  if (nextSize != 0) options.refuse(options.voice.fatal().text("--size given twice for the same action"));
  const text = options.value();
  const size = parseWhole(text, i64.MAX_VALUE);
  if (size <= 0) options.refuse(options.isNot(text).text("a size; give a number of bytes above 0"));
  nextSize = <u64>size;
}

/** An overlay is made of the sources directly before it. */
function checkSources(options: OptionReader, sandbox: Sandbox, least: i32): void {
  if (sandbox.lastSources >= least) return;
  const line = options.voice.fatal().text(options.option).text(" requires at least ");
  options.refuse(line.text(least == 1 ? "one" : "two").text(" --overlay-src"));
}

function descriptor(options: OptionReader): i32 {
  return <i32>number(options, LARGEST_DESCRIPTOR);
}

function number(options: OptionReader, maximum: i64): i64 {
  const text = options.value();
  const value = parseWhole(text, maximum);
  if (value < 0) options.refuse(options.isNot(text).text("a number that it takes; give 0 to ").number(maximum));
  return value;
}

function octal(options: OptionReader): i32 {
  const text = options.value();
  const mode = parseOctal(text, 0o7777);
  if (mode < 0) options.refuse(options.isNot(text).text("a mode; give octal digits, as 0755"));
  return mode;
}
