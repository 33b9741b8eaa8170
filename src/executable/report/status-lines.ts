import { Errno } from "../linux/errno";
import { ACCESS_MODE, F_GETFL, F_SETFD, FD_CLOEXEC, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { Signal } from "../linux/signals";
import { hexadecimal, Line } from "../support/line";
import { characterSize } from "../support/utf8";
import { putErrno } from "./errno-phrases";
import { Messages, refuse } from "./messages";
import { putSignal } from "./signal-names";
import { writeLine } from "./write";

const line = new Line();
/** What of such bytes is shown: even as six characters each they leave room for the rest of the line. */
const LONGEST: i32 = 500;
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/**
 * `--json-status-fd`: what happens, for programs; a JSON object a line.
 *
 * A reader that has gone away ends the stream, and one that does not read loses
 * lines: neither may hold up PID 1.
 */
export class StatusLines {
  private file: i32;

  /**
   * Ends the process, after saying why, when the descriptor cannot be written
   * to. The payload does not get it, unless it is one of its standard streams.
   */
  constructor(messages: Messages, file: i32) {
    if (file > 2) linux.fcntl(file, F_SETFD, FD_CLOEXEC);
    // The stages of a sandbox have closed it then.
    this.file = messages.tellsEvents ? file : -1;
    const flags = this.isOpen ? linux.fcntl(this.file, F_GETFL, 0) : Open.WRITE;
    if (flags < 0) refuse(messages, putErrno(problem(messages, file), -flags));
    if ((flags & ACCESS_MODE) == Open.READ)
      refuse(messages, problem(messages, file).text("it is not open for writing"));
  }

  private get isOpen(): bool {
    return this.file >= 0;
  }

  event(name: usize): StatusLines {
    if (this.isOpen) line.text('{"event":"').bytes(name).text('"');
    return this;
  }

  number(key: usize, value: i64): StatusLines {
    if (this.isOpen) this.key(key).number(value);
    return this;
  }

  signal(key: usize, signal: i32): StatusLines {
    if (this.isOpen) putSignal(this.key(key).byte(QUOTE), signal).byte(QUOTE);
    return this;
  }

  /** NUL-terminated bytes from outside: what JSON has no room for is escaped, what is not UTF-8 becomes U+FFFD, long ones are cut off. */
  bytes(key: usize, offset: usize): StatusLines {
    if (!this.isOpen) return this;
    this.key(key).byte(QUOTE);
    for (let at = offset; load<u8>(at) != 0 && at < offset + LONGEST; at++) {
      const byte = load<u8>(at);
      const size = characterSize(at);
      if (size == 0) line.text("\\ufffd");
      else if (byte < 0x20)
        line
          .text("\\u00")
          .byte(hexadecimal(byte >> 4))
          .byte(hexadecimal(byte & 15));
      else if (byte == QUOTE || byte == BACKSLASH) line.byte(BACKSLASH).byte(byte);
      else line.byte(byte);
      for (let i = 1; i < size; i++) line.byte(load<u8>(++at));
    }
    line.byte(QUOTE);
    return this;
  }

  end(): void {
    if (this.isOpen && writeLine(line.text("}"), this.file) == -Errno.EPIPE) {
      linux.close(this.file);
      this.file = -1;
    }
  }

  private key(key: usize): Line {
    return line.text(',"').bytes(key).text('":');
  }
}

function problem(messages: Messages, file: i32): Line {
  return messages.fatal().text("--json-status-fd ").number(file).text(": ");
}

/** How a process ended, as wait4(2) says it: the keys `status` or `signal`. */
export function putEnd(stream: StatusLines, waitStatus: i32): StatusLines {
  const signal = waitStatus & 0x7f;
  return signal == Signal.NONE
    ? stream.number(bytes("status"), (waitStatus >> 8) & 0xff)
    : stream.signal(bytes("signal"), signal);
}
