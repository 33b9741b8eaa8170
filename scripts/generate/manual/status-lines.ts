/** The events of --json-status-fd, for the manual. */

export interface StatusLine {
  /** The value of the key `event`; undefined for bubblewrap's lines, which have none. */
  readonly event: string | undefined;
  readonly keys: string;
  readonly meaning: string;
}

export const STATUS_LINES: readonly StatusLine[] = [
  { event: "started", keys: "pid, command", meaning: "The command runs." },
  {
    event: "not-started",
    keys: "path, errno",
    meaning: "The command could not be executed: the file `path`, for the reason `errno`.",
  },
  {
    event: "forwarded",
    keys: "signal, for",
    meaning: "A signal went on; `for` is the one that came in, where that was another.",
  },
  { event: "not-forwarded", keys: "signal, errno", meaning: "A signal could not be sent." },
  { event: "dropped", keys: "signal, reason", meaning: "A signal does not go on." },
  {
    event: "held",
    keys: "signal, milliseconds",
    meaning: "A signal goes on only after that time, as `--stop-delay` asks for.",
  },
  { event: "stopped", keys: "signal", meaning: "The command was stopped by a signal, and is not over." },
  {
    event: "reaped",
    keys: "pid, status or signal",
    meaning: "An adopted process has ended, with this exit status or by this signal.",
  },
  {
    event: "denied",
    keys: "call, number",
    meaning: "`--seccomp-profile` has refused this system call for the first time; asked for by `--log-denied`.",
  },
  {
    event: "out-of-memory",
    keys: "kills, file",
    meaning:
      "The command was killed by SIGKILL, and `file` counts `kills` by the out-of-memory killer in its control group.",
  },
  { event: "draining", keys: "milliseconds", meaning: "The command has ended, and the others have that time." },
  { event: "killed", keys: "milliseconds", meaning: "That time is over, and everyone who is left gets SIGKILL." },
  { event: "exited", keys: "pid, status or signal", meaning: "The command has ended." },
  { event: "trouble", keys: "call, errno", meaning: "A system call of rein's own has failed, and rein went on." },
  {
    event: "left-out",
    keys: "namespace",
    meaning: "The system has no `user` or `cgroup` namespace, which was only to be tried.",
  },
  {
    event: "set-up",
    keys: "pid, cgroup-namespace, ipc-namespace and so on",
    meaning:
      "The sandbox is there: its first process as seen outside, and the numbers of the new namespaces that the command is going to be in. It comes before the command is started, and before rein waits for `--block-fd`.",
  },
  {
    event: "set-up-failed",
    keys: "stage, option, path, errno",
    meaning: "The sandbox could not be made; of the last three those that are known.",
  },
  {
    event: undefined,
    keys: "child-pid, cgroup-namespace and so on",
    meaning: "The same as `set-up`, in bubblewrap's form.",
  },
  { event: undefined, keys: "exit-code", meaning: "A sandbox's exit status, in bubblewrap's form." },
];
