import * as linux from "../../linux/linux";
import { putErrno } from "../../report/errno-phrases";
import { Level, messageLine, putReason, say } from "../../report/messages";
import { Line } from "../../support/line";
import { putWord } from "../../support/word-list";
import { ReinMessages } from "../rein/messages";

/** In the order of `Level`. */
const levels: usize = wordList("ERROR,WARN,INFO,DEBUG");

/** Messages in catatonit's form, `LEVEL (catatonit:PID): what`; the words are ours. */
export class CatatonitMessages extends ReinMessages {
  override get refusalStatus(): i32 {
    return 1;
  }

  protected override begin(level: Level): Line {
    putWord(messageLine, levels, level);
    return messageLine.text(" (catatonit:").number(linux.getpid()).text("): ");
  }

  override cannotExecute(path: usize, errno: i32, reason: usize, detail: usize): i32 {
    const line = this.fatal().text("failed to exec ").outsideBytes(path).text(": ");
    say(putReason(putErrno(line, errno), reason, detail));
    return 1;
  }
}
