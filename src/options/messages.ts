import type { OptionGroup } from "./option.ts";

export const messages: OptionGroup = {
  name: "messages",
  heading: "Messages and help",
  page: "first",
  manual: "All messages go to stderr, a line each. One that nobody reads is lost after a tenth of a second.",
  options: [
    {
      name: "verbose",
      short: "v",
      values: [],
      help: "say what happens; -vv says more",
      manual:
        "Says what happens: the start, the signals that go on, the end. Given twice it also says which signals are dropped, and each zombie that is reaped.",
      dialects: ["rein"],
      elsewhere: { tini: "-v", "dumb-init": "-v" },
      variable: true,
      portable: "done",
      repeated: "adds",
    },
    {
      name: "warn-reap",
      short: "w",
      values: [],
      help: "say each zombie that is reaped",
      manual: "Says each zombie that is reaped, without more being said of anything else.",
      dialects: ["rein"],
      elsewhere: { tini: "-w" },
      variable: true,
      portable: "left out",
    },
    {
      name: "json-status-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "write each event to FD, a JSON object a line",
      manual:
        "Writes what happens to the descriptor FD, a JSON object a line, in time order; STATUS LINES has the events. FD must be open for writing. The command does not get it, unless it is one of its standard streams. A reader who has gone ends the stream, and one who does not read misses lines: nobody holds the init up. The name bwrap writes bubblewrap's two lines alone, which programs read that know no others; in `REIN_OPTIONS` this option has it write all.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "left out",
      library: "events",
      repeated: "replaces",
      warnsWhenRepeated: true,
    },
    {
      name: "level-prefix",
      values: [],
      help: "begin messages with their severity, as <3>",
      manual:
        "Under the name bwrap: messages begin with their severity as syslog(3) numbers it, `<3>` for errors and `<4>` for warnings.",
      dialects: ["bwrap"],
    },
    {
      name: "not-a-security-boundary",
      values: [],
      help: "changes nothing here",
      manual:
        "Under the name bwrap, for programs that give it to bubblewrap 0.12 or later. There a mount below the source of `--bind` may then stay as it is outside where its flags cannot be changed, as those of an automount whose server is gone. Here they are changed without the server, and before it is mounted in the sandbox, or there is no sandbox.",
      dialects: ["bwrap"],
    },
    {
      name: "args",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "read more options from FD, a NUL after each word",
      manual:
        "Reads more options from the descriptor FD up to its end, with a NUL byte after each word, in place of this option. Only options can stand there, and no other `--args`; they may be as many as memory holds.",
      dialects: ["rein", "bwrap"],
      argsFile: false,
      portable: "refused",
      repeated: "adds",
    },
    {
      name: "help",
      short: "h",
      values: [],
      help: "show this help",
      together: { others: ["version"], help: "show this text, or the version" },
      manual:
        "Shows the options that need no namespace on one screen, and exits with 0. bwrap shows all that it takes, and knows no `-h`.",
      dialects: ["rein", "bwrap"],
      elsewhere: { tini: "-h", "dumb-init": "-h", catatonit: "-h" },
      portable: "refused",
    },
    {
      name: "version",
      values: [],
      help: "show the version",
      manual: "Shows the version, and exits with 0. bwrap shows the version of bubblewrap whose options it takes.",
      dialects: ["rein", "bwrap"],
      elsewhere: { tini: "--version", "dumb-init": "-V", catatonit: "-V", pause: "-v" },
      portable: "refused",
    },
    {
      name: "help-sandbox",
      values: [],
      help: "options for seccomp, Landlock, namespaces, mounts",
      manual:
        "Shows the options for restrictions by seccomp and Landlock, for namespaces and a root file system, and exits with 0.",
      dialects: ["rein"],
      portable: "refused",
    },
  ],
};
