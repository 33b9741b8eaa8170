// The oracle's reading of --user USER[:GROUP] and of the account files.

import { constants } from "node:os";
import { shown } from "./message.ts";
import { Refused } from "./request.ts";
import { whole } from "./values.ts";
import { CALLERS_GROUP, fileOf, type Vector } from "./vector.ts";

const { EACCES, EFBIG, EIO, EISDIR, ENOENT, ENOTDIR } = constants.errno;
const LARGEST_ID = 0xffff_fffen;
/** The longest file that is read whole. */
export const LONGEST_FILE = 524_288;

/** What strerror(3) says of the errors that files have here. */
export const errorTexts: Readonly<Record<number, string>> = {
  [EACCES]: "Permission denied",
  [EFBIG]: "File too large",
  [EIO]: "Input/output error",
  [EISDIR]: "Is a directory",
  [ENOENT]: "No such file or directory",
  [ENOTDIR]: "Not a directory",
};

export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

/** A file's contents, or the errno of reading it. */
export function readingOf(vector: Vector, path: string): string | number {
  const held = fileOf(vector, path) ?? ENOENT;
  return typeof held === "string" && held.length > LONGEST_FILE ? EFBIG : held;
}

/** A missing file has no records; one that cannot be read is refused. */
function recordsOf(vector: Vector, path: string, prefix: string): string[][] {
  const held = readingOf(vector, path);
  if (typeof held === "string") return held.split("\n").map((line) => line.split(":"));
  if (held === ENOENT || held === ENOTDIR) return [];
  throw new Refused(`${prefix}--user: ${path}: ${errorTexts[held]}`);
}

function idOf(text: string | undefined): number | undefined {
  const id = whole(text ?? "", LARGEST_ID);
  return id === undefined ? undefined : Number(id);
}

/** An empty name is nobody's. */
function isName(name: string | undefined, text: string): boolean {
  return name === text && text !== "";
}

/** Digits alone are never a name. */
function isNumber(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function reasonFor(what: string, name: string, path: string): string {
  if (name === "") return `the ${what} is empty; give a name or a number`;
  if (isNumber(name)) return `${name} is no id; the largest one is ${LARGEST_ID}`;
  return `no ${what} ${shown(name)} in ${path}; give one`;
}

/** Who that is. Throws `Refused` when there is no such user or group. */
export function accountOf(text: string, vector: Vector, prefix: string): Account {
  const [user = "", ...more] = text.split(":");
  const group = more.length === 0 ? undefined : more.join(":");
  const passwd = recordsOf(vector, "/etc/passwd", prefix);
  const refused = (what: string, name: string, path: string): Refused =>
    new Refused(`${prefix}--user: ${reasonFor(what, name, path)}`);

  const number = idOf(user);
  const record = passwd.find(
    ([name, , uid, gid]) =>
      idOf(uid) !== undefined &&
      idOf(gid) !== undefined &&
      (isNumber(user) ? idOf(uid) === number : isName(name, user)),
  );
  if (record === undefined && number === undefined) throw refused("user", user, "/etc/passwd");
  const [name = "", , uid, ownGroup, , home = ""] = record ?? ["", "", user, `${CALLERS_GROUP}`, "", "/"];
  const account = { uid: idOf(uid) ?? 0, gid: idOf(ownGroup) ?? 0, home };
  if (group === undefined && name === "") return { ...account, groups: [] };
  const groups = recordsOf(vector, "/etc/group", prefix);
  if (group === undefined) {
    const listing = groups.filter((fields) => (fields[3] ?? "").split(",").includes(name));
    return { ...account, groups: listing.map((fields) => idOf(fields[2]) ?? account.gid) };
  }
  const wanted = idOf(group);
  const found = groups.find(
    ([name, , gid]) => idOf(gid) !== undefined && (isNumber(group) ? idOf(gid) === wanted : isName(name, group)),
  );
  const gid = found === undefined ? wanted : idOf(found[2]);
  if (gid === undefined) throw refused("group", group, "/etc/group");
  return { ...account, gid, groups: [] };
}
