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

/** Whom failures are told. */
let messages: Messages | null = null;
let status: StatusLines | null = null;
let stage: usize = 0;
/** The option that is carried out; empty between them. */
let option: string = "";
// What the event about the failure says besides.
let failedPath: u64 = 0;
let failedErrno: i32 = 0;

/** Says who we are when something fails. */
export function beginStage(plan: Plan, name: usize): void {
  messages = plan.messages;
  status = new StatusLines(plan.messages, plan.statusFile);
  stage = name;
}

/** Begins or ends an option's part of the work. */
export function carriesOut(name: string): void {
  option = name;
}

/** Puts a path of the process's own memory into a message. */
export function putPath(line: Line, address: u64): Line {
  failedPath = address;
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
  failedErrno = errno;
  return putAdvice(putErrno(line, errno), errno);
}

/** Begins the message that ends the stage. */
export function problem(): Line {
  failedPath = 0;
  failedErrno = 0;
  return messages!.step(stage, option);
}

/** Ends the message and the stage. */
export function giveUp(line: Line): void {
  tell();
  refuse(messages!, line);
}

/** For programs: which step it was. */
export function tell(): void {
  const event = status!.event(bytes("set-up-failed")).bytes(bytes("stage"), stage);
  if (option.length != 0) event.bytes(bytes("option"), terminated(option));
  if (failedPath != 0) event.bytes(bytes("path"), copyPath(failedPath));
  if (failedErrno != 0) event.number(bytes("errno"), failedErrno);
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
