import { putErrno } from "../linux/errno";
import * as host from "../linux/host";
import { refuse, Voice } from "../report/voice";
import { Line } from "../support/line";
import { room } from "../support/room";

/** What of a path is shown. */
const LONGEST: i32 = 1000;
const shown = room(LONGEST + 1);

/** Puts a path of the process's own memory into a message. */
export function putPath(line: Line, address: u64): Line {
  const size = min(host.length(address), LONGEST);
  host.copyIn(shown, address, size);
  store<u8>(shown + size, 0);
  return line.outsideBytes(shown);
}

/** Whom failures are told. */
let voice: Voice | null = null;

export function speakWith(dialect: Voice): void {
  voice = dialect;
}

/** Begins the message that ends the stage. */
export function problem(): Line {
  return voice!.fatal();
}

/** Ends the message and the stage. */
export function giveUp(line: Line): void {
  refuse(voice!, line);
}

/** Ends the stage unless `result` is a success; the message is `what`, the path and the kernel's word. Returns the result. */
export function must(result: i32, what: usize, path: u64 = 0): i32 {
  if (result >= 0) return result;
  const line = problem().bytes(what);
  if (path != 0) putPath(line.text(" "), path);
  giveUp(putErrno(line.text(": "), -result));
  return result;
}
