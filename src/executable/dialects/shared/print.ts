import * as linux from "../../linux/linux";
import { messageLine, STDOUT } from "../../report/messages";
import { writeLine } from "../../report/write";

/** Prints a text of `words` that was asked for. */
export function print(text: usize, file: i32 = STDOUT): void {
  writeLine(messageLine.packed(text), file);
}

/** Prints a text of `words` that was asked for, and ends the process. */
export function printAndExit(text: usize, file: i32 = STDOUT): void {
  print(text, file);
  linux.exit_group(0);
}
