// The differences that are meant, each with its reason: the only ones that the tests of clients let pass. The page
// docs/bubblewrap-clients.md has them, in these words.

import type { Difference } from "./observations.ts";

export interface Meant {
  /** What is different. */
  readonly what: string;
  /** Why it is, in a sentence or two for a reader who uses the client. */
  readonly reason: string;
  /**
   * The clients with which it occurs, by name: with each of them it has to, or it is no longer true and goes. What is so
   * in every sandbox of some options is so with "all" of them, and has to occur with the command lines.
   */
  readonly clients: readonly string[] | "all";
  /** Only beside such versions of bubblewrap. */
  readonly versions?: RegExp;
  /** Only in the long mode. */
  readonly long?: true;
  /** Whether it is this one; a scenario's name tells what was run. */
  matches(difference: Difference, scenario: string): boolean;
}

/** The client with which all general differences occur. */
export const general = "command lines";

/** Whether it may occur with the client, and whether it has to. */
export const mayOccur = ({ clients }: Meant, client: string): boolean => clients === "all" || clients.includes(client);
export const hasToOccur = ({ clients }: Meant, client: string): boolean =>
  clients === "all" ? client === general : clients.includes(client);

/** A difference of that name, whose values are such; undefined stands for what is not there. */
export function differs(
  key: RegExp,
  bubblewrap: RegExp | undefined,
  rein: RegExp | undefined,
): (difference: Difference) => boolean {
  const is = (value: string | undefined, pattern: RegExp | undefined): boolean =>
    pattern === undefined ? value === undefined : value !== undefined && pattern.test(value);
  return (difference) => key.test(difference.key) && is(difference.bubblewrap, bubblewrap) && is(difference.rein, rein);
}

const anything = /^/;
const codex = "@openai/codex";
const gemini = "@google/gemini-cli-core";
const srt = "@anthropic-ai/sandbox-runtime";
const devices = /^mount (\/dev\/(full|null|random|tty|urandom|zero)|\/dev\/console): /;

/** Both of rein's sets of capabilities that a program inherits are within bubblewrap's. */
const isSmaller = ({ bubblewrap, rein }: Difference): boolean =>
  bubblewrap !== undefined && rein !== undefined && (BigInt(`0x${rein}`) & ~BigInt(`0x${bubblewrap}`)) === 0n;

