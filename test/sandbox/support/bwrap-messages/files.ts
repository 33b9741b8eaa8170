// Files and mounts that cannot be had, as bubblewrap 0.11.1 says it.

import { each, everything, type Situation, TRUE, writable } from "./situation.ts";

export const files: readonly Situation[] = [
  {
    says: "bwrap: Can't find source path /nowhere: No such file or directory",
    words: [...everything, "--bind", "/nowhere", "/tmp", TRUE],
  },
  {
    says: "bwrap: Can't find source path /etc/passwd/x: Not a directory",
    words: [...everything, "--ro-bind", "/etc/passwd/x", "/tmp", TRUE],
  },
  {
    says: "bwrap: Can't find source path /proc/self/fd/99: No such file or directory",
    words: [...everything, "--bind-fd", "99", "/tmp", TRUE],
  },
  {
    says: "bwrap: Can't find source path /nowhere: No such file or directory",
    words: [...everything, "--overlay-src", "/nowhere", "--tmp-overlay", "/tmp", TRUE],
    since: "0.11",
  },
  {
    says: "bwrap: Can't mkdir parents for /nowhere/x: Read-only file system",
    words: [...everything, "--bind", "/etc", "/nowhere/x", TRUE],
  },
  {
    says: "bwrap: Can't mkdir parents for /nowhere/x: Read-only file system",
    words: [...everything, "--file", "9", "/nowhere/x", TRUE],
    script: 'exec "$@" 9<FOLDER/file',
  },
  {
    says: "bwrap: Can't mkdir parents for /nowhere/x: Read-only file system",
    words: [...everything, "--symlink", "/", "/nowhere/x", TRUE],
  },
  ...each("tmpfs dir proc dev mqueue", (option) => ({
    says: "bwrap: Can't mkdir parents for /etc/passwd/x: Not a directory",
    words: [...everything, "--unshare-ipc", "--unshare-pid", option, "/etc/passwd/x", TRUE],
  })),
  ...each("tmpfs dir proc dev mqueue", (option) => ({
    says: "bwrap: Can't mkdir /nowhere: Read-only file system",
    words: [...everything, "--unshare-ipc", "--unshare-pid", option, "/nowhere", TRUE],
  })),
  {
    says: "bwrap: Can't mkdir /etc/passwd: Not a directory",
    words: [...everything, "--bind", "/etc", "/etc/passwd", TRUE],
  },
  {
    says: "bwrap: Can't create file at /tmp: Is a directory",
    words: [...everything, "--bind", "/etc/passwd", "/tmp", TRUE],
  },
  {
    says: "bwrap: Can't create file at /nowhere: Read-only file system",
    words: [...everything, "--bind", "/etc/passwd", "/nowhere", TRUE],
  },
  {
    says: "bwrap: Can't create file at /nowhere: Read-only file system",
    words: [...everything, "--bind-data", "9", "/nowhere", TRUE],
    script: 'exec "$@" 9<FOLDER/file',
  },
  {
    says: "bwrap: Can't create file /tmp: Is a directory",
    words: [...writable, "--file", "9", "/tmp", TRUE],
    script: 'exec "$@" 9<FOLDER/file',
  },
  {
    says: "bwrap: Can't write data to file /tmp/x: Bad file descriptor",
    words: [...writable, "--file", "99", "/tmp/x", TRUE],
  },
  {
    says: "bwrap: Can't write data to file /tmp/x: Is a directory",
    words: [...writable, "--file", "9", "/tmp/x", TRUE],
    script: 'exec "$@" 9<FOLDER',
  },
  {
    says: "bwrap: Can't write data to file /tmp/x: Is a directory",
    words: [...writable, "--ro-bind-data", "9", "/tmp/x", TRUE],
    script: 'exec "$@" 9<FOLDER',
  },
  {
    says: "bwrap: Can't make symlink at /nowhere: Read-only file system",
    words: [...everything, "--symlink", "/", "/nowhere", TRUE],
  },
  {
    says: "bwrap: Can't make symlink at /etc/passwd: destination exists and is not a symlink",
    words: [...everything, "--symlink", "/", "/etc/passwd", TRUE],
    since: "0.11",
  },
  {
    says: "bwrap: Can't make symlink at /tmp/x: existing destination is one",
    words: [...writable, "--symlink", "one", "/tmp/x", "--symlink", "two", "/tmp/x", TRUE],
    since: "0.11",
  },
  {
    says: "bwrap: Can't chmod 0755 /nowhere: No such file or directory",
    words: [...everything, "--chmod", "755", "/nowhere", TRUE],
  },
  {
    says: "bwrap: Can't chmod 0700 /etc: Read-only file system",
    words: [...everything, "--chmod", "0700", "/etc", TRUE],
    person: "root",
  },
  {
    says: "bwrap: Can't remount readonly on /newroot/nowhere: realpath(destination): No such file or directory",
    words: [...everything, "--remount-ro", "/nowhere", TRUE],
  },
  {
    says: 'bwrap: Can\'t remount readonly on /newroot/etc: Unable to find "/newroot/etc" in mount table',
    words: [...everything, "--remount-ro", "/etc", TRUE],
  },
  {
    says: "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
    words: [...everything, "--unshare-user", "--unshare-pid", "--proc", "/proc", TRUE],
    around: `exec REIN --unshare-user --unshare-pid --dev-bind / / --proc /proc --ro-bind /dev/null /proc/uptime -- "$@"`,
    person: "root",
  },
  {
    says: "bwrap: Can't mount mqueue on /newroot/tmp: Operation not permitted",
    words: [...everything, "--mqueue", "/tmp", TRUE],
    person: "user",
  },
  {
    says: "bwrap: Can't bind mount /oldroot/dev/null on /newroot/dev/null: Unable to mount source on destination: No such file or directory",
    words: [...everything, "--dev", "/dev", TRUE],
    around: 'unshare -m sh -c \'mount -t tmpfs none /dev && exec "$@"\' sh "$@"',
    person: "user",
  },
  {
    says: "bwrap: Can't make overlay mount on /newroot/tmp with options upperdir=/oldrootFOLDER/upper,workdir=/oldroot/proc,lowerdir=/oldrootFOLDER/lower:/oldrootFOLDER/empty,userxattr: Invalid argument",
    words: [
      ...everything,
      ...[
        "--overlay-src",
        "FOLDER/empty",
        "--overlay-src",
        "FOLDER/lower",
        "--overlay",
        "FOLDER/upper",
        "/proc",
        "/tmp",
      ],
      TRUE,
    ],
    since: "0.11",
  },
  {
    says: "bwrap: Can't make overlay mount on /newroot/tmp with options lowerdir=/oldrootFOLDER/lower:/oldrootFOLDER/lower,userxattr: Overlay directories may not overlap",
    words: [
      ...everything,
      ...["--overlay-src", "FOLDER/lower", "--overlay-src", "FOLDER/lower", "--ro-overlay", "/tmp", TRUE],
    ],
    since: "0.11",
  },
  {
    says: "bwrap: Can't make overlay mount on /newroot/tmp with options upperdir=/tmp-overlay-upper-1,workdir=/tmp-overlay-work-1,lowerdir=/oldrootFOLDER/lower:/oldrootFOLDER/lower,userxattr: Overlay directories may not overlap",
    words: [
      ...everything,
      ...["--overlay-src", "FOLDER/empty", "--tmp-overlay", "/mnt"],
      ...["--overlay-src", "FOLDER/lower", "--overlay-src", "FOLDER/lower", "--tmp-overlay", "/tmp", TRUE],
    ],
    since: "0.11",
  },
];
