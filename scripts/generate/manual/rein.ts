/** docs/man/rein.1 */
import type { OtherInit } from "../../../src/options/option.ts";
import { groups, options } from "../../../src/options/options.ts";
import { VALUE_FORMS } from "../../../src/options/values.ts";
import { type GeneratedFile, NOTICE } from "../file.ts";
import { optionSection } from "./options.ts";
import { bold, entry, example, page, paragraph } from "./roff.ts";
import { STATUS_LINES } from "./status-lines.ts";

const DESCRIPTION = [
  "rein starts COMMAND, passes signals on to it, reaps zombies, and exits as COMMAND did. It is made to be PID 1 of a container, where a program without a handler for SIGTERM does not get it, and orphans become its children; it does the same as any other process.",
  "With the options under SANDBOX it first makes namespaces and a root file system, and starts COMMAND in them. They are bubblewrap's, with their meaning and in their order.",
  "Options end at the first word that is none, or at `--`. `--grace 5s` and `--grace=5s` are the same, and so are `-e 143` and `-e143`; letters may stand together, as in `-gvv`. An option that is wrong is said in one line, and nothing is started.",
];

const SANDBOX = [
  "Any of these options makes a sandbox. rein stays outside as its supervisor: it passes signals on, and exits as the command did. Inside it is started again as rein-setup, which makes the root file system, and where there is a PID namespace then as rein-init, PID 1.",
  "No option weakens a sandbox silently. What cannot be set up is an error that names the stage, the option, the path, and the way out where one is known; rein exits with 125 then, and nothing is left mounted or running. When rein gets SIGKILL, the sandbox ends as well.",
  "Root's command without a user namespace keeps root's capabilities, unless `--cap-drop ALL` takes them, and can undo what was mounted for it.",
];

const EXIT_STATUS: readonly (readonly [string, string])[] = [
  ["0-255", "The command's own, or what `--expect` and `--map-exit` make of it."],
  ["128+N", "The signal N killed the command."],
  ["127", "The command was not found."],
  ["126", "The command was found and could not be executed."],
  ["125", "rein refuses: a wrong option, an unknown user, no right to what was asked for."],
];

/** Of the first page those that REIN_OPTIONS may not hold. */
const outside = groups
  .filter((group) => group.page === "first")
  .flatMap((group) => group.options.filter((option) => option.dialects.includes("rein") && option.variable !== true))
  .map(({ name }) => `\`--${name}\``)
  .join(", ");

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  [
    "REIN_OPTIONS",
    `Options with white space between the words, without quoting, at most 32 kB. They come before those of the command line. It works under every name of the executable, for where nobody can give arguments to the init, as behind \`docker run --init\`. The command does not see it. Options under SANDBOX cannot stand there, nor can ${outside}.`,
  ],
  ["NAME_FILE", "The file that `--file-env NAME` reads."],
  ["HOME", "With `--user` it becomes that user's home directory."],
  ["PWD", "In a sandbox it becomes the directory that the command starts in."],
  [
    "LISTEN_PID",
    "Where it names rein it becomes the command's process, so that socket activation (sd_listen_fds(3)) finds its descriptors; LISTEN_PIDFDID is removed then. WATCHDOG_PID is removed where it names rein: the watchdog is then anybody's who knows its NOTIFY_SOCKET.",
  ],
  [
    "LISTEN_FDS",
    "In a sandbox it is removed, with the other variables of LISTEN_*, unless `--keep-fd` keeps all the descriptors that it counts, from 3 on.",
  ],
  [
    "NOTIFY_SOCKET, SSH_AUTH_SOCK, XDG_RUNTIME_DIR, CREDENTIALS_DIRECTORY, MEMORY_PRESSURE_WATCH",
    "In a sandbox they are removed where there is nothing at the path inside, and so is a NOTIFY_SOCKET that is abstract where the network is another. WATCHDOG_USEC goes with NOTIFY_SOCKET. `--setenv` sets each of them all the same.",
  ],
];

const EXAMPLES: readonly (readonly [string, string])[] = [
  [
    "The ENTRYPOINT of an image, with ten seconds for an orderly end:",
    'ENTRYPOINT ["rein", "--grace", "10s", "--drain", "5s", "--"]',
  ],
  [
    "A server that wants SIGQUIT to finish its requests, as another user, with its secret from a file:",
    "rein --user www --rewrite TERM:QUIT --file-env DB_PASSWORD nginx -g 'daemon off;'",
  ],
  ["The same init where the engine brings its own:", 'docker run --init --env REIN_OPTIONS="--drain 5s" IMAGE'],
  [
    "A script without a network, that sees the system read-only and writes to a directory of its own:",
    'rein --unshare-all --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp \\\n    --bind "$PWD/work" /mnt --chdir /mnt ./script',
  ],
  [
    "A program that may read the system, write to /tmp, and connect to one port; no namespaces:",
    "rein --landlock-exec /usr --landlock-ro /etc --landlock-rw /tmp \\\n    --landlock-connect-tcp 443 ./program",
  ],
];

