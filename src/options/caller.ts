import type { OptionGroup } from "./option.ts";

export const caller: OptionGroup = {
  name: "caller",
  heading: "Between the sandbox and its caller",
  page: "sandbox",
  manual: "A descriptor that is named here has to be open when rein starts, and the command does not get it.",
  options: [
    {
      name: "new-session",
      values: [],
      help: "a session of its own, without the terminal",
      manual:
        "The command leads a session of its own (setsid(2)), which has no controlling terminal. A standard stream that is a terminal stays one, and can be read in the background too: give `</dev/null 2>&1 | cat` against that. Ctrl-C reaches it through rein alone, which sends the signal to the command, or with `--group` to all of its process group; Ctrl-Z does nothing. And nothing that it writes there can be taken for the caller's input (CVE-2017-5226). Under the name rein a command that has the terminal cannot type on it in any case.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      library: "newSession",
    },
    {
      name: "same-directory",
      values: [],
      help: "refuse to start in another working directory",
      manual:
        "Refuses to start a command that could not start in the caller's directory, because the sandbox does not have it, nor has a `--chdir` with a path from the root. Without this option it starts in the directory that HOME names, or in the root, and rein says so. The library gives it with every new root.",
      dialects: ["rein"],
      portable: "refused",
    },
    {
      name: "keep-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "leave it FD; descriptors above 2 are closed",
      manual:
        "The command of a sandbox gets its standard streams and the descriptors that are named so; all others are closed. The name bwrap leaves it all descriptors, and takes this option without an effect.",
      dialects: ["rein", "bwrap"],
      portable: "left out",
      repeated: "adds",
    },
    {
      name: "block-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "wait with the command until FD can be read",
      manual:
        "When all is set up, waits until there is something to read from FD, or its end, before the command is started.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      repeated: "replaces",
      warnsWhenRepeated: true,
    },
    {
      name: "userns-block-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "wait until somebody has written the id maps",
      manual:
        "Leaves the id maps of the new user namespace to somebody else, who learns its process from `--info-fd`, and waits until there is something to read from FD, or its end. It needs `--unshare-user` and `--info-fd`.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      repeated: "replaces",
      warnsWhenRepeated: true,
    },
    {
      name: "sync-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "keep FD open until the sandbox ends",
      manual: "Keeps FD open as long as the sandbox is there: who reads the other end of a pipe sees its end then.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      repeated: "replaces",
      warnsWhenRepeated: true,
    },
    {
      name: "info-fd",
      values: [{ kind: "descriptor", name: "FD" }],
      help: "write the sandbox's process and namespaces to FD",
      manual:
        "Writes a JSON object to FD, and closes it: `child-pid`, the process inside as it is seen outside, and the numbers of the new namespaces, as `net-namespace`. They are those that the command is going to be in, and come before `--block-fd` is waited for. With `--userns-block-fd` the number of a mount namespace that comes later is left out: who writes the maps is told first.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      repeated: "replaces",
      warnsWhenRepeated: true,
    },
    {
      name: "lock-file",
      values: [{ kind: "place", name: "FILE" }],
      help: "hold a read lock on FILE until the sandbox ends",
      manual:
        "Holds a lock for reading (F_SETLK of fcntl(2)) on FILE, a path inside, as long as the sandbox is there. When somebody has locked it for writing the command is not started. It cannot be combined with `--as-pid-1`.",
      dialects: ["rein", "bwrap"],
      portable: "refused",
      library: "lockFiles",
      repeated: "adds",
    },
  ],
};
