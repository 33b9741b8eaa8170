// What tini, dumb-init, catatonit and others get wrong, and the tests that keep rein from it. docs/other-inits.md has these
// rows. Those of tini (0.19 and its later commits), dumb-init (1.2.5) and catatonit (0.2.1 and later commits) were seen when
// running these; others are from reading their source, or from the report that is named.

export interface Bug {
  /** What a user sees. */
  readonly what: string;
  /** In which inits, or in which report. */
  readonly where: string;
  /** The file of tests below test/, without `.test.ts`, and names of tests in it. */
  readonly tests: readonly (readonly [file: string, ...names: readonly string[]])[];
}

/** As the page has it: `executable/signals: "a", "b"`. */
export function describeTests([file, ...names]: Bug["tests"][number]): string {
  return names.length === 0 ? file : `${file}: ${names.map((name) => `"${name}"`).join(", ")}`;
}

export const bugs: readonly Bug[] = [
  {
    what: "hangs for ever when started by someone who ignores SIGCHLD",
    where: "tini, catatonit",
    tests: [["executable/exit-status", "started by someone who ignores SIGCHLD it does not hang"]],
  },
  {
    what: "jobs cannot be suspended inside: the payload inherits blocked stop signals",
    where: "catatonit",
    tests: [["executable/payload-world", "the payload's mask and ignored signals are the caller's, bit by bit"]],
  },
  {
    what: "the shell that started it in the background dies, the script's next `read` fails",
    where: "tini, catatonit",
    tests: [["executable/terminal-jobs", "it does not take the terminal: the shell reads on", "started from a script"]],
  },
  {
    what: "Ctrl-Z leaves the shell without a prompt",
    where: "tini, catatonit",
    tests: [["executable/terminal-jobs", "Ctrl-Z stops init and payload and gives the prompt back, fg continues both"]],
  },
  {
    what: "a signal in the first moments is lost",
    where: "all three, for a group",
    tests: [
      [
        "executable/early-signals",
        "none of … signals sent while it starts is lost",
        "a TERM after any of the system calls of its start reaches the payload",
      ],
    ],
  },
  {
    what: "a broken log pipe kills the payload, or keeps a core busy",
    where: "all three",
    tests: [
      [
        "executable/payload-world",
        "a stderr whose reader is gone \u2026 harms nobody",
        "a log file at its limit \u2026 harms nobody",
      ],
    ],
  },
  {
    what: "signals above 31 are dropped or kill the init",
    where: "dumb-init with musl",
    tests: [
      [
        "executable/signals",
        "every signal arrives exactly once and in order",
        "the signals that C libraries keep to themselves arrive too",
      ],
    ],
  },
  {
    what: "the exit-time SIGTERM goes to a pid that was reaped, and is rewritten",
    where: "dumb-init -c (from its source)",
    tests: [
      [
        "executable/pid-reuse",
        "without --drain the exit-time signal goes to nobody, least of all to a pid that was reaped",
        "there before everybody is asked to end, it is asked once, with SIGTERM",
      ],
    ],
  },
  {
    what: "the end of the parent is missed when it comes before the init has asked for its signal",
    where: "tini -p (from its source)",
    tests: [
      [
        "executable/parent-death",
        "a parent that ends before the init has asked for its signal, or after any later system call",
      ],
    ],
  },
  {
    what: "`nohup` and `trap '' TERM` have no effect inside",
    where: "dumb-init",
    tests: [["executable/payload-world", "the payload's mask and ignored signals are the caller's, bit by bit"]],
  },
  {
    what: "fails to start with a closed stdin",
    where: "tini",
    tests: [["executable/payload-world", "closed the payload starts, and they stay closed"]],
  },
  {
    what: "`kill -ABRT` of the init leaves the payload running alone",
    where: "tini, catatonit",
    tests: [["executable/signals", "a crash signal that a person sent reaches the payload and leaves the init alive"]],
  },
  {
    what: "`kill -9` of the init leaves the payload running",
    where: "all three",
    tests: [["executable/payload-world", "kill -9 of the init ends the payload"]],
  },
  {
    what: "the init's messages are in the payload's output",
    where: "tini -vv",
    tests: [["executable/payload-world", "what the init has to say goes to stderr, never to stdout"]],
  },
  {
    what: "wakes up every second",
    where: "tini",
    tests: [["executable/idle", "while nothing happens it never wakes up"]],
  },
  {
    what: "workers are killed while they clean up",
    where: "all three",
    tests: [["executable/drain", "workers \u2026 clean up …; the init ends with the last of them"]],
  },
  {
    what: "a grace time is slept in full",
    where: "s6-overlay",
    tests: [["executable/shutdown", "a payload that obeys ends at once, with its own status"]],
  },
  {
    what: "only TERM and INT are forwarded",
    where: "pid1-rs",
    tests: [["executable/signals", "every signal arrives exactly once and in order"]],
  },
  {
    what: "a SIGHUP that somebody sends while the terminal is handed over is taken for the kernel's, and lost",
    where: "dumb-init",
    tests: [
      ["executable/dumb-init-dialect", "somebody's SIGHUP that is there before the kernel's reaches the payload"],
    ],
  },
  {
    what: "a failed start is status 1 or 2, and does not say what was not found",
    where: "dumb-init, catatonit",
    tests: [["executable/exec-errors"]],
  },
  {
    what: "a whole command in one word is not found, and nobody says why",
    where: "all three",
    tests: [["executable/exec-errors", "a whole command in one word"]],
  },
  {
    what: "without CAP_KILL, as after --cap-drop ALL, root's init cannot stop a command of another user",
    where: "all three",
    tests: [["executable/no-cap-kill", "signals reach it", "--grace ends it, and what it has started"]],
  },
  {
    what: "a program that becomes a daemon, or starts itself anew as Jenkins does, ends the container",
    where: "dumb-init#80, catatonit",
    tests: [["executable/wait-all", "a daemon goes on, a stop signal ends it, and the status is the command's"]],
  },
  {
    what: "where pidfd_send_signal(2) is refused nobody is signalled, and nobody says so",
    where: "crun#970",
    tests: [
      [
        "executable/refused-signals",
        "pidfd_send_signal(2) is refused",
        "--drain asks those who are left by their numbers",
      ],
    ],
  },
  {
    what: "an interactive shell, as of docker exec -it, makes a stop last until everybody is killed",
    where: "all three",
    tests: [["executable/drain-shell", "an interactive shell does not make a stop last the whole --drain"]],
  },
  {
    what: "$NAME in the command stays as it is where an image has no shell",
    where: "all three",
    tests: [["executable/expand", "in the command and its arguments"]],
  },
  {
    what: "of two services one goes on when the other has ended, or is cut off",
    where: "dumb-init#212",
    tests: [["examples/two-services", "ends when … has, with its status", "… reaches both"]],
  },
];
