import { Messages } from "./messages";
import { putEnd, StatusLines } from "./status-lines";

const PID = bytes("pid");
const SIGNAL = bytes("signal");
const ERRNO = bytes("errno");
const MILLISECONDS = bytes("milliseconds");

/** Tells everyone who listens what happens: a person by the dialect's messages, programs by the status stream. */
export class Report {
  private messages: Messages;
  private status: StatusLines;
  private warnOnReap: bool;

  /** `statusFile`: where the status lines go, -1 for nowhere; `warnOnReap`: each zombie that is reaped is worth a warning. */
  constructor(messages: Messages, statusFile: i32, warnOnReap: bool) {
    this.messages = messages;
    this.status = new StatusLines(messages, statusFile);
    this.warnOnReap = warnOnReap;
  }

  started(pid: i32, command: usize): void {
    this.messages.started(pid, command);
    this.status.event(bytes("started")).number(PID, pid).bytes(bytes("command"), command).end();
  }

  /** The payload could not be executed; the child that tried has said why on stderr. */
  notStarted(path: usize, errno: i32): void {
    this.status.event(bytes("not-started")).bytes(bytes("path"), path).number(ERRNO, errno).end();
  }

  forwarded(signal: i32, original: i32): void {
    this.messages.forwarded(signal, original);
    this.status.event(bytes("forwarded")).signal(SIGNAL, signal);
    if (signal != original) this.status.signal(bytes("for"), original);
    this.status.end();
  }

  notForwarded(signal: i32, errno: i32): void {
    this.messages.notForwarded(signal, errno);
    this.status.event(bytes("not-forwarded")).signal(SIGNAL, signal).number(ERRNO, errno).end();
  }

  dropped(signal: i32, reason: usize): void {
    this.messages.dropped(signal, reason);
    this.status.event(bytes("dropped")).signal(SIGNAL, signal).bytes(bytes("reason"), reason).end();
  }

  held(signal: i32, milliseconds: i64): void {
    this.messages.held(signal, milliseconds);
    this.status.event(bytes("held")).signal(SIGNAL, signal).number(MILLISECONDS, milliseconds).end();
  }

  childrenChanged(): void {
    this.messages.childrenChanged();
  }

  reaped(pid: i32, waitStatus: i32): void {
    this.messages.childEnded(pid, (waitStatus >> 8) & 0xff, waitStatus & 0x7f);
    this.messages.reaped(pid, this.warnOnReap);
    putEnd(this.status.event(bytes("reaped")).number(PID, pid), waitStatus).end();
  }

  stopped(signal: i32): void {
    this.messages.stopped(signal);
    this.status.event(bytes("stopped")).signal(SIGNAL, signal).end();
  }

  exited(pid: i32, waitStatus: i32): void {
    this.messages.childEnded(pid, (waitStatus >> 8) & 0xff, waitStatus & 0x7f);
    this.messages.payloadEnded((waitStatus >> 8) & 0xff, waitStatus & 0x7f);
    putEnd(this.status.event(bytes("exited")).number(PID, pid), waitStatus).end();
  }

  outOfMemory(kills: i64, file: usize): void {
    this.messages.outOfMemory(kills, file);
    this.status.event(bytes("out-of-memory")).number(bytes("kills"), kills).bytes(bytes("file"), file).end();
  }

  draining(milliseconds: i64): void {
    this.messages.draining(milliseconds);
    this.status.event(bytes("draining")).number(MILLISECONDS, milliseconds).end();
  }

  killing(milliseconds: i64): void {
    this.messages.killing(milliseconds);
    this.status.event(bytes("killed")).number(MILLISECONDS, milliseconds).end();
  }

  trouble(call: usize, errno: i32): void {
    this.messages.trouble(call, errno);
    this.status.event(bytes("trouble")).bytes(bytes("call"), call).number(ERRNO, errno).end();
  }
}
