import { NumberedEntries } from "../linux/directory";
import * as linux from "../linux/linux";
import { openProc } from "../linux/proc";
import { contents } from "../linux/small-file";
import { Limit, RLIMIT_NOFILE } from "../linux/structures";
import { Descriptors, NO_DESCRIPTOR } from "../plan/descriptors";

const LAST: u32 = 0xffff_ffff;
/** The highest limit there is, unless somebody has changed /proc/sys/fs/nr_open. */
const USUAL_LIMIT: u64 = 1_048_576;
const open = new NumberedEntries(i32.MAX_VALUE);
const none = new Descriptors();
const ownDescriptors = bytes("/proc/self/fd");

/**
 * Closes all descriptors above the standard streams but those that are kept, and
 * those of another set. False where that is not certain.
 */
export function closeAllBut(kept: Descriptors, further: Descriptors = none): bool {
  let first: u32 = 3;
  while (true) {
    const next: u32 = min<u32>(kept.firstFrom(first), further.firstFrom(first));
    if (next > first && linux.close_range(first, next == NO_DESCRIPTOR ? LAST : next - 1, 0) != 0)
      return closeListed(kept, further);
    if (next == NO_DESCRIPTOR) return true;
    first = next + 1;
  }
}

/** Before Linux 5.9, or behind a seccomp filter that does not know close_range. */
function closeListed(kept: Descriptors, further: Descriptors): bool {
  const list = openProc(ownDescriptors);
  const directory = list < 0 ? list : open.open(list);
  if (directory < 0) return false;
  // The list itself is in it.
  for (let file = open.next(); file >= 0; file = open.next()) {
    if (file > 2 && !kept.has(file) && !further.has(file) && file != directory) linux.close(file);
  }
  return !open.hasFailed;
}

/**
 * The same without a list: every number that a descriptor can have. One beyond
 * would take a caller that was allowed more than is usual, and has given that up.
 */
function closeEach(kept: Descriptors, further: Descriptors): bool {
  if (linux.prlimit64(0, RLIMIT_NOFILE, 0, contents) != 0 || changetype<Limit>(contents).hard > USUAL_LIMIT)
    return false;
  for (let file = 3; file < <i32>USUAL_LIMIT; file++) if (!kept.has(file) && !further.has(file)) linux.close(file);
  return true;
}

/** `closeAllBut`, however long it takes. False where that is not certain either. */
export function closeAllButForCertain(kept: Descriptors, further: Descriptors = none): bool {
  return closeAllBut(kept, further) || closeEach(kept, further);
}
