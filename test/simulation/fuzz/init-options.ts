// The options of rein as an init, and what values they take. A table and nothing else.

/** A kind of value: `signal-pair` is FROM:TO, `limit` RESOURCE=SOFT[:HARD]. */
export type ValueKind =
  | "signal" | "signal-pair" | "duration" | "number" | "number-pair" | "user" | "text" | "variable" | "limit" | "score"
  | "capability" | "descriptor"; // biome-ignore format: a set

/** The kinds of values that each option takes, one after the other. */
export const initOptions: Readonly<Record<string, readonly ValueKind[]>> = {
  "-g": [],
  "--group": [],
  "-c": [],
  "--single-child": [],
  "-r": ["signal-pair"],
  "--rewrite": ["signal-pair"],
  "--stop-delay": ["duration"],
  "--stop-signal": ["signal"],
  "-p": ["signal"],
  "--parent-death": ["signal"],
  "-s": [],
  "--subreaper": [],
  "--grace": ["duration"],
  "--drain": ["duration"],
  "-e": ["number"],
  "--expect": ["number"],
  "--map-exit": ["number-pair"],
  "--user": ["user"],
  "--chdir": ["text"],
  "--setenv": ["variable", "text"],
  "--unsetenv": ["variable"],
  "--clearenv": [],
  "--file-env": ["variable"],
  "--rlimit": ["limit"],
  "--oom-score-adj": ["score"],
  "--no-new-privs": [],
  "--cap-drop": ["capability"],
  "-v": [],
  "--verbose": [],
  "-w": [],
  "--warn-reap": [],
  "--json-status-fd": ["descriptor"],
};
