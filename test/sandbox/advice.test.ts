// A sandbox that cannot be made: what is said is so where it is said, and what is advised helps. Each situation is
// brought about as root, and met by both names.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { executable, type Result, runCommand } from "../support/rein.ts";
import { everything, type Maker, system, testSandbox } from "../support/sandbox.ts";
import { answering, REFUSE } from "./support/bwrap-messages/filters.ts";

const isRoot = process.getuid?.() === 0;
/** Calls that have one number on all machines. */
const call = { fsopen: 430, mount_setattr: 442 } as const;
const NOT_IMPLEMENTED = 0x5_0026;

interface Situation {
  readonly what: string;
  /** What runs as root, and becomes the program with `exec "$@"`. */
  readonly around?: string;
  /** The call that a filter refuses, and how. */
  readonly refused?: number;
  readonly result?: number;
  readonly person?: "root" | "an ordinary user";
  readonly dialect?: "rein" | "bwrap";
  readonly words: readonly string[];
  readonly says: readonly RegExp[];
  readonly never?: readonly RegExp[];
}

const own = (file: string, value: string): string =>
  `unshare --mount sh -c 'mount -t tmpfs none /proc/sys/kernel && echo ${value} >/proc/sys/kernel/${file} && exec "$@"' sh "$@"`;
const restricted = own("apparmor_restrict_unprivileged_userns", "1");
const inOwn = (setting: string, value: string): string =>
  `unshare --user --map-root-user sh -c 'echo ${value} >/proc/sys/user/${setting} && exec "$@"' sh "$@"`;
const mounted = (command: string): string => `unshare --mount sh -c '${command} && exec "$@"' sh "$@"`;
const without = (options: string): string => `exec ${executable} ${options} -- "$@"`;
/** As Docker has it, without the capability that its filter would let pass. */
const container = without("--seccomp-profile default --cap-drop SYS_ADMIN");
const changed = `unshare --mount bash -ec 'root=$(mktemp -d); mount -t tmpfs none $root; mkdir $root/new; cd $root/new
  for d in bin dev etc lib lib64 proc sbin tmp usr; do mkdir $d; mount --rbind /$d $d; done; exec chroot . "$@"' bash "$@"`;

const filter = /a seccomp filter is in force/;
const appArmor = /AppArmor restricts user namespaces here.*kernel\.apparmor_restrict_unprivileged_userns=0/;
const chroot = /chroot/;
const unshareUser = /--unshare-user/;
const user = "an ordinary user";

