import type { OptionGroup } from "./option.ts";

export const restrictions: OptionGroup = {
  name: "restrictions",
  heading: "Restrictions of the command, without any namespace; no new privileges",
  page: "sandbox",
  manual:
    "These need no privileges and no namespace, and hold for the command and all that it starts. Each of them implies `--no-new-privs`. Landlock (landlock(7)) takes Linux 5.13 or newer. What a newer kernel could do and this one cannot is said and left out, unless `--landlock-strict` is given; a kernel without Landlock is an error.",
  options: [
    {
      name: "seccomp-profile",
      values: [{ kind: "profile", name: "NAME" }],
      help: "built-in list of system calls: default or strict",
      manual:
        "Filters the command's system calls by a list that is built in. `default` refuses what a container without capabilities has no use for, as mounts, modules, new namespaces, io_uring and AF_VSOCK; it allows ptrace(2), so give `--unshare-pid` too. `strict` allows what a program needs that computes: files, memory, threads, processes, time, pipes, and sockets of AF_UNIX. It may be given besides `--seccomp` and `--add-seccomp-fd`.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "seccompProfile",
      repeated: "adds",
    },
    {
      name: "seccomp",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "a filter of system calls, compiled, from FD",
      together: { others: ["add-seccomp-fd"], help: "a compiled filter" },
      manual:
        "Loads the filter of system calls that FD holds: a program of classic BPF, as seccomp_export_bpf(3) writes it, of at most 4096 instructions. It is read up to its end just before the command is executed. It cannot be combined with `--add-seccomp-fd`.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      repeated: "replaces",
    },
    {
      name: "add-seccomp-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "the same, for one of several filters",
      manual:
        "The same for one of several filters. They are loaded in their order by prctl(2), which all but the last have to allow. It cannot be combined with `--seccomp`.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      repeated: "adds",
    },
    {
      name: "landlock-ro",
      values: [{ kind: "place", name: "PATH" }],
      help: "let it read PATH and below, and no other files",
      together: {
        others: ["landlock-rw", "landlock-exec"],
        help: "of all files read these, also write or execute them",
      },
      manual:
        "Landlock: of all files, the command can read the file PATH, or all below the directory PATH. With this option or one of the next two, files that none of them names can neither be read, written nor executed. Paths are those inside a sandbox; one that is not there is an error.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
      repeated: "adds",
    },
    {
      name: "landlock-rw",
      values: [{ kind: "place", name: "PATH" }],
      help: "let it read and write PATH and below",
      manual:
        "The same, and the command can also write, make, rename and remove files there. It can neither execute them, unless `--landlock-exec` names them too, nor make devices.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
      repeated: "adds",
    },
    {
      name: "landlock-exec",
      values: [{ kind: "place", name: "PATH" }],
      help: "let it read and execute PATH and below",
      manual:
        "The same as `--landlock-ro`, and the command can also execute files there. It has to name the command itself, its interpreter and its dynamic loader.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
      repeated: "adds",
    },
    {
      name: "landlock-connect-tcp",
      values: [{ kind: "port", name: "PORT" }],
      help: "let it connect to this TCP port; to no others",
      together: { others: ["landlock-bind-tcp"], help: "only these ports" },
      manual:
        "Landlock, since Linux 6.7: the command can connect to this TCP port. With this option or the next one, TCP ports that neither names can neither be connected to nor bound; `none` names no port. UDP is not restricted.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
      repeated: "adds",
    },
    {
      name: "landlock-bind-tcp",
      values: [{ kind: "port", name: "PORT" }],
      help: "let it listen on this TCP port; on no others",
      manual: "The same for a TCP port that the command can bind.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
      repeated: "adds",
    },
    {
      name: "landlock-scope",
      values: [{ kind: "scope", name: "NAME" }],
      help: "signal or abstract-unix: reach nobody outside by it",
      manual:
        "Landlock, since Linux 6.12: with `signal` the command can signal no process outside of its own, and with `abstract-unix` it cannot connect to abstract sockets of others.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
      repeated: "adds",
    },
    {
      name: "landlock-strict",
      values: [],
      help: "refuse to start where Landlock lacks some of this",
      manual:
        "A kernel whose Landlock cannot do all that is asked for is an error. Without this option what it cannot do is said on stderr, and the rest is done.",
      dialects: ["rein", "bwrap"],
      variable: true,
      portable: "refused",
      library: "landlock",
    },
  ],
};
