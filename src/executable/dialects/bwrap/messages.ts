import { putErrno } from "../../report/errno-phrases";
import { Level, Messages, messageLine, say } from "../../report/messages";
import { Line } from "../../support/line";

/** bubblewrap's words. */
export class BwrapMessages extends Messages {
  /** `--level-prefix`: the severity before each message, as syslog(3) numbers it. */
  prefixesLevel: bool = false;

  constructor() {
    super();
    this.isBubblewraps = true;
  }

  get refusalStatus(): i32 {
    return 1;
  }

  protected begin(level: Level): Line {
    if (this.prefixesLevel)
      messageLine
        .text("<")
        .number(level == Level.FATAL ? 3 : 4)
        .text(">");
    return messageLine.text("bwrap: ");
  }

  override givenAgain(option: string): void {
    say(this.begin(Level.WARNING).text("Only the last ").text(option).text(" option will take effect"));
  }

  /** In its own messages only what could not be done is named. */
  override step(stage: usize, option: string): Line {
    return this.fatal();
  }

  /** On a line of its own. */
  override beyond(line: Line): Line {
    say(line);
    return this.fatal();
  }

  cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    const line = putErrno(this.fatal().text("execvp ").outsideBytes(path).text(": "), errno);
    say(load<u8>(reason) == 0 ? line : this.beyond(line).packed(reason).outsideBytes(detail));
    return 1;
  }

  started(pid: i32, command: usize): void {}
  forwarded(signal: i32, original: i32): void {}
  reaped(pid: i32, warn: bool): void {}
  payloadEnded(status: i32, signal: i32): void {}
}
