/** The ordinary user, whose number is nobody's in particular. */
export const USER = 41_234;
/** Whom root makes its command, by --user: not the same, as the keyrings of a user are the command's when it is that user. */
export const OTHER = 41_235;

/** A file that holds a secret, and is to stay as it is. */
export interface CanaryFile {
  readonly path: string;
  readonly mode: number;
  readonly owner: number;
}

/** The files of the machine that is attacked. Root's, the user's, for everybody, and such as a sandbox covers. */
export const FILES: readonly CanaryFile[] = [
  { path: "/root/secret", mode: 0o600, owner: 0 },
  { path: "/root/descriptor", mode: 0o600, owner: 0 },
  { path: "/home/user/secret", mode: 0o600, owner: USER },
  { path: "/home/user/notes", mode: 0o644, owner: USER },
  { path: "/srv/open/everybody", mode: 0o666, owner: 0 },
  { path: "/srv/open/readable", mode: 0o644, owner: 0 },
  { path: "/srv/open/root-only", mode: 0o600, owner: 0 },
  { path: "/srv/open/group-only", mode: 0o040, owner: 0 },
  { path: "/srv/open/user-file", mode: 0o644, owner: USER },
  { path: "/srv/open/masked", mode: 0o644, owner: 0 },
  { path: "/srv/covered/secret", mode: 0o644, owner: 0 },
  { path: "/srv/covered/of-the-user", mode: 0o666, owner: USER },
  { path: "/work/file", mode: 0o666, owner: USER },
  { path: "/work/fixed/file", mode: 0o666, owner: USER },
];

/** Its folders, the outer ones first. */
export const FOLDERS: readonly CanaryFile[] = [
  { path: "/bin", mode: 0o755, owner: 0 },
  { path: "/etc", mode: 0o755, owner: 0 },
  { path: "/root", mode: 0o700, owner: 0 },
  { path: "/home", mode: 0o755, owner: 0 },
  { path: "/home/user", mode: 0o755, owner: USER },
  { path: "/srv", mode: 0o755, owner: 0 },
  { path: "/srv/open", mode: 0o777, owner: 0 },
  { path: "/srv/covered", mode: 0o777, owner: 0 },
  { path: "/srv/late", mode: 0o755, owner: 0 },
  { path: "/work", mode: 0o777, owner: USER },
  { path: "/work/fixed", mode: 0o777, owner: USER },
  { path: "/tmp", mode: 0o1777, owner: 0 },
  { path: "/dev", mode: 0o755, owner: 0 },
  { path: "/dev/pts", mode: 0o755, owner: 0 },
  { path: "/proc", mode: 0o555, owner: 0 },
  { path: "/sys", mode: 0o755, owner: 0 },
  { path: "/sys/fs", mode: 0o755, owner: 0 },
  { path: "/sys/fs/cgroup", mode: 0o755, owner: 0 },
];

/** The devices that it has: name, major, minor. None of them is a disk. */
export const DEVICES: readonly (readonly [name: string, major: number, minor: number])[] = [
  ["null", 1, 3],
  ["zero", 1, 5],
  ["full", 1, 7],
  ["random", 1, 8],
  ["urandom", 1, 9],
  ["tty", 5, 0],
];

/** What else the command is told of. */
export const PLACES: readonly string[] = [
  ...["/", "/root", "/home/user", "/srv", "/srv/open", "/srv/covered", "/srv/late/file", "/work", "/tmp", "/etc"],
  ...["/etc/passwd", "/bin/rein", "/bin/fuzz", "/bin/set-uid", "/sys/fs/cgroup/callers/canary/cgroup.freeze"],
];
