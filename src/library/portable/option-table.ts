// Generated from src/options by scripts/generate.ts: change the table, and run it.

interface PortableOption {
  /** How many values it takes. */
  readonly values: number;
  /** What becomes of it without the executable: it is left out, and that is said, only where nobody is less safe so. */
  readonly treatment: "done" | "left out" | "refused";
  /** Whether REIN_OPTIONS may hold it. */
  readonly variable?: true;
}

/** The options that are done. */
export type DoneOption =
  | "group"
  | "single-child"
  | "rewrite"
  | "stop-delay"
  | "stop-signal"
  | "grace"
  | "expect"
  | "map-exit"
  | "chdir"
  | "setenv"
  | "unsetenv"
  | "clearenv"
  | "file-env"
  | "umask"
  | "verbose";

/** All options, by their names without dashes. */
export const OPTIONS: Readonly<Record<string, PortableOption>> = {
  group: { values: 0, treatment: "done", variable: true },
  "single-child": { values: 0, treatment: "done", variable: true },
  rewrite: { values: 1, treatment: "done", variable: true },
  "stop-delay": { values: 1, treatment: "done", variable: true },
  "stop-signal": { values: 1, treatment: "done", variable: true },
  "parent-death": { values: 1, treatment: "left out", variable: true },
  "die-with-parent": { values: 0, treatment: "left out" },
  subreaper: { values: 0, treatment: "left out", variable: true },
  grace: { values: 1, treatment: "done", variable: true },
  drain: { values: 1, treatment: "left out", variable: true },
  "wait-all": { values: 0, treatment: "left out", variable: true },
  expect: { values: 1, treatment: "done", variable: true },
  "map-exit": { values: 1, treatment: "done", variable: true },
  user: { values: 1, treatment: "refused", variable: true },
  "user-if-root": { values: 1, treatment: "refused", variable: true },
  "user-from-env": { values: 1, treatment: "refused", variable: true },
  groups: { values: 1, treatment: "refused", variable: true },
  chdir: { values: 1, treatment: "done", variable: true },
  setenv: { values: 2, treatment: "done", variable: true },
  unsetenv: { values: 1, treatment: "done", variable: true },
  clearenv: { values: 0, treatment: "done", variable: true },
  "file-env": { values: 1, treatment: "done", variable: true },
  expand: { values: 0, treatment: "refused", variable: true },
  umask: { values: 1, treatment: "done", variable: true },
  argv0: { values: 1, treatment: "left out" },
  rlimit: { values: 1, treatment: "refused", variable: true },
  "cgroup-memory": { values: 1, treatment: "refused", variable: true },
  "cgroup-pids": { values: 1, treatment: "refused", variable: true },
  "cgroup-cpu": { values: 1, treatment: "refused", variable: true },
  "oom-score-adj": { values: 1, treatment: "left out", variable: true },
  "no-new-privs": { values: 0, treatment: "refused", variable: true },
  "cap-drop": { values: 1, treatment: "refused", variable: true },
  "cap-add": { values: 1, treatment: "refused" },
  "seccomp-profile": { values: 1, treatment: "refused", variable: true },
  "log-denied": { values: 0, treatment: "refused", variable: true },
  seccomp: { values: 1, treatment: "refused", variable: true },
  "add-seccomp-fd": { values: 1, treatment: "refused", variable: true },
  "landlock-ro": { values: 1, treatment: "refused", variable: true },
  "landlock-rw": { values: 1, treatment: "refused", variable: true },
  "landlock-exec": { values: 1, treatment: "refused", variable: true },
  "landlock-ro-try": { values: 1, treatment: "refused", variable: true },
  "landlock-rw-try": { values: 1, treatment: "refused", variable: true },
  "landlock-exec-try": { values: 1, treatment: "refused", variable: true },
  "landlock-connect-tcp": { values: 1, treatment: "refused", variable: true },
  "landlock-bind-tcp": { values: 1, treatment: "refused", variable: true },
  "landlock-scope": { values: 1, treatment: "refused", variable: true },
  "landlock-log": { values: 0, treatment: "refused", variable: true },
  "landlock-strict": { values: 0, treatment: "refused", variable: true },
  verbose: { values: 0, treatment: "done", variable: true },
  "warn-reap": { values: 0, treatment: "left out", variable: true },
  "json-status-fd": { values: 1, treatment: "left out", variable: true },
  args: { values: 1, treatment: "refused" },
  help: { values: 0, treatment: "refused" },
  version: { values: 0, treatment: "refused" },
  "help-sandbox": { values: 0, treatment: "refused" },
  confine: { values: 0, treatment: "refused" },
  "unshare-user": { values: 0, treatment: "refused" },
  "unshare-user-try": { values: 0, treatment: "refused" },
  "unshare-ipc": { values: 0, treatment: "refused" },
  "unshare-pid": { values: 0, treatment: "refused" },
  "unshare-net": { values: 0, treatment: "refused" },
  "unshare-uts": { values: 0, treatment: "refused" },
  "unshare-cgroup": { values: 0, treatment: "refused" },
  "unshare-cgroup-try": { values: 0, treatment: "refused" },
  "unshare-all": { values: 0, treatment: "refused" },
  "share-net": { values: 0, treatment: "refused" },
  userns: { values: 1, treatment: "refused" },
  userns2: { values: 1, treatment: "refused" },
  pidns: { values: 1, treatment: "refused" },
  "disable-userns": { values: 0, treatment: "refused" },
  "assert-userns-disabled": { values: 0, treatment: "refused" },
  "as-pid-1": { values: 0, treatment: "refused" },
  uid: { values: 1, treatment: "refused" },
  gid: { values: 1, treatment: "refused" },
  hostname: { values: 1, treatment: "refused" },
  domainname: { values: 1, treatment: "refused" },
  "exec-label": { values: 1, treatment: "refused" },
  "uid-map": { values: 1, treatment: "refused" },
  "gid-map": { values: 1, treatment: "refused" },
  join: { values: 1, treatment: "refused" },
  "unshare-time": { values: 0, treatment: "refused" },
  "monotonic-offset": { values: 1, treatment: "refused" },
  "boottime-offset": { values: 1, treatment: "refused" },
  "new-session": { values: 0, treatment: "refused" },
  "same-directory": { values: 0, treatment: "refused" },
  "keep-fd": { values: 1, treatment: "left out" },
  "block-fd": { values: 1, treatment: "refused" },
  "userns-block-fd": { values: 1, treatment: "refused" },
  "sync-fd": { values: 1, treatment: "refused" },
  "info-fd": { values: 1, treatment: "refused" },
  "lock-file": { values: 1, treatment: "refused" },
  bind: { values: 2, treatment: "refused" },
  "bind-try": { values: 2, treatment: "refused" },
  "ro-bind": { values: 2, treatment: "refused" },
  "ro-bind-try": { values: 2, treatment: "refused" },
  "dev-bind": { values: 2, treatment: "refused" },
  "dev-bind-try": { values: 2, treatment: "refused" },
  "bind-fd": { values: 2, treatment: "refused" },
  "ro-bind-fd": { values: 2, treatment: "refused" },
  "remount-ro": { values: 1, treatment: "refused" },
  "overlay-src": { values: 1, treatment: "refused" },
  overlay: { values: 3, treatment: "refused" },
  "tmp-overlay": { values: 1, treatment: "refused" },
  "ro-overlay": { values: 1, treatment: "refused" },
  proc: { values: 1, treatment: "refused" },
  dev: { values: 1, treatment: "refused" },
  tmpfs: { values: 1, treatment: "refused" },
  mqueue: { values: 1, treatment: "refused" },
  dir: { values: 1, treatment: "refused" },
  file: { values: 2, treatment: "refused" },
  "bind-data": { values: 2, treatment: "refused" },
  "ro-bind-data": { values: 2, treatment: "refused" },
  symlink: { values: 2, treatment: "refused" },
  chmod: { values: 2, treatment: "refused" },
  perms: { values: 1, treatment: "refused" },
  size: { values: 1, treatment: "refused" },
  "file-label": { values: 1, treatment: "refused" },
  propagation: { values: 1, treatment: "refused" },
  mask: { values: 1, treatment: "refused" },
  "read-only-path": { values: 1, treatment: "refused" },
  noexec: { values: 1, treatment: "refused" },
  sysfs: { values: 1, treatment: "refused" },
  cgroup: { values: 1, treatment: "refused" },
};

/** The names of the options that have a short one, by that letter. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  g: "group",
  c: "single-child",
  r: "rewrite",
  p: "parent-death",
  s: "subreaper",
  e: "expect",
  v: "verbose",
  w: "warn-reap",
  h: "help",
};