export const meant: readonly Meant[] = [
  {
    what: "`/proc/sys` is read-only for root",
    reason:
      "bubblewrap covers `/proc/bus`, `/proc/irq` and others, and leaves the kernel's settings for every machine writable.",
    clients: "all",
    matches: (difference) =>
      differs(/^attempt write a sysctl$/, /^done$/, /^EROFS$/)(difference) ||
      differs(/^mount \/proc\/(sys|irq|bus): /, undefined, anything)(difference),
  },
  {
    what: "device nodes in `/dev` are mounted read-only",
    reason:
      "It changes nothing about reading and writing the device; the node's mode and owner cannot be changed, which would be those outside.",
    clients: "all",
    matches: (difference) =>
      devices.test(difference.key) && differs(/: options$/, /^rw,nosuid,/, /^ro,nosuid,/)(difference),
  },
  {
    what: "root's device nodes in `/dev` are made, where bubblewrap mounts the machine's",
    reason: "Without a user namespace root can make them; those outside are out of reach then.",
    clients: "all",
    matches: (difference) => devices.test(difference.key) && differs(anything, anything, undefined)(difference),
  },
  {
    what: "mounts that are covered by others are made read-only, `nosuid` and `nodev` too",
    reason: "Nobody sees them unless what covers them is unmounted.",
    clients: "all",
    matches: differs(/^covered mount /, anything, anything),
  },
  {
    what: "`--mqueue` is mounted `nosuid`, `nodev` and `noexec`",
    reason: "As it is on every machine; there is nothing to execute.",
    clients: "all",
    matches: differs(/^mount \/dev\/mqueue: options$/, /^rw,relatime$/, /^rw,nosuid,nodev,noexec,relatime$/),
  },
  {
    what: "`--overlay`, `--tmp-overlay` and `--ro-overlay` are mounted `nosuid` and `nodev`, with layers of other names",
    reason: "As all other mounts are; bubblewrap leaves it out. The layers' names are paths that nobody can reach.",
    clients: ["command lines"],
    versions: /^(0\.1[1-9]|[1-9])/,
    matches: (difference, scenario) =>
      scenario.includes("overlay") &&
      (differs(/^mount .*: options$/, /^rw,relatime$/, /^rw,nosuid,nodev,relatime$/)(difference) ||
        differs(/^mount .*: settings$/, /lowerdir=\/oldroot/, /lowerdir=/)(difference)),
  },
  {
    what: "`/proc/self/mountinfo` has another path for the root, and for `--file`, `--bind-data` and `--ro-bind-data`",
    reason: "It is the path within a file system that nobody can reach.",
    clients: "all",
    matches: (difference) =>
      differs(/^mount \/: root$/, /^\/newroot$/, /^\/$/)(difference) ||
      differs(/^mount .*: root$/, /^\/bindfile/, /^\/data/)(difference) ||
      differs(/^mount \/: settings$/, /^r[wo](,uid=.*)?$/, /^r[wo],mode=755(,uid=.*)?$/)(difference),
  },
  {
    what: "the command in a PID namespace has no parent death signal (`prctl(PR_GET_PDEATHSIG)`)",
    reason: "Its parent is PID 1 there, and with PID 1 the kernel ends all others.",
    clients: "all",
    matches: differs(/^parent death signal$/, /^9$/, /^0$/),
  },
  {
    what: "a command without capabilities cannot read `/proc/1/environ`, nor reach `/proc/1/root`",
    reason: "PID 1 is not dumpable: nothing of what the caller knew can be read from it.",
    clients: "all",
    matches: differs(/^attempt (reach PID 1's root|read PID 1's environment)$/, /^done$/, /^EACCES$/),
  },
  {
    what: "the ambient, inheritable and bounding sets of capabilities are smaller",
    reason:
      "A command has what it is given; what it cannot have is out of the bounding set as well, and root needs nothing in the ambient and inheritable sets.",
    clients: "all",
    matches: (difference) =>
      /^capabilities (ambient|inheritable|bounding)$/.test(difference.key) && isSmaller(difference),
  },
  {
    what: "the descriptors given to `--pidns` and `--userns-block-fd` are not handed on to the command",
    reason: "bubblewrap leaves them open by mistake; those given to other options it closes.",
    clients: ["Flatpak", "slirp4netns"],
    matches: (difference, scenario) =>
      differs(/^descriptor \d+$/, /^pid:/, undefined)(difference) ||
      (scenario.startsWith("--userns-block-fd") && differs(/^descriptor 10$/, /block/, undefined)(difference)),
  },
  {
    what: "with `--new-session` and a terminal, root's command has a filter (`Seccomp: 2`) that refuses to type on it",
    reason:
      "Root may type on any terminal (TIOCSTI), in whatever session it is; without the filter it could on its caller's.",
    clients: ["on a terminal"],
    matches: (difference, scenario) =>
      scenario.includes("--new-session") && differs(/^seccomp( filters)?$/, /^0$/, /^[12]$/)(difference),
  },
  {
    what: "a mount point that is a link, such as `/etc/localtime`, is where the link leads to inside",
    reason: "bubblewrap looks for an absolute link's target outside of the new root, and fails.",
    clients: ["command lines"],
    matches: (difference) =>
      differs(/^error output$/, /Can't create file at \/etc\/localtime: No such file/, /^$/)(difference) ||
      differs(/^status$/, /^exit status 1$/, /^exit status 3$/)(difference),
  },
  {
    what: "codex's helper has another name inside",
    reason: "codex gives `--argv0` to a bubblewrap whose help has it, as bubblewrap's has from 0.9.0 on.",
    clients: [codex],
    versions: /^0\.[0-8]\./,
    matches: differs(/^(process \d+|left process.*)$/, /^codex-linux-san\b/, /^codex\b/),
  },
  {
    what: "codex does not use a link called bwrap that leads to a file of another name",
    reason:
      "It follows the link, and asks that file for its help, under that file's name. A copy called bwrap it does use: `install rein /usr/local/bin/bwrap`.",
    clients: [codex],
    matches: (difference, scenario) =>
      scenario.startsWith("by a link called bwrap") &&
      (differs(/^error output$/, /^$/, /^bundled bubblewrap digest mismatch/)(difference) ||
        differs(/^output$/, /^run\n$/, /^$/)(difference) ||
        differs(/^status$/, /^exit status 4$/, /^exit status 8$/)(difference)),
  },
  {
    what: "root's `/dev` is not mounted `nodev` where the command has CAP_MKNOD and CAP_SYS_ADMIN, and no filter",
    reason:
      "Such a command can mount a directory for devices itself. Everybody else's holds none but those that are mounted there.",
    clients: "all",
    matches: (difference) =>
      differs(/^mount \/dev: options$/, /^rw,nosuid,nodev,/, /^rw,nosuid,relatime/)(difference) ||
      differs(/^attempt use a device node of its own in \/dev$/, /^EACCES$/, /^done$/)(difference),
  },
  {
    what: "PID 1 inside has the directory `/`, and an ordinary user cannot read it; `flatpak enter` takes root, and starts there",
    reason: "PID 1 is not dumpable: its directory would lead whoever is in the sandbox to its files.",
    clients: "all",
    matches: (difference, scenario) =>
      differs(/^directory of process \d+$/, anything, /^[/?]$/)(difference) ||
      // Flatpak enters there.
      (scenario.includes("enter") && differs(/^working directory$/, anything, /^\/$/)(difference)),
  },
  {
    what: "a failure of which more is known has a second line",
    reason:
      "The first line is bubblewrap's, to the letter; the second begins with `bwrap: `, too, and says what is so, or what to do.",
    clients: ["Flatpak", codex, gemini, srt],
    matches: ({ key, bubblewrap, rein }) =>
      /output$/.test(key) &&
      bubblewrap !== undefined &&
      rein !== undefined &&
      rein.replace(
        /(bwrap: [^\n]*\n)bwrap: (parts of \/proc|user namespaces|not in PATH|to map root's id takes)[^\n]*\n/,
        "$1",
      ) === bubblewrap,
  },
  {
    what: "a directory that has to be made in a writable `--bind` has the sticky bit while the command runs",
    reason: "It is removed at the end if it is empty then; the bit tells another sandbox that mounts something there.",
    clients: ["command lines"],
    matches: differs(/^file /, /^40[0-7]{3} /, /^41[0-7]{3} /),
  },
];
