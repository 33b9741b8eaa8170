import { NumberedEntries } from "../linux/directory";
import * as linux from "../linux/linux";
import { openProc } from "../linux/proc";
import { Descriptors, NO_DESCRIPTOR } from "../plan/descriptors";

const LAST: u32 = 0xffff_ffff;
const open = new NumberedEntries(i32.MAX_VALUE);
const none = new Descriptors();
const ownDescriptors = bytes("/proc/self/fd");

/** Closes all descriptors above the standard streams but those that are kept, and those of another set. */
export function closeAllBut(kept: Descriptors, further: Descriptors = none): void {
  let first: u32 = 3;
  while (true) {
    const next: u32 = min<u32>(kept.firstFrom(first), further.firstFrom(first));
    if (next > first && linux.close_range(first, next == NO_DESCRIPTOR ? LAST : next - 1, 0) != 0) {
      closeOneByOne(kept, further);
      return;
    }
    if (next == NO_DESCRIPTOR) return;
    first = next + 1;
  }
}

/** Before Linux 5.9, or behind a seccomp filter that does not know close_range. */
function closeOneByOne(kept: Descriptors, further: Descriptors): void {
  const list = openProc(ownDescriptors);
  const directory = list < 0 ? list : open.open(list);
  if (directory < 0) return;
  for (let file = open.next(); file >= 0; file = open.next()) {
    if (file > 2 && !kept.has(file) && !further.has(file) && file != directory) linux.close(file);
  }
}
