import * as host from "../../host/host";
import { replaceArguments, setArgument } from "../../linux/arguments";
import { readPartFrom, WHOLE_FILE_CAPACITY, wholeFile } from "../../linux/whole-file";
import { askForFile, keepArguments } from "../../reexec/brought-arguments";
import { putErrno } from "../../report/errno-phrases";
import { OptionReader } from "./option-reader";

/**
 * `--args FD`: more arguments, each ended by a NUL, in place of the option. They
 * become part of the vector that this process reads, and of no other. There may
 * be as many as memory holds: it is what generators write that would otherwise
 * not fit on a command line.
 */
export function takeArguments(options: OptionReader, file: i32): void {
  if (options.isInFile)
    options.refuseAs(
      words("it cannot stand among the arguments that --args brings|--@ not supported in arguments file"),
    );
  // What can be read from a pipe can be read only once.
  const isOpen = askForFile(file);
  let text = heap.alloc(1);
  let size = 0;
  let part = isOpen < 0 ? isOpen : WHOLE_FILE_CAPACITY;
  while (part == WHOLE_FILE_CAPACITY) {
    part = readPartFrom(file);
    if (part <= 0) break;
    text = heap.realloc(text, size + part + 1);
    memory.copy(text + size, wholeFile, part);
    size += part;
  }
  if (part < 0) {
    const line = options.isReins
      ? options.problem().text("descriptor ").number(file)
      : options.messages.fatal().text("Can't read --args data");
    options.refuse(putErrno(line.text(": "), -part));
  }
  // A last one may have no NUL.
  const end = text + size;
  store<u8>(end, 0);
  const index = options.start;
  let count = 0;
  for (let at = text; at < end; at++) if (load<u8>(at) == 0 || at + 1 == end) count++;
  replaceArguments(index, options.nextIndex, count);
  keepArguments(file, text, size);
  let start = text;
  for (let i = 0; i < count; i++) {
    setArgument(index + i, host.addressOf(start));
    while (load<u8>(start) != 0) start++;
    start++;
  }
  options.readOptionsFrom(index, index + count);
}
