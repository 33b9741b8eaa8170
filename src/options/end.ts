import type { OptionGroup } from "./option.ts";

export const end: OptionGroup = {
  name: "end",
  heading: "The end",
  page: "first",
  options: [
    {
      name: "grace",
      values: [{ kind: "time", name: "TIME" }],
      help: "kill everyone who is left TIME after a stop signal",
      manual:
        "When TIME has passed since a stop signal (SIGTERM, SIGINT, or one of `--stop-signal`) went on to the command, or could not, everyone who is left gets SIGKILL. A second stop signal does not put that off. A Ctrl-C typed on the command's terminal does not start it: the kernel sends that to the command alone, and rein does not hear of it. As PID 1 everyone is the whole PID namespace, elsewhere all descendants, which takes a /proc of the same namespace. Where PID 1 may not kill the command (another user's, without CAP_KILL), it ends itself, and all end with it. Without this option nobody is killed.",
      dialects: ["rein"],
      variable: true,
      portable: "done",
      library: "grace",
      repeated: "replaces",
    },
    {
      name: "drain",
      values: [{ kind: "time", name: "TIME" }],
      help: "end those left behind: SIGTERM, SIGKILL after TIME",
      manual:
        "When the command has ended, everyone who is left gets SIGTERM, and SIGKILL after TIME. An interactive shell that leads a session on a terminal ignores SIGTERM, and gets SIGHUP as well. rein ends as soon as nobody is left, with the command's exit status. Without this option rein ends with the command: as PID 1 the kernel then kills the others at once, elsewhere they go on.",
      dialects: ["rein"],
      variable: true,
      portable: "left out",
      library: "drain",
      repeated: "replaces",
    },
    {
      name: "wait-all",
      values: [],
      help: "stay until the last process has ended",
      manual:
        "When the command has ended, rein stays until nobody is left, and ends with the command's exit status: for a command that starts others in the background and ends. A stop signal that comes then, or that has come before, is SIGTERM for everyone who is left, and SIGKILL after the time of `--grace` or `--drain`; `--drain` alone does not end them. Other signals go nowhere then, as there is no command to have them, and `--rewrite` changes nothing. Orphans are adopted under every name.",
      dialects: ["rein"],
      variable: true,
      portable: "left out",
      library: "waitForAll",
    },
    {
      name: "expect",
      short: "e",
      values: [{ kind: "status", name: "STATUS" }],
      help: "exit with 0 where the command exits with STATUS",
      manual:
        "When the command's exit status is STATUS, rein's is 0; 143, for instance, is that of a command which SIGTERM has ended. It may be given for several statuses. When the command could not be run, rein's own 125, 126 and 127 stay as they are.",
      dialects: ["rein"],
      elsewhere: { tini: "-e" },
      variable: true,
      portable: "done",
      repeated: "adds",
    },
    {
      name: "map-exit",
      values: [{ kind: "status-pair", name: "FROM:TO" }],
      help: "exit with TO where the command exits with FROM",
      manual:
        "When the command's exit status is FROM, rein's is TO. It may be given for several statuses; for one status the last one counts, `--expect` included. The status TO is not mapped again.",
      dialects: ["rein"],
      variable: true,
      portable: "done",
      library: "mapExit",
      repeated: "adds",
    },
  ],
};
