import { Errno } from "../linux/errno";
import * as linux from "../linux/linux";
import { contents } from "../linux/small-file";

/** As many as have room there; who has more than anybody has by chance is taken for another. */
const MOST_GROUPS = 255;

/**
 * Makes `count` ids at `groups` the supplementary groups of a process whose
 * group is to be `own`. Returns 0, or `-errno`. Who may not, and has them
 * already, is done: a container that an orchestrator starts as the very user.
 */
export function setGroups(count: i32, groups: usize, own: u32): i32 {
  const result = linux.setgroups(count, groups);
  if (result != -Errno.EPERM) return result;
  const present = linux.getgroups(MOST_GROUPS, contents);
  return areAmong(present, contents, count, groups, own) && areAmong(count, groups, present, contents, own)
    ? 0
    : result;
}

/** Whether each of the ids at `some` is `own`, which makes no difference to anybody, or among those at `others`. */
function areAmong(count: i32, some: usize, otherCount: i32, others: usize, own: u32): bool {
  // getgroups(2) has failed.
  if (count < 0) return false;
  for (let i = 0; i < count; i++) {
    const id = load<u32>(some + ((<usize>i) << 2));
    let isFound = id == own;
    for (let j = 0; !isFound && j < otherCount; j++) isFound = load<u32>(others + ((<usize>j) << 2)) == id;
    if (!isFound) return false;
  }
  return true;
}
