/** docs/man/rein-bwrap.1: what differs from bubblewrap. */
import { groups } from "../../../src/options/options.ts";
import { type GeneratedFile, NOTICE } from "../file.ts";
import { optionEntry } from "./options.ts";
import { page, paragraph } from "./roff.ts";

const DESCRIPTION = [
  "By the name bwrap, that of a link or a copy, the executable of rein(1) takes the place of bubblewrap 0.11: its options with their meaning and in their order, its messages, and its exit statuses. Where an option refuses or a sandbox cannot be made, that is 1.",
  "`bwrap --help` lists all options, and rein(1) describes them.",
];

const DIFFERENCES = [
  "The executable is never set-uid: an ordinary user needs user namespaces.",
  "Where bwrap is PID 1, as in a container, the signals that it gets go on to the command. bubblewrap is deaf there.",
  "`--proc` makes sys, irq, bus and sysrq-trigger in it read-only where the command may be the machine's root; `--dev-bind /proc/sys /proc/sys` after it gives the settings of a network of its own back.",
  "`--dev` makes new devices where the caller may make them, and mounts the caller's read-only elsewhere: neither mode nor owner of the caller's changes.",
  "Paths in the new root are looked up so that neither links nor `..` lead out of it, also while somebody exchanges them.",
  "The first line about a failure is bubblewrap's, to the letter. What is known beyond it, as the way out, comes on a second one.",
  "The init inside is called bwrap, too, but shows its options to nobody, and its environment, descriptors and directory in /proc to root alone: `flatpak enter` takes root.",
  "`REIN_OPTIONS` holds options of rein(1), as `--grace` and `--drain`, and `--json-status-fd` for all events of rein(1) among bubblewrap's lines.",
];

const SAME = [
  "A signal to bwrap ends bwrap. The command goes on, as do those that it has left in the background when it ends; with `--die-with-parent` all of them are killed.",
  "As with bubblewrap, and not as under the name rein, the command has all descriptors of the caller, can type on the caller's terminal unless there is `--new-session`, and can take mounts apart when it is given CAP_SYS_ADMIN. What is mounted outside later comes in unless there is `--propagation private`.",
];

/** Those that bubblewrap has not. */
const NOT_OF_BUBBLEWRAP: ReadonlySet<string> = new Set(["domainname", "keep-fd", "propagation"]);

export function bwrapManual(): GeneratedFile {
  const options = groups.flatMap((group) =>
    group.options.filter(
      ({ name, dialects }) =>
        dialects.includes("bwrap") &&
        (NOT_OF_BUBBLEWRAP.has(name) || name === "seccomp-profile" || name.startsWith("landlock-")),
    ),
  );
  const content = page("REIN\\-BWRAP", NOTICE, [
    '.SH "NAME"\nrein\\-bwrap \\- rein in the place of bubblewrap',
    '.SH "SYNOPSIS"\n.B bwrap\n[\\fIOPTION\\fR...] [\\fB\\-\\-\\fR]\n\\fICOMMAND\\fR [\\fIARGUMENT\\fR...]',
    `.SH "DESCRIPTION"\n${DESCRIPTION.map((text) => paragraph(text)).join("\n.PP\n")}`,
    '.SS "What is different"',
    ...DIFFERENCES.map((text) => `.IP \\(bu 2\n${paragraph(text)}`),
    '.SS "What is the same"',
    SAME.map((text) => paragraph(text)).join("\n.PP\n"),
    '.SH "OPTIONS"',
    paragraph("Those that bubblewrap has not:"),
    ...options.map(optionEntry),
    `.SH "EXIT STATUS"\n${paragraph("The command's own; 128+N when the signal N killed it; 1 when it could not be started. A signal to bwrap itself ends it as any program.")}`,
    `.SH "SEE ALSO"\n${paragraph("rein(1), bwrap(1)")}`,
  ]);
  return { path: "docs/man/rein-bwrap.1", content };
}
