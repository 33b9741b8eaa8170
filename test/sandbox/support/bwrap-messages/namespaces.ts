// Namespaces that cannot be had, as bubblewrap 0.11.1 says it.

import { everything, type Situation, TRUE } from "./situation.ts";

/** A namespace of another user, id 0 alone, at descriptor 9. */
const otherNamespace =
  'coproc unshare -Ur sh -c "echo; exec cat"; read -u $COPROC; exec 9</proc/$COPROC_PID/ns/user; exec "$@"';

export const namespaces: readonly Situation[] = [
  {
    says: "bwrap: Can't read /proc/sys/kernel/overflowuid: No such file or directory",
    words: [...everything, TRUE],
    around: 'unshare -m sh -c \'mount -t tmpfs none /proc && exec "$@"\' sh "$@"',
  },
  {
    says: "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
    words: [...everything, "--unshare-net", TRUE],
    around: 'unshare -Ur sh -c \'echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"\' sh "$@"',
    person: "root",
  },
  {
    says: "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
    words: [...everything, "--unshare-user", TRUE],
    around: 'unshare -Ur sh -c \'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"\' sh "$@"',
    person: "root",
  },
  {
    says: "bwrap: No permissions to create a new namespace, likely because the kernel does not allow non-privileged user namespaces. On e.g. debian this can be enabled with 'sysctl kernel.unprivileged_userns_clone=1'.",
    words: [...everything, "--unshare-user", TRUE],
    around: 'exec REIN --seccomp-profile default -- "$@"',
    since: "0.11",
  },
  {
    says: "bwrap: Creating new namespace failed: Operation not permitted",
    words: [...everything, "--unshare-net", TRUE],
    around: 'exec REIN --cap-drop SYS_ADMIN -- "$@"',
    person: "root",
  },
  {
    says: "bwrap: setting up uid map: Read-only file system",
    words: [...everything, "--unshare-user", TRUE],
    around: 'unshare -m sh -c \'mount -o bind,ro /proc /proc && exec "$@"\' sh "$@"',
  },
  {
    says: "bwrap: setting up uid map: Read-only file system",
    words: [...everything, "--unshare-user", "--unshare-net", TRUE],
    around: 'unshare -m sh -c \'mount -o bind,ro /proc /proc && exec "$@"\' sh "$@"',
  },
  {
    says: "bwrap: Joining the specified user namespace failed, it might not be a descendant of the current user namespace.",
    words: [...everything, "--userns", "9", TRUE],
    script: 'exec "$@" 9</proc/self/ns/user',
  },
  {
    says: "bwrap: Joining specified user namespace failed: Bad file descriptor",
    words: [...everything, "--userns", "99", TRUE],
  },
  {
    says: "bwrap: unable to switch to uid 5: Invalid argument",
    words: [...everything, "--userns", "9", "--uid", "5", TRUE],
    script: otherNamespace,
    person: "root",
  },
  {
    says: "bwrap: unable to switch to gid 5: Invalid argument",
    words: [...everything, "--userns", "9", "--gid", "5", TRUE],
    script: otherNamespace,
    person: "root",
  },
  {
    says: "bwrap: Setting pidns failed: Invalid argument",
    words: [...everything, "--pidns", "9", TRUE],
    script: 'exec "$@" 9</proc/self/ns/uts',
    person: "root",
  },
  {
    says: "bwrap: Setting userns2 failed: Invalid argument",
    words: [...everything, "--userns2", "9", TRUE],
    script: 'exec "$@" 9</proc/self/ns/uts',
    person: "root",
    leavesChild: true,
  },
  {
    says: "bwrap: unshare user ns: No space left on device",
    words: [...everything, "--unshare-user", "--disable-userns", TRUE],
    around: 'unshare -Ur sh -c \'echo 1 >/proc/sys/user/max_user_namespaces && exec "$@"\' sh "$@"',
    person: "root",
  },
  {
    says: "bwrap: cannot open /proc/sys/user/max_user_namespaces: Read-only file system",
    words: [...everything, "--unshare-user", "--disable-userns", TRUE],
    around: 'unshare -m sh -c \'mount -o bind,ro /proc/sys /proc/sys && exec "$@"\' sh "$@"',
  },
  {
    says: "bwrap: Write to info_fd: Bad file descriptor",
    words: [...everything, "--info-fd", "99", TRUE],
    leavesChild: true,
  },
  {
    says: "bwrap: Write to info_fd: Bad file descriptor",
    words: [...everything, "--json-status-fd", "99", TRUE],
    leavesChild: true,
  },
  {
    says: "bwrap: Setting pidns failed: Bad file descriptor",
    words: [...everything, "--pidns", "99", TRUE],
  },
  {
    says: "bwrap: Setting userns2 failed: Bad file descriptor",
    words: [...everything, "--userns2", "99", TRUE],
    leavesChild: true,
  },
  {
    says: "bwrap: creation of new user namespaces was not disabled as requested",
    words: [...everything, "--unshare-user", "--assert-userns-disabled", TRUE],
  },
  {
    says: "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
    words: [...everything, "--unshare-user", "--unshare-net", TRUE],
    around: 'exec REIN --add-seccomp-fd 9 -- "$@" 9<FOLDER/no-loopback',
  },
  {
    says: "bwrap: loopback: Failed to look up lo: No such file or directory",
    words: [...everything, "--unshare-user", "--unshare-net", TRUE],
    around: 'exec REIN --add-seccomp-fd 9 -- "$@" 9<FOLDER/no-sockets',
  },
  {
    says: `bwrap: Can't set hostname to ${"x".repeat(65)}: Invalid argument`,
    words: [...everything, "--unshare-uts", "--hostname", "x".repeat(65), TRUE],
  },
  {
    says: "bwrap: Failed to make / slave: Invalid argument",
    words: [...everything, TRUE],
    // In a chroot the root is no mount point.
    around: `exec unshare -m bash -ec 'cd FOLDER/root; for d in bin dev etc lib lib64 proc sbin tmp usr; do
      mkdir $d; mount --rbind /$d $d; done; exec chroot . "$@"' bash "$@"`,
    person: "root",
  },
];
