import type { OptionGroup } from "./option.ts";

export const others: OptionGroup = {
  name: "others",
  heading: "Others",
  page: "first",
  options: [
    {
      name: "args",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "read more options from FD, a NUL after each word",
      manual:
        "Reads more options from the descriptor FD up to its end, with a NUL byte after each word, in place of this option. Only options can stand there, at most 9000 words, and no other `--args`.",
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
    },
    {
      name: "help-sandbox",
      values: [],
      help: "list the options for namespaces and a root directory",
      manual: "Shows the options for namespaces and a root file system, and exits with 0.",
      dialects: ["rein"],
    },
    {
      name: "version",
      values: [],
      help: "show the version",
      manual: "Shows the version, and exits with 0. bwrap shows the version of bubblewrap whose options it takes.",
      dialects: ["rein", "bwrap"],
      elsewhere: { tini: "--version", "dumb-init": "-V", catatonit: "-V", pause: "-v" },
    },
  ],
};
