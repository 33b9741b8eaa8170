import * as host from "../../host/host";
import { Plan } from "../../plan/plan";
import { putErrno } from "../../report/errno-phrases";
import { Messages, refuse } from "../../report/messages";
import { StatusLines } from "../../report/status-lines";
import { terminated } from "../../support/bytes";
import { Line } from "../../support/line";
import { staticBuffer } from "../../support/static-buffers";
import { putAdvice } from "./advice";

/** What of a path is shown. */
const LONGEST: i32 = 1000;
const shown = staticBuffer(LONGEST + 1);

/** What this process is doing, and whom it is told when that fails. */
class CurrentStage {
  /** The option that is carried out; empty between them. */
  option: string = "";
  // What the event about the failure says besides.
  failedPath: u64 = 0;
  failedErrno: i32 = 0;

  constructor(
    readonly messages: Messages,
    readonly status: StatusLines,
    readonly name: usize,
  ) {}
}

/** The one of this process. */
let stage: CurrentStage | null = null;

/** Says who we are when something fails. */
export function beginStage(plan: Plan, name: usize): void {
  stage = new CurrentStage(plan.messages, new StatusLines(plan.messages, plan.statusFile), name);
}

/** Begins an option's part of the work; an empty one ends it. */
export function workOn(option: string): void {
  stage!.option = option;
}

/** Puts a path of the process's own memory into a message. */
export function putPath(line: Line, address: u64): Line {
  stage!.failedPath = address;
  return line.outsideBytes(copyPath(address));
}

function copyPath(address: u64): usize {
  const size = min(host.length(address), LONGEST);
  host.copyIn(shown, address, size);
  store<u8>(shown + size, 0);
  return shown;
}

/** Puts the kernel's word into a message, and what can be done about it where that is known. */
export function putReason(line: Line, errno: i32): Line {
  stage!.failedErrno = errno;
  return putAdvice(putErrno(line, errno), errno);
}

/** Begins the message that ends the stage. */
export function problem(): Line {
  const current = stage!;
  current.failedPath = 0;
  current.failedErrno = 0;
  return current.messages.step(current.name, current.option);
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
  if (current.option.length != 0) event.bytes(bytes("option"), terminated(current.option));
  if (current.failedPath != 0) event.bytes(bytes("path"), copyPath(current.failedPath));
  if (current.failedErrno != 0) event.number(bytes("errno"), current.failedErrno);
  event.end();
}

/** Ends the stage unless `result` is a success; the message is `what`, the path and the kernel's word. Returns the result. */
export function must(result: i32, what: usize, path: u64 = 0): i32 {
  if (result >= 0) return result;
  const line = problem().bytes(what);
  if (path != 0) putPath(line.text(" "), path);
  giveUp(putReason(line.text(": "), -result));
  return result;
}
