import { Namespace } from "../linux/flags";
import { namespaceNames } from "../options/words";
import { Line } from "../support/line";
import { indexOfWord, putWord } from "../support/word-list";

const MNT = 8;
/** What each of `namespaceNames` is. Two have a second name: the kernel's in /proc/PID/ns is `mnt`, and people write `network`. */
const kinds: StaticArray<i32> = [
  Namespace.USER,
  Namespace.MOUNT,
  Namespace.PID,
  Namespace.NETWORK,
  Namespace.IPC,
  Namespace.UTS,
  Namespace.CGROUP,
  Namespace.TIME,
  Namespace.MOUNT,
  Namespace.NETWORK,
];

/** The kinds of namespace, from 0 on, that of users first. */
export const kindsKnown: i32 = 8;

/** A `Namespace` bit. */
export function kindAt(index: i32): i32 {
  return kinds[index];
}

/** Puts what /proc calls the kind. */
export function putKernelsName(line: Line, index: i32): Line {
  putWord(line, namespaceNames, kinds[index] == Namespace.MOUNT ? MNT : index);
  return line;
}

/** A namespace of somebody else's that the sandbox is to be in. */
export class JoinedNamespace {
  /** Its descriptor, where it is open. */
  file: i32 = -1;
  isEntered: bool = false;

  constructor(
    /** The one that was given before. */
    readonly previous: JoinedNamespace | null,
    private readonly index: i32,
    readonly path: string,
  ) {}

  /** A `Namespace` bit. */
  get kind(): i32 {
    return kinds[this.index];
  }

  /** Puts the kind into a message, as it was given. */
  putKind(line: Line): Line {
    putWord(line, namespaceNames, this.index);
    return line;
  }
}

/** Reads `KIND:PATH`; null when it is none. */
export function parseJoin(text: string, previous: JoinedNamespace | null): JoinedNamespace | null {
  const colon = text.indexOf(":");
  if (colon < 0 || colon == text.length - 1) return null;
  const index = indexOfWord(namespaceNames, text.substring(0, colon));
  return index < 0 ? null : new JoinedNamespace(previous, index, text.substring(colon + 1));
}

/** The kinds of namespace that are joined, a `Namespace` bit each. */
export function joinedKinds(last: JoinedNamespace | null): i32 {
  return last == null ? 0 : last.kind | joinedKinds(last.previous);
}
