// Options that bubblewrap refuses, as 0.11.1 says it.

import { each, everything, type Situation, TRUE } from "./situation.ts";

export const parsing: readonly Situation[] = [
  ...each(
    "args exec-label file-label proc dev tmpfs mqueue dir lock-file sync-fd block-fd userns-block-fd info-fd " +
      "json-status-fd seccomp add-seccomp-fd userns userns2 pidns unsetenv uid gid hostname cap-add cap-drop perms size",
    (option) => ({ says: `bwrap: ${option} takes an argument` }),
  ),
  ...each("tmp-overlay ro-overlay", (option) => ({ says: `bwrap: ${option} takes an argument`, since: "0.11" })),
  ...each("chdir remount-ro", (option) => ({ says: `bwrap: ${option} takes one argument` })),
  ...each("argv0", (option) => ({ says: `bwrap: ${option} takes one argument`, since: "0.11" })),
  ...each(
    "bind bind-try ro-bind ro-bind-try dev-bind dev-bind-try bind-fd file bind-data ro-bind-data symlink chmod setenv",
    (option) => ({ says: `bwrap: ${option} takes two arguments`, words: [option, "one"] }),
  ),
  { says: "bwrap: --bind-fd takes two arguments", words: ["--ro-bind-fd", "x"] },
  { says: "bwrap: --overlay takes three arguments", words: ["--overlay", "one", "two"], since: "0.11" },
  ...each(
    "args sync-fd block-fd userns-block-fd info-fd json-status-fd seccomp add-seccomp-fd userns userns2 pidns",
    (option) => ({ says: "bwrap: Invalid fd: 5x", words: [option, "5x", TRUE] }),
  ),
  ...each("bind-fd ro-bind-fd file bind-data ro-bind-data", (option) => ({
    says: "bwrap: Invalid fd: x",
    words: [option, "x", "/tmp/x", TRUE],
  })),
  { says: "bwrap: Invalid uid: root", words: ["--uid", "root", TRUE] },
  { says: "bwrap: Invalid gid: -1", words: ["--gid", "-1", TRUE] },
  { says: "bwrap: unknown cap: cap_nothing", words: ["--cap-add", "cap_nothing", TRUE] },
  { says: "bwrap: unknown cap: cap_nothing", words: ["--cap-drop", "cap_nothing", TRUE] },
  { says: "bwrap: --perms takes an octal argument <= 07777", words: ["--perms", "8", "--dir", "/tmp", TRUE] },
  { says: "bwrap: --perms takes an octal argument <= 07777", words: ["--perms", "10000", "--dir", "/tmp", TRUE] },
  { says: "bwrap: --chmod takes an octal argument <= 07777", words: ["--chmod", "rw", "/tmp", TRUE] },
  { says: "bwrap: --size takes a non-zero number of bytes", words: ["--size", "0", "--tmpfs", "/tmp", TRUE] },
  { says: "bwrap: --size takes a non-zero number of bytes", words: ["--size", "1M", "--tmpfs", "/tmp", TRUE] },
  { says: "bwrap: --perms given twice for the same action", words: ["--perms", "0", "--perms", "0", TRUE] },
  { says: "bwrap: --size given twice for the same action", words: ["--size", "1", "--size", "1", TRUE] },
  { says: "bwrap: --perms must be followed by an option that creates a file", words: ["--perms", "0", "--proc", "/"] },
  { says: "bwrap: --size must be followed by --tmpfs", words: ["--size", "1", "--dir", "/x"] },
  {
    says: "bwrap: --overlay-src must be followed by another --overlay-src or one of --overlay, --tmp-overlay, or --ro-overlay",
    words: ["--overlay-src", "/", "--dir", "/x"],
    since: "0.11",
  },
  ...each("overlay tmp-overlay", (option) => ({
    says: `bwrap: ${option} requires at least one --overlay-src`,
    words: [option, "/", "/", "/", TRUE],
    since: "0.11",
  })),
  {
    says: "bwrap: --ro-overlay requires at least two --overlay-src",
    words: ["--overlay-src", "/", "--ro-overlay", "/", TRUE],
    since: "0.11",
  },
  { says: "bwrap: --argv0 used multiple times", words: ["--argv0", "a", "--argv0", "b", TRUE], since: "0.11" },
  {
    says: "bwrap: --seccomp cannot be combined with --add-seccomp-fd",
    words: ["--add-seccomp-fd", "9", "--seccomp", "9", TRUE],
    script: 'exec "$@" 9<FOLDER/none',
  },
  {
    says: "bwrap: --add-seccomp-fd cannot be combined with --seccomp",
    words: ["--seccomp", "9", "--add-seccomp-fd", "9", TRUE],
    script: 'exec "$@" 9<FOLDER/none',
  },
  { says: "bwrap: Can't read --args data: Bad file descriptor", words: ["--args", "99", TRUE] },
  {
    says: "bwrap: --args not supported in arguments file",
    words: ["--args", "9", TRUE],
    script: 'exec "$@" 9<FOLDER/inner',
  },
  { says: "bwrap: Unknown option --nonsense", words: ["--nonsense", TRUE] },
  { says: "bwrap: Unknown option --chdir=/", words: ["--chdir=/", TRUE] },
  { says: "bwrap: Unknown option -abc", words: ["-abc", TRUE] },
  { says: "bwrap: Unknown option -", words: ["-", TRUE] },
  { says: "<3>bwrap: Unknown option --nonsense", words: ["--level-prefix", "--nonsense", TRUE], since: "0.11" },
  { says: "bwrap: labeling not supported on this system", words: ["--exec-label", "label", TRUE] },
  { says: "bwrap: labeling not supported on this system", words: ["--file-label", "label", TRUE] },
  { says: "usage: PROGRAM [OPTIONS...] [--] COMMAND [ARGS...]", words: [] },
  { says: "usage: PROGRAM [OPTIONS...] [--] COMMAND [ARGS...]", words: [...everything] },
];