const situations: readonly Situation[] = [
  {
    what: "AppArmor lets nobody use a capability in a user namespace",
    around: restricted,
    refused: call.mount_setattr,
    person: user,
    words: everything,
    says: [/Operation not permitted/, appArmor],
    never: [chroot],
  },
  {
    what: "AppArmor's restriction is not about root",
    around: restricted,
    refused: call.mount_setattr,
    person: "root",
    words: everything,
    says: [filter],
    never: [/AppArmor/, chroot],
  },
  {
    what: "a filter refuses mounts",
    refused: call.mount_setattr,
    words: everything,
    says: [filter],
    never: [/AppArmor/, chroot],
  },
  {
    what: "a profile of AppArmor's is in force",
    around: changed.replace(
      "mkdir $root/new",
      () =>
        'mkdir $root/new; echo "docker-default (enforce)" >$root/profile; mount --bind $root/profile /proc/$$/attr/current',
    ),
    words: [...everything, "--unshare-user"],
    says: [/AppArmor's profile docker-default is in force/],
  },
  {
    what: "only root may make user namespaces",
    around: own("unprivileged_userns_clone", "0").replace("exec", `exec ${executable} --seccomp-profile default --`),
    person: user,
    words: everything,
    says: [/kernel\.unprivileged_userns_clone is 0/],
    never: [chroot],
  },
  ...["--unshare-all", "--unshare-user", "--unshare-pid"].map(
    (option): Situation => ({
      what: `in a container, ${option}`,
      around: container,
      words: [...everything, option],
      says: [filter],
      never: [unshareUser, chroot],
    }),
  ),
  {
    what: "root without CAP_SYS_ADMIN, where a user namespace can be had",
    around: without("--cap-drop SYS_ADMIN"),
    person: "root",
    words: everything,
    says: [/root has no CAP_SYS_ADMIN here: give --unshare-user/],
    never: [filter, chroot],
  },
  {
    what: "root without any capability",
    around: without("--cap-drop ALL"),
    person: "root",
    words: everything,
    says: [/neither CAP_SYS_ADMIN here, nor CAP_SETFCAP/],
    never: [filter, chroot, unshareUser],
  },
  {
    what: "root without CAP_SETFCAP in a user namespace",
    around: without("--cap-drop SETFCAP"),
    person: "root",
    words: [...everything, "--unshare-user"],
    says: [/uid.map: Operation not permitted/, /to map root's id takes CAP_SETFCAP/],
    never: [filter, chroot],
  },
  {
    what: "root without CAP_SETFCAP maps ranges",
    around: without("--cap-drop SETFCAP"),
    person: "root",
    dialect: "rein",
    words: [...everything, "--uid-map", "0:0:1000", "--gid-map", "0:0:1000"],
    says: [/root takes CAP_SETUID, CAP_SETGID and CAP_SETFCAP/],
    never: [/subuid/],
  },
  {
    what: "newuidmap may not become root",
    around: without("--no-new-privs"),
    person: user,
    dialect: "rein",
    words: [...everything, "--uid-map", "0:100000:1000", "--gid-map", "0:100000:1000"],
    says: [/with no_new_privs newuidmap cannot become root|newuidmap is not in PATH/],
    never: [/subuid/],
  },
  {
    what: "somebody whom the user namespace does not know",
    around: 'exec unshare --user "$@"',
    person: "root",
    words: everything,
    says: [/your user or group is mapped to nobody in this user namespace/],
    never: [filter, chroot, unshareUser],
  },
  {
    what: "in a chroot the root is no mount point",
    around: changed,
    person: "root",
    words: everything,
    says: [/Invalid argument/, /the root is no mount point, as in a chroot: mount --bind/],
  },
  {
    what: "in a chroot there is no user namespace",
    around: changed,
    words: [...everything, "--unshare-user"],
    says: [/this is a chroot, in which the kernel allows no user namespace/],
    never: [filter, /security module/],
  },
  ...["user", "mnt", "net", "ipc", "pid", "uts", "cgroup"].map(
    (kind): Situation => ({
      what: `no ${kind} namespaces are allowed`,
      around: inOwn(`max_${kind}_namespaces`, "0"),
      person: "root",
      words: [...everything, kind === "mnt" ? "--unshare-pid" : `--unshare-${kind}`],
      says: [new RegExp(`${kind} namespaces are switched off here: sysctl user.max_${kind}_namespaces is 0`)],
      never: [/nested/, filter],
    }),
  ),
  {
    what: "a second user namespace is one too many",
    around: inOwn("max_user_namespaces", "1"),
    person: "root",
    words: [...everything, "--unshare-user", "--disable-userns"],
    says: [/as many as the limits in \/proc\/sys\/user allow: sysctl user\.max_user_namespaces, here or further out/],
  },
  {
    what: "/proc is read-only",
    around: mounted("mount -o bind,ro /proc /proc"),
    words: [...everything, "--unshare-user"],
    says: [/Read-only file system/, /\/proc is mounted read-only, and ids are mapped by writing there/],
  },
  {
    what: "a filter refuses new file systems, and nothing of /proc is hidden",
    refused: call.fsopen,
    words: [...everything, "--unshare-pid", "--proc", "/proc"],
    says: [filter],
    never: [/hidden/],
  },
  {
    what: "a filter that does not know a call",
    refused: call.mount_setattr,
    result: NOT_IMPLEMENTED,
    words: everything,
    says: [/Function not implemented/, /a seccomp filter that allows the call/],
    never: [/Linux 5/],
  },
  {
    what: "message queues belong to an IPC namespace",
    person: user,
    words: [...everything, "--mqueue", "/tmp"],
    says: [/Operation not permitted/, /give --unshare-ipc/],
  },
  {
    what: "what only an owner may do is no filter's fault",
    refused: 999,
    person: user,
    words: [...everything, "--chmod", "0700", "/proc/1"],
    says: [/Operation not permitted/],
    never: [filter],
  },
  ...(["rein", "bwrap"] as const).map(
    (dialect): Situation => ({
      what: "the loopback takes a capability that root lacks, and has in a user namespace",
      around: without("--cap-drop NET_ADMIN"),
      person: "root",
      dialect,
      words: [...everything, "--unshare-net"],
      says: [
        dialect === "rein"
          ? /loopback up: Operation not permitted; root has no CAP_NET_ADMIN here: give --unshare-user\n$/
          : /^bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted\nbwrap: root has no CAP_NET_ADMIN here: give --unshare-user\n$/,
      ],
      never: [filter],
    }),
  ),
  {
    what: "what is restricted has to be there before",
    dialect: "rein",
    words: ["--ro-bind", "/usr", "/usr", "--noexec", "/opt"],
    says: [/--noexec: .*\/opt: No such file or directory; it is for what options before it mount\n$/],
  },
  {
    what: "what is made read-only has to be a mount",
    words: [...system, "--remount-ro", "/usr/bin"],
    says: [/nothing is mounted there: --bind it first\n$/],
  },
  ...(["0:0:1", "0:0:65536"] as const).map(
    (ids): Situation => ({
      what: `nobody but root maps root: ${ids}`,
      person: user,
      dialect: "rein",
      words: [...everything, "--uid-map", ids, "--gid-map", ids],
      says: [/only root may map 0, root's; map your own, as in 0:[1-9]\d*:1\n$|newuidmap is not in PATH/],
      never: [/subuid/],
    }),
  ),
  {
    what: "a mount point is missing in what is read-only",
    words: [...system, "--tmpfs", "/usr/rein-nowhere"],
    says: [/Read-only file system/, /it has to be there already, as what it would be made in is read-only/],
  },
];

/** Brings the situation about, and runs a sandbox in it. */
function meet(t: TestContext, make: Maker, situation: Situation, words: readonly string[]): Promise<Result> {
  const { around = 'exec "$@"', refused, result = REFUSE } = situation;
  const command = [...make.words(words), "--", "echo", "ran"];
  const shell = ["bash", "-c", around, "bash"];
  if (refused === undefined) return runCommand(t, [...shell, ...command], { directory: "/" });
  const file = join(make.folder(), "filter");
  writeFileSync(file, answering(result, [refused]));
  const filtered = ["bash", "-c", `exec ${executable} --add-seccomp-fd 9 -- "$@" 9<${file}`, "bash"];
  return runCommand(t, [...shell, ...filtered, ...command], { directory: "/" });
}

for (const situation of situations) {
  const { what, words, says, never = [] } = situation;
  testSandbox(
    what,
    async (make, t) => {
      if (!isRoot) return t.skip("only root can bring it about");
      const result = await meet(t, make, situation, words);
      assert.deepEqual([result.status, result.stdout], [make.refusal, ""], result.stderr);
      for (const word of says) assert.match(result.stderr, word);
      for (const word of never) assert.doesNotMatch(result.stderr, word);
    },
    situation,
  );
}
