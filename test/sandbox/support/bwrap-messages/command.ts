// Commands that cannot be run, as bubblewrap 0.11.1 says it.

import { everything, type Situation, TRUE } from "./situation.ts";

export const command: readonly Situation[] = [
  {
    says: "bwrap: Can't chdir to /nowhere: No such file or directory",
    words: [...everything, "--chdir", "/nowhere", TRUE],
  },
  {
    says: "bwrap: Can't chdir to /etc/passwd: Not a directory",
    words: [...everything, "--unshare-pid", "--chdir", "/etc/passwd", TRUE],
  },
  { says: "bwrap: execvp nonesuch: No such file or directory", words: [...everything, "nonesuch"] },
  { says: "bwrap: execvp nonesuch: No such file or directory", words: [...everything, "--unshare-pid", "nonesuch"] },
  {
    says: "bwrap: execvp nonesuch: Permission denied",
    words: [...everything, "nonesuch"],
    script: 'mkdir -m 0 FOLDER/closed && PATH=FOLDER/closed:$PATH exec "$@"',
    person: "user",
  },
  { says: "bwrap: execvp /etc/passwd: Permission denied", words: [...everything, "/etc/passwd"] },
  { says: "bwrap: execvp FOLDER/script: No such file or directory", words: [...everything, "FOLDER/script"] },
  {
    says: "bwrap: execvp nonesuch: No such file or directory",
    words: [...everything, "--argv0", "other", "nonesuch"],
    since: "0.11",
  },
  {
    says: "bwrap: Unable to open lock file /nowhere: No such file or directory",
    words: [...everything, "--lock-file", "/nowhere", "sleep", "0.1"],
  },
  { says: "bwrap: Can't read seccomp data: Bad file descriptor", words: [...everything, "--seccomp", "99", TRUE] },
  {
    says: "bwrap: Can't read seccomp data: Bad file descriptor",
    words: [...everything, "--add-seccomp-fd", "99", TRUE],
  },
  {
    says: "bwrap: Invalid seccomp data, must be multiple of 8",
    words: [...everything, "--seccomp", "9", TRUE],
    script: 'exec "$@" 9<FOLDER/seven',
  },
  ...["invalid", "none"].map(
    (file): Situation => ({
      says: "bwrap: Unable to set up system call filtering as requested: prctl(PR_SET_SECCOMP) reported EINVAL. (Hint: this requires a kernel configured with CONFIG_SECCOMP and CONFIG_SECCOMP_FILTER.)",
      words: [...everything, "--seccomp", "9", TRUE],
      script: `exec "$@" 9<FOLDER/${file}`,
    }),
  ),
  {
    says: "bwrap: prctl(PR_SET_SECCOMP): Operation not permitted",
    words: [...everything, "--add-seccomp-fd", "9", "--add-seccomp-fd", "8", TRUE],
    script: 'exec "$@" 9<FOLDER/no-filters 8<FOLDER/no-filters',
  },
  {
    says: "bwrap: prctl(PR_SET_NO_NEW_PRIVS) failed: Operation not permitted",
    words: [...everything, TRUE],
    around: 'exec REIN --add-seccomp-fd 9 -- "$@" 9<FOLDER/no-privileges',
  },
];
