import type { OptionGroup } from "./option.ts";

export const command: OptionGroup = {
  name: "command",
  heading: "The command",
  page: "first",
  manual:
    "These change the command alone; the init stays as it was started. In a sandbox, paths and accounts are those inside it. Changes to the environment are made in the order in which they are given.",
  options: [
    {
      name: "user",
      values: [{ kind: "user", name: "USER[:GROUP]" }],
      help: "run the command as USER, by name or number",
      manual:
        "The command runs as USER, and HOME is that user's. Names and numbers are looked up in /etc/passwd and /etc/group. A user who is there has the group and the supplementary groups that are theirs; with GROUP that group alone. A number that nobody has is taken as it is, with the caller's group unless GROUP says another. A name that is not there is refused, and so is an account file that is there and cannot be read.",
      dialects: ["rein"],
      variable: true,
      portable: "refused",
      library: "user",
      repeated: "replaces",
    },
    {
      name: "chdir",
      values: [{ kind: "directory", name: "DIRECTORY" }],
      help: "start the command in DIRECTORY",
      manual:
        "The command starts in DIRECTORY, which it must be allowed to enter as the user that it is. In a sandbox it is a path inside, and PWD is set to it.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "done",
      library: "directory",
      repeated: "replaces",
      warnsWhenRepeated: true,
    },
    {
      name: "setenv",
      values: [
        { kind: "variable", name: "NAME" },
        { kind: "text", name: "VALUE" },
      ],
      help: "set the variable NAME to VALUE",
      together: { others: ["unsetenv", "clearenv"], help: "change its variables" },
      manual:
        "Sets NAME to VALUE in the command's environment. A NAME that is empty or has an `=` in it is refused; under the name bwrap it is taken as it is.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "done",
      repeated: "adds",
    },
    {
      name: "unsetenv",
      values: [{ kind: "variable", name: "NAME" }],
      help: "remove the variable NAME",
      manual: "Removes NAME from the command's environment. It is no error when it is not there.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "done",
      repeated: "adds",
    },
    {
      name: "clearenv",
      values: [],
      help: "remove all variables",
      manual:
        "Removes all variables from the command's environment, but for HOME when there is a `--user`, and for PWD in a sandbox. What is set by options after it stays.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "done",
      repeated: "adds",
    },
    {
      name: "file-env",
      values: [{ kind: "variable", name: "NAME" }],
      help: "set NAME to what the file in NAME_FILE holds",
      manual:
        "When there is a variable NAME_FILE, NAME becomes what the file of that name holds, less one newline at its end, and NAME_FILE goes: so the command finds a secret where it looks for it. The file may be a pipe, and is read with rein's rights, before `--user`. It is refused when NAME is set as well, when the file cannot be read, holds a NUL byte, or is longer than a variable may be (128 kB). Without NAME_FILE nothing changes.",
      dialects: ["rein"],
      variable: true,
      portable: "done",
      library: "fileEnv",
      repeated: "adds",
    },
    {
      name: "argv0",
      values: [{ kind: "text", name: "NAME" }],
      help: "give the command NAME as its argv[0]",
      manual:
        "The command finds NAME in place of its own name as its argument 0; what is executed is still COMMAND. It can be given only once.",
      dialects: ["rein", "bwrap"],
      portable: "left out",
      repeated: "refused",
    },
    {
      name: "rlimit",
      values: [{ kind: "limit", name: "NAME=SOFT[:HARD]" }],
      help: "limit a resource, as nofile=1024:4096",
      manual:
        "Sets the soft and the hard limit of a resource (getrlimit(2)) before the user is changed; with one number both are that. A soft limit above the hard one is refused. To raise a hard limit takes CAP_SYS_RESOURCE outside of any user namespace. It may be given for several resources.",
      dialects: ["rein"],
      variable: true,
      portable: "refused",
      library: "rlimits",
      repeated: "adds",
    },
    {
      name: "oom-score-adj",
      values: [{ kind: "score", name: "N" }],
      help: "out of memory: -1000 spares it, 1000 kills it first",
      manual:
        "Sets the command's /proc/PID/oom_score_adj: from -1000, the out-of-memory killer never takes it, to 1000, it takes it first. To lower the score takes CAP_SYS_RESOURCE. In a sandbox it is that of all processes inside.",
      dialects: ["rein"],
      variable: true,
      portable: "left out",
      library: "oomScoreAdjustment",
      repeated: "replaces",
    },
    {
      name: "no-new-privs",
      values: [],
      help: "set-uid programs give it no more rights",
      manual:
        "Neither set-uid and set-gid bits nor file capabilities give the command, or what it starts, more rights (PR_SET_NO_NEW_PRIVS of prctl(2)). In a sandbox and with the restrictions below it is always so.",
      dialects: ["rein"],
      variable: true,
      portable: "refused",
      library: "noNewPrivileges",
    },
    {
      name: "cap-drop",
      values: [{ kind: "capability", name: "NAME" }],
      help: "take a capability from it, or ALL",
      together: { others: ["cap-add"], help: "take or leave a capability, or ALL" },
      manual:
        "Takes a capability (capabilities(7)) from the command, for good: from its bounding set, too. Of this option and `--cap-add` the last one counts for each capability.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "capabilities",
      repeated: "adds",
    },
    {
      name: "cap-add",
      values: [{ kind: "capability", name: "NAME" }],
      help: "leave it a capability, or ALL",
      manual:
        "In a sandbox that was not started by root, or whose command is not root there, the command has no capabilities but those that are added so, in the user namespace that it is in. Elsewhere it takes a `--cap-drop` back, as in `--cap-drop ALL --cap-add NET_BIND_SERVICE`; it gives none that the caller has not.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      library: "capabilities",
      repeated: "adds",
    },
  ],
};
