import * as host from "../../host/host";
import { replaceArguments, setArgument } from "../../linux/arguments";
import { Errno } from "../../linux/errno";
import * as linux from "../../linux/linux";
import { readWholeFileFrom, wholeFile } from "../../linux/whole-file";
import { askForFile, keepArguments } from "../../reexec/brought-arguments";
import { putErrno } from "../../report/errno-phrases";
import { OptionReader } from "./option-reader";

/** bubblewrap takes no more. */
const MOST = 9000;

/**
 * `--args FD`: more arguments, each ended by a NUL, in place of the option. They
 * become part of the vector that this process reads, and of no other.
 */
export function takeArguments(options: OptionReader, file: i32): void {
  if (options.isInFile)
    options.refuseAs(
      words("it cannot stand among the arguments that --args brings|--@ not supported in arguments file"),
    );
  // What can be read from a pipe can be read only once.
  const isOpen = askForFile(file);
  const size = isOpen < 0 ? isOpen : readWholeFileFrom(file);
  if (size < 0) {
    const line = options.isReins
      ? options.problem().text("descriptor ").number(file)
      : options.messages.fatal().text("Can't read --args data");
    options.refuse(putErrno(line.text(": "), -size));
  }
  // A last one without its NUL has the one that closes every file that is read.
  const end = wholeFile + size;
  const copy = linux.mmap(size + 1);
  const index = options.start;
  let count = 0;
  for (let at = wholeFile; at < end; at++) if (load<u8>(at) == 0 || at + 1 == end) count++;
  if (count > MOST)
    options.refuseAs(words("it brings more than 9000 arguments|Exceeded maximum number of arguments 9000"));
  if (copy < 0 || replaceArguments(index, options.nextIndex, count) < 0)
    options.refuse(putErrno(options.problem(), Errno.ENOMEM));
  host.copyOut(<u64>copy, wholeFile, size + 1);
  keepArguments(file, <u64>copy, size);
  let start = wholeFile;
  for (let i = 0; i < count; i++) {
    setArgument(index + i, <u64>copy + (start - wholeFile));
    while (load<u8>(start) != 0) start++;
    start++;
  }
  options.readOptionsFrom(index, index + count);
}
