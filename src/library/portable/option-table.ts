// The executable's options as far as they matter without it: only a table.

/** How an option is carried out here. */
type Treatment =
  /** It is. */
  | "done"
  /** It is left out, and this is said: nobody is less safe without. */
  | "left out"
  /** Without it the program would not be confined as it was meant to be: refused. */
  | "refused";

export interface PortableOption {
  /** How many values it takes. */
  readonly values: 0 | 1 | 2 | 3;
  readonly treatment: Treatment;
}

/** All options, by their names without dashes. */
export const OPTIONS: Readonly<Record<string, PortableOption>> = {
  ...table("done", 0, "group single-child verbose clearenv"),
  ...table("done", 1, "rewrite expect map-exit grace stop-delay stop-signal chdir unsetenv file-env"),
  ...table("done", 2, "setenv"),
  ...table("left out", 0, "subreaper warn-reap die-with-parent"),
  ...table("left out", 1, "drain parent-death oom-score-adj json-status-fd argv0 keep-fd"),
  ...table("refused", 0, "no-new-privs unshare-all share-net unshare-user unshare-user-try unshare-ipc unshare-pid"),
  ...table("refused", 0, "unshare-net unshare-uts unshare-cgroup unshare-cgroup-try unshare-time disable-userns"),
  ...table("refused", 0, "assert-userns-disabled new-session as-pid-1 landlock-strict"),
  ...table(
    "refused",
    1,
    "user rlimit cap-add cap-drop exec-label file-label args userns userns2 pidns uid gid uid-map gid-map join",
  ),
  ...table("refused", 1, "hostname domainname lock-file sync-fd block-fd userns-block-fd info-fd seccomp"),
  ...table("refused", 1, "add-seccomp-fd seccomp-profile landlock-ro landlock-rw landlock-exec"),
  ...table("refused", 1, "landlock-connect-tcp landlock-bind-tcp landlock-scope monotonic-offset boottime-offset"),
  ...table("refused", 1, "remount-ro overlay-src tmp-overlay ro-overlay proc dev tmpfs mqueue dir perms size"),
  ...table("refused", 1, "mask read-only-path sysfs cgroup"),
  ...table("refused", 2, "bind bind-try dev-bind dev-bind-try ro-bind ro-bind-try bind-fd ro-bind-fd"),
  ...table("refused", 2, "file bind-data ro-bind-data symlink chmod"),
  ...table("refused", 3, "overlay"),
};

/** The names of the options that have a short one, by that letter. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  ...{ g: "group", c: "single-child", r: "rewrite", p: "parent-death", s: "subreaper", e: "expect", v: "verbose" },
  w: "warn-reap",
};

function table(treatment: Treatment, values: PortableOption["values"], names: string): Record<string, PortableOption> {
  return Object.fromEntries(names.split(" ").map((name) => [name, { values, treatment }]));
}
