// Random sets of options, and what each promises. Only sets that promise something: root without a user namespace is not
// confined from root, and who gets CAP_SYS_ADMIN under bwrap gets the mounts (docs/sandbox-limits.md).

import type { Dice } from "./dice.ts";
import { FILES, OTHER, USER } from "./files.ts";
import { type Layout, type Limit, limitsOf, type Work } from "./limits.ts";

export interface OptionSet {
  readonly dialect: "rein" | "bwrap";
  /** The caller's number. */
  readonly caller: number;
  readonly words: readonly string[];
  /** See program/caller.c. */
  readonly flags: string;
  /** When the supervisor is killed, for the flag k, in microseconds. */
  readonly killedAfter: number;
  readonly promise: Promises;
}

export interface Promises {
  readonly work: Work;
  /** Landlock says nothing about modes, owners and times: the command may change those of its own files. */
  readonly ownAttributes: boolean;
  /** What must not come out of it, by the names of the secrets. */
  readonly secrets: ReadonlySet<string>;
  /** What is documented as not kept with these options. */
  readonly limits: readonly Limit[];
}

/** What the words give, as they are chosen. */
class Choice {
  readonly words: string[] = [];
  readonly #dice: Dice;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  add(...words: string[]): void {
    this.words.push(...words);
  }

  /** Adds the words in one of so many sets; tells whether it did. */
  maybe(times: number, ...words: string[]): boolean {
    const adds = this.#dice.oneIn(times);
    if (adds) this.add(...words);
    return adds;
  }
}

export function randomSet(dice: Dice): OptionSet {
  const dialect = dice.oneOf(["rein", "rein", "bwrap"] as const);
  const caller = dice.oneOf([0, USER]);
  const layout: Layout =
    dialect === "rein" ? dice.oneOf(["whole", "whole", "parts", "landlock"]) : dice.oneOf(["whole", "parts"]);
  const choice = new Choice(dice);
  const command = chooseIdentity(dice, choice, dialect, caller, layout);
  const { work, covered, masked } = chooseFiles(dice, choice, dialect, layout);
  const hidesVariable = choice.maybe(3, ...dice.oneOf([["--clearenv"], ["--unsetenv", "HIDDEN"]]));
  chooseMore(dice, choice, dialect, layout);
  const { words } = choice;
  const limits = limitsOf({ dialect, words, layout, command, flags: flagsOf(dice, dialect), work });
  return {
    dialect,
    caller,
    words,
    flags: limits.flags,
    killedAfter: dice.roll(20_000),
    promise: {
      work,
      ownAttributes: layout === "landlock",
      secrets: secretsOf({ layout, command, covered, masked, hidesVariable, work }),
      limits: limits.known,
    },
  };
}

