/** Landlock (landlock(7)): a process gives up rights to files and to the network for itself and all that it starts. */

import { Errno } from "../linux/errno";
import { AT_FDCWD, Open } from "../linux/flags";
import {
  CREATE_RULESET_VERSION,
  FILE_RIGHTS_1,
  FILE_RIGHTS_2,
  FILE_RIGHTS_3,
  FILE_RIGHTS_5,
  FILE_RIGHTS_9,
  FileRight,
  PathRule,
  PortRule,
  RESTRICT_SELF_LOG_NEW_EXEC_ON,
  RULE_SIZE,
  RULESET_ATTRIBUTES_SIZE,
  RulesetAttributes,
  RuleType,
  TcpRight,
} from "../linux/landlock";
import * as linux from "../linux/linux";
import { Landlock, LandlockRule } from "../plan/landlock";
import { putErrno } from "../report/errno-phrases";
import { Messages, refuse, say } from "../report/messages";
import { putPathErrno } from "../report/path-errno";
import { terminated } from "../support/bytes";
import { staticBuffer } from "../support/static-buffers";

/** What a file that is no directory can be given. */
const OF_FILES: u64 =
  FileRight.EXECUTE |
  FileRight.WRITE_FILE |
  FileRight.READ_FILE |
  FileRight.TRUNCATE |
  FileRight.DEVICE_IOCTL |
  FileRight.RESOLVE_UNIX;
/** What `--landlock-ro` and its like allow. A program that may write a file may not execute it, unless both are asked for. */
export const READING: u64 = FileRight.READ_FILE | FileRight.READ_DIRECTORY;
export const EXECUTION: u64 = READING | FileRight.EXECUTE;
export const WRITING: u64 =
  FILE_RIGHTS_9 & ~(FileRight.EXECUTE | FileRight.MAKE_CHARACTER_DEVICE | FileRight.MAKE_BLOCK_DEVICE);

/** The first version of the interface that knows each. */
const WITH_REFER: i32 = 2;
const WITH_TRUNCATE: i32 = 3;
const WITH_TCP: i32 = 4;
const WITH_DEVICE_IOCTL: i32 = 5;
const WITH_SCOPES: i32 = 6;
const WITH_LOG: i32 = 7;
const WITH_RESOLVE_UNIX: i32 = 9;

const attributes = staticBuffer(RULESET_ATTRIBUTES_SIZE);
const rule = staticBuffer(RULE_SIZE);

/**
 * Makes the ruleset; paths are those of the sandbox that we are in. Returns
 * its descriptor, or -1 when there is nothing to restrict. Ends the process
 * where that is not possible, after saying why.
 */
export function makeRuleset(landlock: Landlock, messages: Messages): i32 {
  if (!landlock.isWanted) return -1;
  const version = linux.landlock_create_ruleset(0, 0, CREATE_RULESET_VERSION);
  if (version < 0 && landlock.mayBeMissing && !landlock.isStrict) {
    say(
      messages
        .warning()
        .text("this kernel has no Landlock: the command can open files behind its standard streams anew"),
    );
    return -1;
  }
  if (version < 0) refuseKernel(messages, -version);
  tellLimits(landlock, version, messages);
  const handled = changetype<RulesetAttributes>(attributes);
  handled.files = landlock.handlesFiles ? fileRights(version) : 0;
  handled.tcp = landlock.handlesTcp && version >= WITH_TCP ? TcpRight.BIND | TcpRight.CONNECT : 0;
  handled.scopes = version >= WITH_SCOPES ? landlock.scopes : 0;
  if (version < WITH_LOG) landlock.isLogged = false;
  // All that was asked for is beyond the kernel, and it takes no ruleset without a right.
  if ((handled.files | handled.tcp | handled.scopes) == 0) return -1;
  const ruleset = linux.landlock_create_ruleset(attributes, RULESET_ATTRIBUTES_SIZE, 0);
  if (ruleset < 0) refuseKernel(messages, -ruleset);
  addRules(ruleset, landlock, messages);
  return ruleset;
}

