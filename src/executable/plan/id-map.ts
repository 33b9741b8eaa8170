import { parseWhole } from "../support/numbers";

/** What the kernel takes (user_namespaces(7)). */
const MOST_RANGES = 340;
/** (uid_t)-1 is no id: it means "leave as it is" (setresuid(2)). */
export const LARGEST_ID: i64 = 0xffff_fffe;

/** A line of an id map: the `count` ids from `inside` on are, outside, those from `outside` on. */
export class IdRange {
  constructor(
    /** The one that was given before. */
    public previous: IdRange | null,
    public inside: i64,
    public outside: i64,
    public count: i64,
  ) {}

  /** Whether an id of both is the same, inside or outside: the kernel would refuse them with a bare EINVAL. */
  overlaps(other: IdRange): bool {
    return (
      areOneRange(this.inside, this.count, other.inside, other.count) ||
      areOneRange(this.outside, this.count, other.outside, other.count)
    );
  }
}

function areOneRange(first: i64, size: i64, second: i64, otherSize: i64): bool {
  return first < second + otherSize && second < first + size;
}

/** Reads `INSIDE:OUTSIDE:COUNT`, a line that comes after the `previous` ones; null when it is none. */
export function parseRange(text: string, previous: IdRange | null): IdRange | null {
  const first = text.indexOf(":");
  const second = text.indexOf(":", first + 1);
  if (first < 0 || second < 0) return null;
  const inside = parseWhole(text.substring(0, first), LARGEST_ID);
  const outside = parseWhole(text.substring(first + 1, second), LARGEST_ID);
  const count = parseWhole(text.substring(second + 1), LARGEST_ID + 1);
  if (inside < 0 || outside < 0 || count < 1) return null;
  if (max(inside, outside) + count - 1 > LARGEST_ID) return null;
  return new IdRange(previous, inside, outside, count);
}

/** Whether the last line of a map can stand with those before it. */
export function canStand(last: IdRange): bool {
  let count = 1;
  let other = last.previous;
  while (other != null) {
    const range: IdRange = other;
    if (last.overlaps(range)) return false;
    count++;
    other = range.previous;
  }
  return count <= MOST_RANGES;
}

/** The id inside of one that is outside; -1 when the map has it not. */
export function insideOf(map: IdRange, outside: i64): i64 {
  let line: IdRange | null = map;
  while (line != null) {
    const range: IdRange = line;
    if (outside >= range.outside && outside < range.outside + range.count)
      return outside - range.outside + range.inside;
    line = range.previous;
  }
  return -1;
}

export function isInside(map: IdRange, id: i64): bool {
  let line: IdRange | null = map;
  while (line != null) {
    const range: IdRange = line;
    if (id >= range.inside && id < range.inside + range.count) return true;
    line = range.previous;
  }
  return false;
}

/** Who the payload is inside: who was asked for, else who the caller is there, else root. */
export function idOfPayload(map: IdRange, wanted: i64, callers: u32): i64 {
  return wanted >= 0 ? wanted : max(0, insideOf(map, callers));
}

/** Who sets the sandbox up: root where there is one, for files of its own need an owner there. */
export function idOfSetUp(map: IdRange, wanted: i64, callers: u32): i64 {
  return isInside(map, 0) ? 0 : idOfPayload(map, wanted, callers);
}
