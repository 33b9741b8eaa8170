// All that may differ between another init and the executable under its name, each with its reason: the only
// differences that the tests of inits let pass. docs/other-inits.md has them, in these words.

import type { InitName } from "./support/form.ts";
import type { Place } from "./support/life.ts";

export type Field = "status" | "stdout" | "stderr" | "processes";

export interface Difference {
  /** What is different. */
  readonly what: string;
  /** Why it is, for a reader who uses that init. */
  readonly reason: string;
  readonly inits: readonly InitName[];
  readonly fields: readonly Field[];
  /** What the form, the situation and the place have to be, where it does not occur with all. */
  readonly forms?: RegExp;
  readonly situations?: RegExp;
  readonly place?: Place;
  /** Lines that only the other init has, and lines that only ours has. */
  readonly real?: RegExp;
  readonly ours?: RegExp;
  /** The kind of tests that has to show it; entry points, if nothing is said. */
  readonly kind?: "terminal" | "program";
  /** Only in the long mode. */
  readonly long?: true;
}

const tini = ["tini", "tini-static", "docker-init"] as const;
const catatonit = ["catatonit", "podman-init"] as const;
const all = [...tini, "dumb-init", ...catatonit] as const;

export const differences: readonly Difference[] = [
  {
    what: "not as PID 1 the command has a parent death signal",
    reason: "An init that is killed does not leave its command behind.",
    inits: all,
    fields: ["stdout"],
    situations: /^(tells its world|inherits blocked and ignored signals)$/,
    real: /^pdeathsig 0$/,
    ours: /^pdeathsig 9$/,
  },
  {
    what: "behind the other init's words a message says more in brackets, such as which PATH was searched, or which folder is not there",
    reason: "It tells what to do.",
    inits: [...tini, "dumb-init"],
    fields: ["stderr"],
    real: /: (No such file or directory|Not a directory|Permission denied)$/,
    ours: /: (No such file or directory|Not a directory|Permission denied) \(.+\)$/,
  },
  {
    what: "options end at the command, where it is given without `--`",
    reason:
      "The other init takes the command's own options for its own: refuses them, or keeps them and a `--` to itself.",
    inits: ["tini", "catatonit"],
    fields: ["status", "stdout", "stderr", "processes"],
    forms: /^(tini|tini -vw|catatonit)$/,
    situations: /^(has options of its own|tells its arguments|leaves orphans behind a shell)$/,
    real: /^/,
    ours: /^/,
  },
  {
    what: "it ends when the caller left it SIGCHLD ignored",
    reason: "The other init waits for ever for a child that is gone, or takes it for an error of its own.",
    inits: [...tini, ...catatonit],
    fields: ["status", "stderr", "processes"],
    situations: /^inherits an ignored SIGCHLD$/,
    real: /^(none|1|goes on:|\d (tini|catatonit) S .*|unshare: sigprocmask unblock failed: .*|ERROR .* self-check that pid1 .*)$/,
    ours: /^(5|left:|)$/,
  },
  {
    what: "children from before the init that have ended are reaped at once",
    reason: "The other init reaps them when the next child ends.",
    inits: all,
    fields: ["processes"],
    situations: /^has children from before the init$/,
    real: /^\d payload\S* Z /,
  },
  {
    what: "a SIGABRT that somebody sends reaches the command",
    reason: "The other init dies of it, and leaves its command alone.",
    inits: [...tini, ...catatonit],
    fields: ["status", "stdout", "stderr", "processes"],
    situations: /^gets a signal of its own doing$/,
    real: /^(134|Aborted|\d payload\S* [SZ] .*|)$/,
    ours: /^(0|signal 6|end|)$/,
  },
  {
    what: "a stop signal stops the command, and the init with it",
    reason: "With the other init the command cannot be suspended, or is without its shell's knowing.",
    inits: [...tini, ...catatonit],
    fields: ["processes"],
    situations: /^is stopped and goes on$/,
    real: /^\d (tini|catatonit|payload\S*) S /,
    ours: /^\d (tini|catatonit|payload\S*) T /,
  },
  {
    what: "messages of `-v` are all on stderr",
    reason: "tini writes those below WARN to stdout, into the command's data.",
    inits: ["tini"],
    fields: ["stdout", "stderr"],
    forms: /-\w*v|VERBOSITY/,
    real: /^\[(INFO |DEBUG|TRACE) tini \(\d+\)\] /,
    ours: /^\[(INFO |DEBUG) tini \(\d+\)\] /,
  },
  {
    what: "the usage names this program's version, `-e` as often as wanted, and REIN_OPTIONS",
    reason: "It is another program.",
    inits: ["tini"],
    fields: ["stderr"],
    situations: /^(is left out|has an option in its place)$/,
    real: /^(tini \(tini version 0\.19\.0\)| {2}-e EXIT_CODE: Remap .* to 0\.)$/,
    ours: /^(tini \(tini version .*_rein .*\)| {2}-e EXIT_CODE: Remap .* to 0 \(can be repeated\)\.| {2}REIN_OPTIONS: .*)$/,
  },
  {
    what: "a closed stdin is no error",
    reason: "tini does not start then: it cannot ask whose the terminal is.",
    inits: tini,
    fields: ["status", "stderr"],
    situations: /^has 0(, 1, 2)? closed$/,
    real: /^(1|\[FATAL tini \(\d+\)\] tcsetpgrp failed: Bad file descriptor)$/,
    ours: /^5$/,
  },
  {
    what: "nobody who reads stderr is no error",
    reason: "The other init's first message ends it.",
    inits: tini,
    fields: ["status", "stdout"],
    situations: /^has nobody who reads stderr$/,
    place: "not PID 1",
    real: /^(141|)$/,
    ours: /^(6|ready \d+|ended|)$/,
  },
  {
    what: "what the caller blocks and ignores is the command's",
    reason:
      "With dumb-init `nohup` and `trap '' TERM` have no effect inside; catatonit blocks the terminal's stop signals.",
    inits: ["dumb-init", ...catatonit],
    fields: ["stdout"],
    situations: /^(tells its world( on a terminal)?|inherits blocked and ignored signals)$/,
    real: /^Sig(Blk|Ign):/,
    ours: /^Sig(Blk|Ign):/,
  },
  {
    what: "`-v` says that the command is there when it has been executed",
    reason: "dumb-init says so of its fork, too.",
    inits: ["dumb-init"],
    fields: ["stderr"],
    forms: /-v|DEBUG/,
    situations:
      /^(is not there|is not in PATH|may not be executed|is a folder|is below a file|is empty|has .* in its place|has dashes first)$/,
    real: /^\[dumb-init\] Child spawned with PID \d+\.$/,
  },
  {
    what: "the SIGTERM that the session gets at the end is SIGTERM, whatever `--rewrite` says",
    reason: "dumb-init rewrites it: those who are left get another signal, or none.",
    inits: ["dumb-init"],
    fields: ["stdout", "stderr", "processes"],
    forms: /rewrite 15:/,
    situations: /^leaves a (group|session|orphan) when it ends$/,
    real: /^(\d payload\S* S .*|)$/,
    ours: /^(worker \d (got 15|cleaned)|)$/,
  },
  {
    what: "what could not be executed is named",
    reason: "catatonit says `pid1` in its place.",
    inits: catatonit,
    fields: ["stderr"],
    real: /^ERROR \(catatonit:\d+\): failed to exec pid1: /,
    ours: /^ERROR \(catatonit:\d+\): failed to exec (?!pid1)/,
  },
  {
    what: "the usage is in other words",
    reason: "They are this program's own.",
    inits: catatonit,
    fields: ["stderr"],
    situations: /^(is left out|has an option in its place)$/,
    real: /^usage: catatonit /,
    ours: /^usage: catatonit /,
  },
  {
    what: "Ctrl-Z stops init and command, and gives the shell's prompt back",
    reason: "With the other init the shell has no prompt any more.",
    inits: tini,
    fields: ["stdout"],
    situations: /^is a shell's job, and Ctrl-Z stops it$/,
    kind: "terminal",
    ours: /^(\[1\]\+ {2}Stopped .*|prompt>|1|)$/,
  },
  {
    what: "with `-c` what is typed at the terminal comes once",
    reason: "The command is in the terminal's foreground group and has it already; dumb-init sends it a second time.",
    inits: ["dumb-init"],
    fields: ["stdout"],
    forms: /-c/,
    situations: /^(gets what is typed|has a group that gets what is typed|is told of another size)$/,
    kind: "terminal",
    real: /^signal (2|3|20|28)$/,
  },
];
