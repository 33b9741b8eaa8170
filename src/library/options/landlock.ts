import { OptionError } from "../shared/errors.ts";
import { boolean, list, oneOf, path, port, record } from "./values.ts";
import { SCOPE_NAMES } from "./words.ts";

/**
 * What landlock(7) leaves the program. Naming any file restricts files: all that
 * is not named is refused. Naming a list of ports, even an empty one, restricts
 * TCP in the same way. What is not named at all is not restricted.
 */
export interface Landlock {
  /** Files and folders that can be read. */
  readonly read?: readonly string[];
  /** That can be read and written. */
  readonly write?: readonly string[];
  /** That can be read and executed. */
  readonly execute?: readonly string[];
  /** Files and folders that are not there are passed over; otherwise they are an error. */
  readonly optional?: boolean;
  readonly connectTcp?: readonly number[];
  readonly bindTcp?: readonly number[];
  /** What must stay among the program's own: abstract sockets that it connects to, processes that it signals. */
  readonly scopes?: readonly (typeof SCOPE_NAMES)[number][];
  /** A kernel that cannot do all of it is refused; otherwise it does what it can, and that is said on stderr. */
  readonly strict?: boolean;
  /** The kernel's audit log tells what the program was refused. */
  readonly log?: boolean;
}

const FILES = { read: "--landlock-ro", write: "--landlock-rw", execute: "--landlock-exec" } as const;
const PORTS = { connectTcp: "--landlock-connect-tcp", bindTcp: "--landlock-bind-tcp" } as const;

/** The executable's arguments for what Landlock allows; checks it. */
export function landlockArguments(option: string, landlock: Landlock): string[] {
  const flags = ["optional", "strict", "log"] as const;
  const { scopes } = record(option, landlock, [...keys(FILES), ...keys(PORTS), "scopes", ...flags]);
  const [isOptional, isStrict, isLogged] = flags.map(
    (name) => landlock[name] !== undefined && boolean(`${option}.${name}`, landlock[name]),
  );
  const suffix = isOptional ? "-try" : "";
  const files = keys(FILES).flatMap((key) =>
    list(`${option}.${key}`, landlock[key] ?? [], path).flatMap((file) => [FILES[key] + suffix, file]),
  );
  // No rule at all would restrict nothing.
  const emptied = keys(FILES).find((key) => landlock[key] !== undefined);
  if (emptied !== undefined && files.length === 0) {
    throw new OptionError(`${option}.${emptied}`, "it names nothing; a program needs its own file, at least");
  }
  const ports = keys(PORTS).flatMap((key) => {
    const allowed = landlock[key];
    if (allowed === undefined) return [];
    const numbers = list(`${option}.${key}`, allowed, port);
    return (numbers.length === 0 ? ["none"] : numbers).flatMap((number) => [PORTS[key], number]);
  });
  const kept = list(`${option}.scopes`, scopes ?? [], (place, scope) => oneOf(place, scope, SCOPE_NAMES));
  const args = [...files, ...ports, ...kept.flatMap((scope) => ["--landlock-scope", scope])];
  if (args.length === 0) {
    throw new OptionError(option, "it names nothing; give what the program may read, at least");
  }
  return [...args, ...(isStrict ? ["--landlock-strict"] : []), ...(isLogged ? ["--landlock-log"] : [])];
}

function keys<Key extends string>(record: Readonly<Record<Key, string>>): Key[] {
  return Object.keys(record) as Key[];
}
