import { OptionError } from "../shared/errors.ts";
import { id, integer, list, record } from "./values.ts";

/** `count` ids from `inside` on are, seen from outside, those from `outside` on. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  /** @default 1 */
  readonly count?: number;
}

/** Who the program is in its user namespace. */
export interface Identity {
  /** @default the caller's */
  readonly uid?: number;
  /** @default the caller's */
  readonly gid?: number;
  /** Together with `gidMap`. @default one id, the caller's */
  readonly uidMap?: readonly IdRange[];
  /** Together with `uidMap`. @default one id, the caller's */
  readonly gidMap?: readonly IdRange[];
}

/** The executable's arguments for who the program is; checks it. */
export function identityArguments(option: string, identity: Identity): string[] {
  const { uid, gid, uidMap = [], gidMap = [] } = record(option, identity, ["uid", "gid", "uidMap", "gidMap"]);
  const uidRanges = list(`${option}.uidMap`, uidMap, rangeArgument);
  const gidRanges = list(`${option}.gidMap`, gidMap, rangeArgument);
  if ((uidMap.length === 0) !== (gidMap.length === 0)) {
    const missing = uidMap.length === 0 ? "uidMap" : "gidMap";
    throw new OptionError(`${option}.${missing}`, "is missing: both are mapped, or neither");
  }
  const args: string[] = [];
  if (uid !== undefined) args.push("--uid", id(`${option}.uid`, uid));
  if (gid !== undefined) args.push("--gid", id(`${option}.gid`, gid));
  for (const range of uidRanges) args.push("--uid-map", range);
  for (const range of gidRanges) args.push("--gid-map", range);
  return args;
}

function rangeArgument(option: string, range: IdRange): string {
  const { inside, outside, count = 1 } = record(option, range, ["inside", "outside", "count"]);
  const args = [id(`${option}.inside`, inside), id(`${option}.outside`, outside)];
  return [...args, integer(`${option}.count`, count, 1, 0xffff_ffff)].join(":");
}