const OTHER_NAMES: readonly (readonly [OtherInit, string, string])[] = [
  [
    "tini",
    "tini, tini-static, docker-init",
    "tini's options and variables (TINI_SUBREAPER, TINI_VERBOSITY, TINI_KILL_PROCESS_GROUP), messages and statuses. It does not hang when SIGCHLD is inherited as ignored, does not take the terminal from a shell, does not wake up every second, works with a closed stdin, and writes all messages to stderr. It adopts no orphans unless asked.",
  ],
  [
    "dumb-init",
    "dumb-init",
    "dumb-init's options and variables (DUMB_INIT_SETSID, DUMB_INIT_DEBUG), messages and statuses. No signal is lost before its session is there; the caller's mask and ignored signals are the command's; real-time signals pass whatever `-r` says; the SIGTERM at the end is not rewritten, and with `-c` never goes to a number that was used again.",
  ],
  [
    "catatonit",
    "catatonit, podman-init",
    "catatonit's options, its variable CATATONIT_DEBUG, and its statuses; `-P` pauses. Ctrl-Z works in shells below it, it does not hang, does not take the terminal, and passes SIGABRT and SIGSEGV on.",
  ],
  ["pause", "pause", "Kubernetes' pause: no command; it reaps, and ends with SIGINT or SIGTERM."],
];

const SECURITY = [
  "The command is the attacker, and the caller, its options and the kernel are trusted. docs/sandbox-limits.md says what each kind of options promises, and what no option keeps.",
  "Root's command without a user namespace is not confined: it is root. Landlock alone restricts neither UDP nor connections to sockets by their paths. A command that may make user namespaces has more of the kernel to attack, and can move a `--ro-bind` away that lies within a writable `--bind`: give `--unshare-user --disable-userns` or `--seccomp-profile default`.",
  "For code that may be hostile, as an ordinary user, or as root with a directory that belongs to 2000001000:",
];

const HOSTILE = `rein --confine --bind "$PWD" "$PWD" -- COMMAND`;

function section(name: string, ...lines: readonly string[]): string {
  return [`.SH "${name}"`, ...lines].join("\n");
}

function paragraphs(texts: readonly string[], variables: readonly string[] = []): string {
  return texts.map((text) => paragraph(text, variables)).join("\n.PP\n");
}

function terms(list: readonly (readonly [string, string])[]): string {
  return list.map(([term, text]) => entry(bold(term), paragraph(text))).join("\n");
}

function statusLines(): string {
  return STATUS_LINES.map(({ event, keys, meaning }) =>
    entry(event === undefined ? "without an event" : bold(event), `(${keys})\n.br\n${paragraph(meaning)}`),
  ).join("\n");
}

/** What each of the other inits' options of one letter is called here. */
function otherNames(): string {
  return OTHER_NAMES.map(([init, names, text]) => {
    const same = options.flatMap(({ name, elsewhere }) =>
      elsewhere?.[init] === undefined ? [] : [`\`${elsewhere[init]}\` is \`--${name}\``],
    );
    return entry(bold(names), paragraph(`${text} Of its options ${same.join(", ")}.`));
  }).join("\n");
}

export function reinManual(): GeneratedFile {
  const first = groups.filter((group) => group.page === "first");
  const sandbox = groups.filter((group) => group.page === "sandbox");
  const forms = Object.values(VALUE_FORMS).map(({ accepted }) => paragraph(accepted));
  const content = page("REIN", NOTICE, [
    section("NAME", "rein \\- run a command below an init, or in a sandbox"),
    section("SYNOPSIS", ".B rein", "[\\fIOPTION\\fR...] [\\fB\\-\\-\\fR]", "\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]"),
    section("DESCRIPTION", paragraphs(DESCRIPTION, ["COMMAND"])),
    section("OPTIONS", ...first.map((group) => optionSection(group, "rein"))),
    ['.SS "Values"', forms.join("\n.PP\n")].join("\n"),
    section("SANDBOX", paragraphs(SANDBOX), ...sandbox.map((group) => optionSection(group, "rein"))),
    section("SECURITY", `${paragraphs(SECURITY)}\n${example(HOSTILE)}`),
    section("EXIT STATUS", terms(EXIT_STATUS)),
    section("ENVIRONMENT", terms(ENVIRONMENT)),
    section(
      "STATUS LINES",
      paragraph(
        "`--json-status-fd` writes a JSON object a line. The key `event` has one of these names; behind it are its other keys. A process is known by its pid in the command's PID namespace, a signal by its name, as SIGTERM, and an error by its number.",
      ),
      statusLines(),
    ),
    section(
      "OTHER NAMES",
      paragraph(
        "By another name, that of a link or a copy, the executable stands in for another init: it takes that one's options, and `REIN_OPTIONS`. The name is argv[0]'s; where that is none of these, as in a login shell's `-bwrap`, it is that of the file that was executed. Under the name bwrap it is described in rein-bwrap(1).",
      ),
      otherNames(),
    ),
    section("EXAMPLES", EXAMPLES.map(([text, words]) => `${paragraph(text)}\n${example(words)}`).join("\n.PP\n")),
    section("SEE ALSO", paragraph("rein-bwrap(1), namespaces(7), capabilities(7), landlock(7), seccomp(2), prctl(2)")),
  ]);
  return { path: "docs/man/rein.1", content };
}
