import * as host from "../../host/host";
import { Attribute } from "../../linux/mount-flags";
import { Option } from "../../options/option";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { stringFrom } from "../../support/bytes";
import { parseWhole } from "../../support/numbers";
import { NO_MODE, OptionReader } from "./option-reader";
import { descriptor, mode } from "./values";

const dashes = bytes("--");

/** After the option that was read last: what it was to be combined with has to have been with it. */
export function checkModifiers(options: OptionReader, plan: Plan): void {
  if (options.id == Option.PERMS || options.id == Option.SIZE) return;
  if (options.nextMode != NO_MODE)
    options.refuse(options.messages.fatal().text("--perms must be followed by an option that creates a file"));
  if (options.nextSize != 0) options.refuse(options.messages.fatal().text("--size must be followed by --tmpfs"));
  const sandbox = plan.sandbox;
  if (options.id == Option.OVERLAY_SRC || sandbox == null) return;
  const last = sandbox.lastOperation;
  if (last != null && last.kind == Operation.OVERLAY_SOURCE) refuseLoneSource(options);
}

/** Layers that no overlay follows would be left out without a word. */
function refuseLoneSource(options: OptionReader): void {
  options.refuse(
    options.messages
      .fatal()
      .text(
        "--overlay-src must be followed by another --overlay-src or one of --overlay, --tmp-overlay, or --ro-overlay",
      ),
  );
}

/** Takes an option about the files of the new root. False when it is another. */
export function takeFileOption(option: Option, options: OptionReader, plan: Plan): bool {
  switch (option) {
    case Option.PERMS:
      takeNextMode(options);
      break;
    case Option.SIZE:
      takeNextSize(options);
      break;
    default: {
      const kind = kindOf(option);
      if (kind < 0) return false;
      takeOperation(option, kind, options, plan.askedSandbox);
      return true;
    }
  }
  return true;
}

function takeOperation(option: Option, kind: Operation, options: OptionReader, sandbox: Sandbox): void {
  const operation = new FileOperation(kind, options.option);
  takePlaces(options, operation);
  operation.attributes = attributesOf(option);
  operation.mayBeMissing = option == Option.BIND_TRY || option == Option.DEV_BIND_TRY || option == Option.RO_BIND_TRY;
  takeMode(options, operation);
  if (kind == Operation.DEVICES) sandbox.needsDevpts = true;
  if (kind == Operation.OVERLAY || kind == Operation.TEMPORARY_OVERLAY) checkSources(options, sandbox, 1);
  if (kind == Operation.READ_ONLY_OVERLAY) checkSources(options, sandbox, 2);
  const isOverlay = kind >= Operation.OVERLAY_SOURCE && kind <= Operation.READ_ONLY_OVERLAY;
  if (sandbox.lastSources > 0 && !isOverlay) refuseLoneSource(options);
  sandbox.add(operation);
}

/** The `Operation`; -1 for an option that is about no file. */
function kindOf(option: Option): i32 {
  switch (option) {
    case Option.BIND:
    case Option.BIND_TRY:
    case Option.DEV_BIND:
    case Option.DEV_BIND_TRY:
    case Option.RO_BIND:
    case Option.RO_BIND_TRY:
      return Operation.BIND;
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
    case Option.MASK:
      return Operation.MASK;
    case Option.READ_ONLY_PATH:
      return Operation.READ_ONLY_PATH;
    case Option.NOEXEC:
      return Operation.NO_EXECUTION;
    case Option.SYSFS:
      return Operation.SYSTEM_FILES;
    case Option.CGROUP:
      return Operation.CONTROL_GROUPS;
    default:
      return -1;
  }
}

/** The option's values, in the order in which they stand. */
/** Nobody would say that it is not there: `--mask .env`, meant for the working directory, left it to be read. */
function checkIsAbsolute(options: OptionReader, operation: FileOperation): void {
  const path = stringFrom(operation.target);
  if (!path.startsWith("/")) options.refuseValueOf(path, words('an absolute path; give it as in "$PWD/.env"'));
}

function takePlaces(options: OptionReader, operation: FileOperation): void {
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
      operation.mode = mode(options);
      break;
    default:
      break;
  }
  operation.target = options.address();
  if (options.isReins && isOption(operation.target)) {
    const line = options.problem().text("needs a place before ").outside(stringFrom(operation.target));
    options.refuse(line.text(", which is none; a path that begins so is ./--NAME"));
  }
  if (operation.kind == Operation.MASK || operation.kind == Operation.READ_ONLY_PATH)
    checkIsAbsolute(options, operation);
}

/** With a word too few the next option would be the place, or the `--` behind all of them, and nothing be where it was wanted. */
function isOption(place: u64): bool {
  return host.startsWith(place, dashes, 2) != 0;
}

function attributesOf(option: Option): u64 {
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

/** `--perms` and `--size` are about the next file that is made. */
function takeMode(options: OptionReader, operation: FileOperation): void {
  switch (operation.kind) {
    case Operation.TEMPORARY:
      operation.size = options.nextSize;
      // An empty file takes nothing of that, and a kilobyte of the kernel's memory. bubblewrap does not count them.
      operation.countsFiles = options.isReins && operation.size != 0;
      options.nextSize = 0;
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
      // What has no mode has the mode 0 in bubblewrap, which closes the directories on the way to it.
      if (!options.isReins && operation.mode < 0) operation.mode = 0;
      return;
  }
  if (options.nextMode != NO_MODE) operation.mode = options.nextMode;
  options.nextMode = NO_MODE;
}

function takeNextMode(options: OptionReader): void {
  if (options.nextMode != NO_MODE)
    options.refuse(options.messages.fatal().text("--perms given twice for the same action"));
  options.nextMode = mode(options);
}

function takeNextSize(options: OptionReader): void {
  if (options.nextSize != 0) options.refuse(options.messages.fatal().text("--size given twice for the same action"));
  const text = options.value();
  const size = parseWhole(text, i64.MAX_VALUE);
  if (size <= 0)
    options.refuseValueOf(text, words("a size; give a number of bytes above 0|--@ takes a non-zero number of bytes"));
  options.nextSize = <u64>size;
}

/** An overlay is made of the sources directly before it. */
function checkSources(options: OptionReader, sandbox: Sandbox, least: i32): void {
  if (sandbox.lastSources >= least) return;
  const line = options.messages.fatal().text(options.option).text(" requires at least ");
  options.refuse(line.text(least == 1 ? "one" : "two").text(" --overlay-src"));
}