/** Says once what the kernel's version cannot do of what is asked for. */
function tellLimits(landlock: Landlock, version: i32, messages: Messages): void {
  const line = landlock.isStrict ? messages.fatal() : messages.warning();
  line.text("this kernel's Landlock, of version ").number(version).text(", cannot");
  const start = line.length;
  if (landlock.handlesFiles && version < WITH_REFER) line.text(" allow moves between directories,");
  if (landlock.handlesFiles && version < WITH_TRUNCATE) line.text(" deny truncation,");
  if (landlock.handlesFiles && version < WITH_DEVICE_IOCTL) line.text(" deny ioctls on devices,");
  if (landlock.handlesTcp && version < WITH_TCP) line.text(" deny TCP,");
  if (landlock.scopes != 0 && version < WITH_SCOPES) line.text(" keep to a scope,");
  if (landlock.isLogged && version < WITH_LOG) line.text(" log what it refuses,");
  if (line.length == start) line.clear();
  else if (landlock.isStrict) refuse(messages, line.text(" as --landlock-strict demands"));
  else say(line.text(" but does the rest"));
}

/** All rights to files that the kernel knows. */
function fileRights(version: i32): u64 {
  if (version >= WITH_RESOLVE_UNIX) return FILE_RIGHTS_9;
  if (version >= WITH_DEVICE_IOCTL) return FILE_RIGHTS_5;
  if (version >= WITH_TRUNCATE) return FILE_RIGHTS_3;
  return version >= WITH_REFER ? FILE_RIGHTS_2 : FILE_RIGHTS_1;
}

/** Puts the ruleset into force for this process. Returns 0, or `-errno`. */
export function restrictBy(ruleset: i32, landlock: Landlock): i32 {
  return linux.landlock_restrict_self(ruleset, landlock.isLogged ? RESTRICT_SELF_LOG_NEW_EXEC_ON : 0);
}

function refuseKernel(messages: Messages, errno: i32): void {
  const line = messages.fatal().text("Landlock: ");
  if (errno == Errno.EOPNOTSUPP) line.text("it is not switched on");
  else putErrno(line, errno);
  line.text("; the kernel needs CONFIG_SECURITY_LANDLOCK and landlock in its list lsm=");
  refuse(messages, line.text(", and no seccomp profile may deny landlock_create_ruleset(2)"));
}

/** In the order of the options, of which there may be more than a stack holds calls. */
function addRules(ruleset: i32, landlock: Landlock, messages: Messages): void {
  let next = landlock.rules;
  // The first one, each leading to the one after it.
  let first: LandlockRule | null = null;
  while (next != null) {
    const current: LandlockRule = next;
    next = current.previous;
    current.previous = first;
    first = current;
  }
  landlock.rules = first;
  while (first != null) {
    addRule(ruleset, first, messages);
    first = first.previous;
  }
}

function addRule(ruleset: i32, wanted: LandlockRule, messages: Messages): void {
  const result = wanted.type == RuleType.PATH ? addPath(ruleset, wanted) : addPort(ruleset, wanted);
  if (result >= 0 || wanted.mayFail || (result == -Errno.ENOENT && wanted.mayBeMissing)) return;
  const line = messages.fatal().text(wanted.option).text(" ").outside(wanted.value).text(": ");
  refuse(messages, putPathErrno(line, terminated(wanted.value), -result));
}

function addPath(ruleset: i32, wanted: LandlockRule): i32 {
  const file = linux.openat(AT_FDCWD, terminated(wanted.value), Open.PATH | Open.CLOSE_ON_EXEC, 0);
  if (file < 0) return file;
  const path = changetype<PathRule>(rule);
  path.rights = wanted.rights & changetype<RulesetAttributes>(attributes).files;
  path.file = file;
  let result = linux.landlock_add_rule(ruleset, RuleType.PATH, rule, 0);
  // The kernel refuses a directory's rights for what is none.
  if (result < 0) {
    path.rights &= OF_FILES;
    result = linux.landlock_add_rule(ruleset, RuleType.PATH, rule, 0);
  }
  linux.close(file);
  return result;
}

function addPort(ruleset: i32, wanted: LandlockRule): i32 {
  const port = changetype<PortRule>(rule);
  port.rights = wanted.rights & changetype<RulesetAttributes>(attributes).tcp;
  port.port = wanted.port;
  return port.rights == 0 ? 0 : linux.landlock_add_rule(ruleset, RuleType.PORT, rule, 0);
}
