import type { OptionGroup } from "./option.ts";

export const signals: OptionGroup = {
  name: "signals",
  heading: "Signals",
  page: "first",
  manual:
    "Every signal that comes in goes on to the command, real-time signals included. What the kernel sends for something that rein itself did stays with rein.",
  options: [
    {
      name: "group",
      short: "g",
      values: [],
      help: "send signals to the command's process group",
      manual:
        "Signals go to every process of the command's process group, and not to the command alone: for a command that is a shell, or starts another program and does not pass signals on. A shell that has no trap ends of it at once; `--drain` gives its programs time. When the command has left that group it gets the signal alone. Of this option and `--single-child` the last one counts.",
      dialects: ["rein"],
      elsewhere: { tini: "-g", catatonit: "-g" },
      variable: true,
      portable: "done",
      library: "signalGroup",
    },
    {
      name: "single-child",
      short: "c",
      values: [],
      help: "keep the command in the caller's process group",
      manual:
        "The command gets no process group of its own, it alone gets signals, and rein does not touch the terminal. What the terminal sends to the whole group, as SIGINT for Ctrl-C, the command has from the terminal itself, and so it does not go on a second time. A command in a PID namespace stays in the caller's group only on a terminal: its `kill -9 0` would end all of that group.",
      dialects: ["rein"],
      elsewhere: { "dumb-init": "-c" },
      variable: true,
      portable: "done",
    },
    {
      name: "rewrite",
      short: "r",
      values: [{ kind: "signal-pair", name: "FROM:TO" }],
      help: "send TO in place of FROM; a TO of 0 drops FROM",
      manual:
        "When the signal FROM comes in, the command gets TO; with a TO of 0 it gets nothing. It may be given for several signals; for one signal the last one counts. FROM cannot be KILL, STOP or CHLD. Whether a signal asks for an end, for `--grace` and `--stop-delay`, is decided by FROM.",
      dialects: ["rein"],
      elsewhere: { "dumb-init": "-r" },
      variable: true,
      portable: "done",
      library: "rewriteSignals",
      repeated: "adds",
    },
    {
      name: "stop-delay",
      values: [{ kind: "time", name: "TIME" }],
      help: "hold the first stop signal back for TIME",
      manual:
        "The first signal that asks for an end waits for TIME before it goes on to the command, so that load balancers can forget this server. Other stop signals that come meanwhile wait with it, and the same signal again is dropped. Later ones go on at once. When the command ends, nobody waits any longer. A Ctrl-C typed on the command's terminal is not held back: the kernel sends that to the command alone.",
      dialects: ["rein"],
      variable: true,
      portable: "done",
      library: "stopDelay",
      repeated: "replaces",
    },
    {
      name: "stop-signal",
      values: [{ kind: "incoming-signal", name: "SIGNAL" }],
      help: "SIGNAL asks for an end too, as TERM and INT do",
      manual:
        "SIGNAL asks for an end, as SIGTERM and SIGINT always do: `--stop-delay` holds it back, and it starts the time of `--grace`. It may be given for several signals. SIGQUIT has to be named, as for a Java process it means a thread dump.",
      dialects: ["rein"],
      variable: true,
      portable: "done",
      library: "stopSignals",
      repeated: "adds",
    },
    {
      name: "parent-death",
      short: "p",
      values: [{ kind: "signal", name: "SIGNAL" }],
      help: "get SIGNAL when the parent process ends",
      manual:
        "When the process that started rein ends, rein gets SIGNAL and passes it on as any other; KILL ends rein and the command. It is PR_SET_PDEATHSIG of prctl(2), and about the thread of the parent that started rein. An end before rein has asked for it is noticed, but for PID 1, which cannot see its parent.",
      dialects: ["rein"],
      elsewhere: { tini: "-p" },
      variable: true,
      portable: "left out",
      library: "parentDeathSignal",
      repeated: "replaces",
    },
    {
      name: "die-with-parent",
      values: [],
      help: "kill the command when the parent process ends",
      manual:
        "The same as `--parent-death KILL`, by bubblewrap's name. Under the name bwrap the end of bwrap itself, by a signal too, is the command's then; without this option the command goes on. In a PID namespace of its own (`--unshare-pid`) everything in the sandbox ends with it; without one, processes that the command has left in the background stay.",
      dialects: ["rein", "bwrap"],
      portable: "left out",
    },
    {
      name: "subreaper",
      short: "s",
      values: [],
      help: "adopt orphans (always done; known from tini)",
      manual:
        "Changes nothing under the name rein, which adopts the orphans among its descendants and reaps them, as PID 1 and elsewhere; it is there for command lines that were written for tini.",
      dialects: ["rein"],
      elsewhere: { tini: "-s" },
      variable: true,
      portable: "left out",
    },
  ],
};