export const together: readonly Situation[] = [
  {
    says: "bwrap: --userns-block-fd requires --unshare-user",
    words: ["--userns-block-fd", "0", "--info-fd", "1", TRUE],
  },
  { says: "bwrap: --userns-block-fd requires --info-fd", words: ["--unshare-user", "--userns-block-fd", "0", TRUE] },
  { says: "bwrap: --userns not compatible --unshare-user", words: ["--userns", "0", "--unshare-user", TRUE] },
  { says: "bwrap: --userns not compatible --unshare-user-try", words: ["--userns", "0", "--unshare-user-try", TRUE] },
  { says: "bwrap: --userns not compatible --unshare-user-try", words: ["--userns", "0", "--unshare-all", TRUE] },
  { says: "bwrap: --disable-userns requires --unshare-user", words: ["--disable-userns", TRUE] },
  {
    says: "bwrap: --disable-userns is not compatible with  --userns-block-fd",
    words: ["--unshare-user", "--disable-userns", "--userns-block-fd", "0", "--info-fd", "1", TRUE],
  },
  {
    says: "bwrap: Specifying --uid requires --unshare-user or --userns",
    words: ["--uid", "5", TRUE],
    person: "root",
  },
  {
    says: "bwrap: Specifying --gid requires --unshare-user or --userns",
    words: ["--gid", "5", TRUE],
    person: "root",
  },
  { says: "bwrap: Specifying --hostname requires --unshare-uts", words: ["--hostname", "name", TRUE] },
  { says: "bwrap: Specifying --as-pid-1 requires --unshare-pid", words: ["--as-pid-1", TRUE] },
  {
    says: "bwrap: Specifying --as-pid-1 and --lock-file is not permitted",
    words: ["--as-pid-1", "--unshare-pid", "--lock-file", "/x", TRUE],
  },
];
