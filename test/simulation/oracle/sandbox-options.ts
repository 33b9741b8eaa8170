// The options of a sandbox and of filters, from the manuals, and what values they take. Tables and nothing else.

/** A kind of value: `absolute` is a path from the root, `range` is INSIDE:OUTSIDE:COUNT, `join` NAMESPACE:PATH, `mode` permissions in octal. */
export type ValueKind =
  | "text" | "descriptor" | "id" | "range" | "join" | "mode" | "size" | "offset" | "port" | "capability" | "variable"
  | "profile" | "absolute" | "scope" | "propagation" | "memory" | "processes" | "cpu"; // biome-ignore format: a set

type Options = Readonly<Record<string, readonly ValueKind[]>>;

/** The same values for several options. */
function each(names: string, ...kinds: readonly ValueKind[]): Options {
  return Object.fromEntries(names.split(" ").map((name) => [`--${name}`, kinds]));
}

export const overlays = ["--overlay", "--tmp-overlay", "--ro-overlay"];

/** bubblewrap's operations on files, and what goes before one of them. */
export const fileOptions: Options = {
  ...each("bind bind-try dev-bind dev-bind-try ro-bind ro-bind-try symlink", "text", "text"),
  ...each("bind-fd ro-bind-fd file bind-data ro-bind-data", "descriptor", "text"),
  ...each("remount-ro overlay-src proc dev tmpfs mqueue dir tmp-overlay ro-overlay", "text"),
  ...each("overlay", "text", "text", "text"),
  ...each("chmod", "mode", "text"),
  ...each("perms", "mode"),
  ...each("size", "size"),
};

/** Of these a sandbox is none. */
export const plainOptions: Options = {
  ...each("args keep-fd", "descriptor"),
  ...each("argv0", "text"),
  ...each("cap-add", "capability"),
  ...each("die-with-parent"),
};

const settings: Options = {
  ...each("unshare-all share-net unshare-user unshare-user-try unshare-ipc unshare-pid unshare-net unshare-uts"),
  ...each("unshare-cgroup unshare-cgroup-try disable-userns assert-userns-disabled new-session as-pid-1"),
  ...each("propagation", "propagation"),
  ...each("userns userns2 pidns sync-fd block-fd userns-block-fd info-fd", "descriptor"),
  ...each("uid gid", "id"),
  ...each("hostname domainname exec-label file-label lock-file", "text"),
};

/** Rein's own operations on files. */
export const reinFileOperations: readonly string[] = ["--mask", "--read-only-path", "--noexec", "--sysfs", "--cgroup"];

export const reinSandboxOptions: Options = {
  ...each("uid-map gid-map", "range"),
  ...each("join", "join"),
  ...each("confine unshare-time same-directory"),
  ...each("monotonic-offset boottime-offset", "offset"),
  ...each("mask read-only-path", "absolute"),
  ...each("noexec sysfs cgroup", "text"),
};

/** Rein's own, which REIN_OPTIONS may hold. */
export const limitOptions: Options = {
  ...each("log-denied"),
  ...each("cgroup-memory", "memory"),
  ...each("cgroup-pids", "processes"),
  ...each("cgroup-cpu", "cpu"),
};

export const filterOptions: Options = {
  ...each("seccomp add-seccomp-fd", "descriptor"),
  ...each("seccomp-profile", "profile"),
  ...each("landlock-ro landlock-rw landlock-exec landlock-ro-try landlock-rw-try landlock-exec-try", "text"),
  ...each("landlock-connect-tcp landlock-bind-tcp", "port"),
  ...each("landlock-scope", "scope"),
  ...each("landlock-strict landlock-log"),
};

/** What bubblewrap has besides; rein reads these by other rules. */
export const bwrapOptions: Options = {
  ...each("level-prefix not-a-security-boundary clearenv"),
  ...each("chdir unsetenv", "text"),
  ...each("setenv", "text", "text"),
  ...each("cap-drop", "capability"),
  ...each("json-status-fd", "descriptor"),
};

export const sandboxOptions: Options = { ...plainOptions, ...settings, ...fileOptions, ...filterOptions };

/** Those that bubblewrap warns of when they come again. */
export const lastOneCounts: readonly string[] = [
  ...["--userns", "--userns2", "--pidns", "--uid", "--gid", "--hostname", "--exec-label", "--file-label", "--sync-fd"],
  ...["--block-fd", "--userns-block-fd", "--info-fd", "--chdir", "--json-status-fd"],
];
