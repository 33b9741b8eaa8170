import { NumberedEntries } from "../linux/directory";
import * as linux from "../linux/linux";
import { openProc } from "../linux/proc";
import { Descriptors } from "../plan/descriptors";

const LAST: u32 = 0xffff_ffff;
const open = new NumberedEntries(i32.MAX_VALUE);
const ownDescriptors = bytes("/proc/self/fd");

/**
 * Closes all descriptors above the standard streams but those that are kept. The
 * payload has its own; held by the init as well, the other end of a pipe would
 * see no end of file as long as the container lives.
 */
export function closeAllBut(kept: Descriptors): void {
  let first: u32 = 3;
  for (let i = 0; i < kept.count; i++) {
    const file: u32 = kept.at(i);
    if (first < file && linux.close_range(first, file - 1, 0) != 0) {
      closeOneByOne(kept);
      return;
    }
    first = file + 1;
  }
  if (linux.close_range(first, LAST, 0) != 0) closeOneByOne(kept);
}

/** Before Linux 5.9, or behind a seccomp filter that does not know close_range. */
function closeOneByOne(kept: Descriptors): void {
  const list = openProc(ownDescriptors);
  const directory = list < 0 ? list : open.open(list);
  if (directory < 0) return;
  for (let file = open.next(); file >= 0; file = open.next()) {
    if (file > 2 && !kept.has(file) && file != directory) linux.close(file);
  }
}
