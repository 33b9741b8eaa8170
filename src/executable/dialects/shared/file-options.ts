import { Attribute } from "../../linux/mount-flags";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Plan } from "../../plan/plan";
import { Sandbox } from "../../plan/sandbox";
import { parseOctal, parseWhole } from "../../support/numbers";
import { OptionReader } from "./option-reader";
import { descriptor, Option } from "./sandbox-options";

// What the next operation is given.
let nextMode: i32 = -1;
let nextSize: u64 = 0;

/** After the option that was read last: what it was to be combined with has to have been with it. */
export function checkModifiers(options: OptionReader, plan: Plan): void {
  if (options.option == "--perms" || options.option == "--size") return;
  if (nextMode >= 0)
    options.refuse(options.messages.fatal().text("--perms must be followed by an option that creates a file"));
  if (nextSize != 0) options.refuse(options.messages.fatal().text("--size must be followed by --tmpfs"));
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

/** Layers that no overlay follows would be left out without a word. */
export function refuseLoneSource(options: OptionReader): void {
  options.refuse(
    options.messages
      .fatal()
      .text(
        "--overlay-src must be followed by another --overlay-src or one of --overlay, --tmp-overlay, or --ro-overlay",
      ),
  );
}

/** Takes an operation on the files of the new root. */
export function takeOperation(option: Option, options: OptionReader, sandbox: Sandbox): void {
  const operation = new FileOperation(kindOf(option), options.option);
  takePlaces(option, options, operation);
  const attributes = attributesOf(option);
  operation.attributes = <u64>attributes;
  operation.mayBeMissing = option == Option.BIND_TRY || option == Option.DEV_BIND_TRY || option == Option.RO_BIND_TRY;
  takeMode(option, options, operation);
  if (option == Option.DEV) sandbox.needsDevpts = true;
  if (option == Option.OVERLAY || option == Option.TMP_OVERLAY) checkSources(options, sandbox, 1);
  if (option == Option.RO_OVERLAY) checkSources(options, sandbox, 2);
  const isOverlay = operation.kind >= Operation.OVERLAY_SOURCE && operation.kind <= Operation.READ_ONLY_OVERLAY;
  if (sandbox.lastSources > 0 && !isOverlay) refuseLoneSource(options);
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

/** Takes what the next operation is given. */
export function takeModifier(option: Option, options: OptionReader): void {
  if (option == Option.PERMS) {
    if (nextMode >= 0) options.refuse(options.messages.fatal().text("--perms given twice for the same action"));
    nextMode = octal(options);
    return;
  }
  if (nextSize != 0) options.refuse(options.messages.fatal().text("--size given twice for the same action"));
  const text = options.value();
  const size = parseWhole(text, i64.MAX_VALUE);
  if (size <= 0) options.refuse(options.isNot(text).text("a size; give a number of bytes above 0"));
  nextSize = <u64>size;
}

/** An overlay is made of the sources directly before it. */
function checkSources(options: OptionReader, sandbox: Sandbox, least: i32): void {
  if (sandbox.lastSources >= least) return;
  const line = options.messages.fatal().text(options.option).text(" requires at least ");
  options.refuse(line.text(least == 1 ? "one" : "two").text(" --overlay-src"));
}

function octal(options: OptionReader): i32 {
  const text = options.value();
  const mode = parseOctal(text, 0o7777);
  if (mode < 0) options.refuse(options.isNot(text).text("a mode; give octal digits, as 0755"));
  return mode;
}
