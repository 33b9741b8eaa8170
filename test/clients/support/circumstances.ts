// What clients meet in containers, around any command of root's.

/** A part of /proc is hidden, so that the kernel shows no user namespace a whole one. */
export const withHiddenProc = (command: readonly string[]): readonly string[] => [
  ...["unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /proc/irq && exec "$@"', "sh"],
  ...command,
];

/** Nobody below may make a user namespace. */
export const withoutNamespaces = (command: readonly string[]): readonly string[] => [
  ...["unshare", "--user", "--map-root-user", "sh", "-c"],
  ...['echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh", ...command],
];

/** CAP_SETFCAP was taken: root cannot be root of a new user namespace. */
export const withoutSetfcap = (command: readonly string[]): readonly string[] => [
  ...["setpriv", "--bounding-set=-setfcap", "--inh-caps=-setfcap", "--", ...command],
];
