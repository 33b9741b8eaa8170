import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import * as linux from "../../linux/linux";
import { FileOperation, Operation } from "../../plan/file-operation";
import { Plan } from "../../plan/plan";
import { putErrno } from "../../report/errno-phrases";
import { Messages, refuse } from "../../report/messages";
import { reasonOnTheWay } from "../../report/path-errno";
import { StatusLines } from "../../report/status-lines";
import { beyond, bubblewrapsWords, copyPath, Named, putBubblewraps, putOurs } from "../../report/wording";
import { terminated } from "../../support/bytes";
import { Line } from "../../support/line";
import { putAdvice, putNamespaceAdvice } from "./advice";

/** What this process is doing, and whom it is told when that fails. */
class CurrentStage {
  /** What is carried out; null between the operations. */
  operation: FileOperation | null = null;
  // What the event about the failure says besides.
  failedPath: u64 = 0;
  failedErrno: i32 = 0;

  constructor(
    readonly messages: Messages,
    readonly status: StatusLines,
    readonly name: usize,
  ) {}
}

/** Whether `failure` says what can be done. */
let advises: bool = true;

/** The one of this process. */
let stage: CurrentStage | null = null;

/** Says who we are when something fails. */
export function beginStage(plan: Plan, name: usize): void {
  stage = new CurrentStage(plan.messages, new StatusLines(plan.messages, plan.statusFile), name);
}

/** Begins an operation; null ends it. */
export function workOn(operation: FileOperation | null): void {
  stage!.operation = operation;
}

/** Puts a path of the process's own memory into a message. */
export function putPath(line: Line, address: u64): Line {
  stage!.failedPath = address;
  return line.outsideBytes(copyPath(address));
}

/** Puts the kernel's word into a message, and what can be done about it where that is known; `isOfFiles`: as `putAdvice` has it. */
export function putReason(line: Line, errno: i32, isOfFiles: bool = true): Line {
  stage!.failedErrno = errno;
  return putAdvice(putErrno(line, errno), errno, isOfFiles);
}

/**
 * Begins the message about a failure; `text` is as wording.ts has it, and our
 * words are followed by `path`, if there is one. The kernel's word is in it, and
 * what can be done about it where that is known.
 */
export function failure(text: usize, path: u64, errno: i32): Line {
  const line = problem();
  const words = bubblewrapsWords(text, errno);
  let isWhole: bool = false;
  if (words != 0) isWhole = putBubblewraps(line, words, nameAll(path));
  else {
    putOurs(line, text);
    if (path != 0) putPath(line.text(" "), path);
  }
  stage!.failedPath = path;
  if (!isWhole) return putReason(line.text(": "), errno, !advises || isOfFiles(path, errno));
  stage!.failedErrno = errno;
  return line;
}

/** What names a path may fail for that; and what only its owner may do fails in the same way as what takes a capability. */
function isOfFiles(path: u64, errno: i32): bool {
  const operation = stage!.operation;
  return path != 0 && (errno != Errno.EPERM || (operation != null && operation.kind == Operation.CHANGE_MODE));
}

function nameAll(path: u64): Named {
  const named = new Named();
  named.subject = path;
  const operation = stage!.operation;
  if (operation != null) {
    named.option = host.addressOf(terminated(operation.option) + 2);
    named.source = operation.source;
    named.target = operation.target;
  }
  return named;
}

/** Begins the message that ends the stage. */
export function problem(): Line {
  const current = stage!;
  current.failedPath = 0;
  current.failedErrno = 0;
  return current.messages.step(current.name, optionOf(current));
}

function optionOf(current: CurrentStage): string {
  const operation = current.operation;
  return operation == null ? "" : operation.option;
}

/** Ends the message and the stage. */
export function giveUp(line: Line): void {
  tell();
  refuse(stage!.messages, line);
}

/** For programs: which step it was. */
export function tell(): void {
  const current = stage!;
  const event = current.status.event(bytes("set-up-failed")).bytes(bytes("stage"), current.name);
  const option = optionOf(current);
  if (option.length != 0) event.bytes(bytes("option"), terminated(option));
  if (current.failedPath != 0) event.bytes(bytes("path"), copyPath(current.failedPath));
  if (current.failedErrno != 0) event.number(bytes("errno"), current.failedErrno);
  event.end();
}

/** Ends the stage unless `result` is a success; `text` and `path` are those of `failure`. Returns the result. */
export function must(result: i32, text: usize, path: u64 = 0): i32 {
  if (result < 0) giveUp(failure(text, path, -result));
  return result;
}

/** The same about a path of the caller's, of which it is said where on the way it is. */
export function mustFind(result: i32, text: usize, path: u64): i32 {
  if (result >= 0) return result;
  const line = failure(text, path, -result);
  const known = reasonOnTheWay(copyPath(path), -result);
  giveUp(known.isEmpty ? line : beyond(line).packed(known.text).outsideBytes(known.detail));
  return result;
}

/** The same; `advice`, packed, is what is known where the reason is `errno`. */
export function mustBut(errno: i32, advice: usize, result: i32, text: usize, path: u64 = 0): i32 {
  if (-result == errno) giveUp(beyond(failure(text, path, errno)).packed(advice));
  return must(result, text, path);
}

/** Begins the message about a failure of which more is known where it has come about. */
export function knownFailure(text: usize, errno: i32): Line {
  advises = false;
  return failure(text, 0, errno);
}

/** Begins the message that says why these namespaces were not made. */
export function notMade(wanted: i32, text: usize, errno: i32): Line {
  return putNamespaceAdvice(knownFailure(text, errno), errno, wanted);
}

/** Makes these namespaces, or ends the stage. */
export function mustUnshare(wanted: i32, text: usize): void {
  const result = linux.unshare(wanted);
  if (result < 0) giveUp(notMade(wanted, text, -result));
}
