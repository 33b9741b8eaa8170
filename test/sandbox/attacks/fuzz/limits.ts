// What docs/sandbox-limits.md says that a sandbox does not keep: for each the sets of options where that is so, and the
// changes that may come of it. Everywhere else the same change is a finding.

/** All files of the caller's, some of them, or all and Landlock. */
export type Layout = "whole" | "parts" | "landlock";
/** Whether the command may do as it likes in /work, and whether /work/fixed is nevertheless to stay. */
export type Work = "fixed" | "given" | "all but fixed";

/** One of those ways, as far as a set of options leaves it open. */
export interface Limit {
  readonly name: string;
  /** The changes that it accounts for. */
  readonly pattern: RegExp;
  /** Only where the caller has killed the supervisor, as the command did not end in its time: a busy machine has such. */
  readonly onlyKilled?: boolean;
}

interface Chosen {
  readonly dialect: "rein" | "bwrap";
  readonly words: readonly string[];
  readonly layout: Layout;
  /** Who the command is, seen from outside. */
  readonly command: number;
  /** See program/caller.c. */
  readonly flags: string;
  readonly work: Work;
}

/** What is open with these options; and the caller's flags, with which it does not end the caller. */
export function limitsOf(chosen: Chosen): { readonly known: readonly Limit[]; readonly flags: string } {
  const { dialect, words, layout, command, work } = chosen;
  let { flags } = chosen;
  const known: Limit[] = [];
  const has = (word: string): boolean => words.includes(word);
  const makesUserNamespaces = !has("--disable-userns") && !has("--seccomp-profile");
  // Landlock takes mounts and new roots away as well.
  const makesMounts = makesUserNamespaces && layout !== "landlock" && !has("--landlock-exec");
  // Over a user namespace that it has been given, too.
  const isDropped = words.some(
    (word, index) => word === "--cap-drop" && /^(ALL|SYS_ADMIN)$/.test(words[index + 1] ?? ""),
  );
  const isAdministrator = !isDropped && !has("--seccomp-profile") && layout !== "landlock" && !has("--landlock-exec");
  const isBwrap = dialect === "bwrap";

  if (isBwrap)
    known.push({
      name: "keyring",
      pattern: /^(keyring: (the key session|session was|the session's) |secret: session )/,
    });
  if (isBwrap && layout === "whole" && flags.includes("m"))
    known.push({ name: "later mount", pattern: /^late mount: its file holds / });
  if (command === 0 && (makesMounts || isAdministrator)) {
    flags += "g";
    known.push({
      name: "control groups",
      pattern: /^control group: (\/callers\/job\/|folders of \/callers(\/job\S*)? )/,
    });
  }
  const sharesGroup = !isBwrap && has("--as-pid-1") && !has("--new-session");
  if (sharesGroup) flags += "j";
  // Killed by the caller, by the group that it shares, or by its control group.
  const isSupervisorKilled = sharesGroup || flags.includes("k") || flags.includes("g");
  if (has("--as-pid-1"))
    known.push({
      name: "outlives its supervisor",
      pattern: /^process: left behind: (\/bin\/fuzz attack)?$/,
      onlyKilled: !isSupervisorKilled,
    });
  if (work === "all but fixed" && makesMounts)
    known.push({ name: "moves a mount's place", pattern: /^file: \/work\/fixed\S* is (moved to|in the place of) / });
  return { known, flags: `-${flags}` };
}