/** Returns who the command is, seen from outside. */
function chooseIdentity(
  dice: Dice,
  choice: Choice,
  dialect: OptionSet["dialect"],
  caller: number,
  layout: Layout,
): number {
  choice.add("--unshare-pid");
  if (caller !== 0) {
    const isAll = choice.maybe(3, "--unshare-all");
    if (!isAll) choice.maybe(3, "--unshare-user");
    choice.maybe(4, "--uid", "0", "--gid", "0");
    if (dialect === "rein" && layout !== "landlock") {
      choice.maybe(4, "--cap-add", dice.oneOf(["ALL", "SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "SYS_CHROOT"]));
      choice.maybe(8, "--disable-userns", "--unshare-user");
    } else choice.maybe(3, "--cap-drop", "ALL");
    return caller;
  }
  // Landlock alone does not make root anybody else; nor does a user namespace in which it is root.
  if (dialect === "rein" && (layout === "landlock" || dice.oneIn(3))) {
    choice.add("--user", `${OTHER}:${OTHER}`);
    return OTHER;
  }
  choice.add(dice.oneOf(["--unshare-user", "--unshare-all"]));
  if (dialect === "bwrap" || dice.oneIn(2)) choice.add("--cap-drop", "ALL");
  choice.maybe(4, "--uid", "1000", "--gid", "1000");
  if (!choice.words.includes("--unshare-user")) choice.add("--unshare-user");
  choice.maybe(8, "--disable-userns");
  return 0;
}

interface Given {
  readonly work: Work;
  readonly covered: boolean;
  readonly masked: boolean;
}

function chooseFiles(dice: Dice, choice: Choice, dialect: OptionSet["dialect"], layout: Layout): Given {
  if (layout === "landlock") {
    choice.add("--landlock-exec", "/bin", "--landlock-ro", "/srv/open");
    const given = choice.maybe(2, "--landlock-rw", "/work");
    choice.maybe(2, "--landlock-scope", "signal", "--landlock-scope", "abstract-unix");
    return { work: given ? "given" : "fixed", covered: true, masked: false };
  }
  choice.add("--ro-bind", ...(layout === "whole" ? ["/", "/"] : ["/bin", "/bin"]));
  if (!choice.maybe(5, "--dir", "/tmp")) choice.add("--tmpfs", "/tmp");
  if (!dice.oneIn(5)) choice.add("--proc", "/proc");
  if (!dice.oneIn(4)) choice.add("--dev", "/dev");
  const given = choice.maybe(2, "--bind", "/work", "/work");
  const fixed = given && choice.maybe(2, "--ro-bind", "/work/fixed", "/work/fixed");
  const whole = layout === "whole";
  const covered = whole ? choice.maybe(2, "--tmpfs", "/srv/covered") : true;
  const masked = whole && dialect === "rein" ? choice.maybe(4, "--mask", "/srv/open/masked") : false;
  if (whole && dialect === "rein") choice.maybe(6, "--read-only-path", "/srv/open");
  return { work: fixed ? "all but fixed" : given ? "given" : "fixed", covered, masked };
}

function chooseMore(dice: Dice, choice: Choice, dialect: OptionSet["dialect"], layout: Layout): void {
  for (const kind of ["net", "ipc", "uts", "cgroup"]) choice.maybe(4, `--unshare-${kind}`);
  // bubblewrap's command may type on its terminal otherwise, and that is what the name promises.
  if (dialect === "bwrap" || dice.oneIn(3)) choice.add("--new-session");
  choice.maybe(5, "--as-pid-1");
  // Without it a command under the name bwrap may outlive that.
  if (dialect === "bwrap" || dice.oneIn(6)) choice.add("--die-with-parent");
  if (dialect === "bwrap") return;
  choice.maybe(5, "--seccomp-profile", "default");
  choice.maybe(6, "--no-new-privs");
  choice.maybe(6, "--drain", "100ms");
  if (layout === "whole") choice.maybe(8, "--landlock-exec", "/", "--landlock-rw", "/work", "--landlock-rw", "/dev");
}

function flagsOf(dice: Dice, dialect: OptionSet["dialect"]): string {
  let flags = "";
  if (dice.oneIn(2)) flags += "t";
  // bwrap hands on what its caller has open.
  if (dialect === "rein" && dice.oneIn(2)) flags += "d";
  if (dice.oneIn(4)) flags += "m";
  if (dice.oneIn(8)) flags += "k";
  return flags;
}

interface Seen {
  readonly layout: Layout;
  readonly command: number;
  readonly covered: boolean;
  readonly masked: boolean;
  readonly hidesVariable: boolean;
  readonly work: Work;
}

function secretsOf(seen: Seen): Set<string> {
  const secrets = new Set(["session", "key", "root's canary", "the user's canary"]);
  if (seen.hidesVariable) secrets.add("variable");
  for (const { path, mode, owner } of FILES) {
    if (!isInSight(path, seen) || !isReadable(mode, owner, seen.command)) secrets.add(path);
  }
  return secrets;
}

function isInSight(path: string, { layout, covered, masked, work }: Seen): boolean {
  if (path.startsWith("/work")) return layout === "whole" || work !== "fixed";
  if (path.startsWith("/srv/covered")) return !covered;
  if (path === "/srv/open/masked" && masked) return false;
  return layout === "whole" || (layout === "landlock" && path.startsWith("/srv/open"));
}

/** Root in a user namespace is the owner of root's files, and may have its capabilities over them. */
function isReadable(mode: number, owner: number, reader: number): boolean {
  return reader === owner ? reader === 0 || (mode & 0o400) !== 0 : (mode & 0o004) !== 0;
}
