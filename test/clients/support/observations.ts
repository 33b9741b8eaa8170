// What was seen of a run: from outside, and by the program inside; without what differs between any two runs.

/** What was seen, by its name. */
export type Observations = ReadonlyMap<string, string>;

const plain = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Takes the program's lines out of a text. Returns the pairs, and the text without them. */
export function takeSeen(text: string): { pairs: [string, string][]; rest: string } {
  const pairs: [string, string][] = [];
  const rest: string[] = [];
  // A terminal makes two characters of a line's end.
  for (const line of text.split(/\r?\n/)) {
    const [mark, key, value] = line.split("\t");
    if (mark === "seen" && key !== undefined && value !== undefined) pairs.push([plain(key), plain(value)]);
    else rest.push(line);
  }
  return { pairs, rest: rest.join("\n") };
}

/** Without numbers that the kernel gives in turn, and names that are made up for each run. */
const anonymous = (text: string): string =>
  text
    .replace(/\b(pipe|socket|net|mnt|pid|user|ipc|uts|time|cgroup):\[\d+\]/g, "$1:[…]")
    .replace(/\/bindfile\w{6}\b/g, "/bindfile…");

interface Mount {
  readonly id: string;
  readonly parent: string;
  readonly point: string;
  /** All else that a line of mountinfo says, but for the device's number. */
  readonly rest: Readonly<Record<"root" | "options" | "propagation" | "type" | "source" | "settings", string>>;
}

function readMount(line: string): Mount {
  const [head = "", tail = ""] = line.split(" - ");
  const [id = "", parent = "", , root = "", point = "", options = "", ...kinds] = head.split(" ");
  const [type = "", source = "", settings = ""] = tail.split(" ");
  const propagation = kinds.map((word) => word.replace(/:\d+$/, "")).join(" ");
  return { id, parent, point, rest: { root: anonymous(root), options, propagation, type, source, settings } };
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);

/** The mount that a path leads to: from the root, each time into the next one that stands on the way. */
function found(mounts: readonly Mount[], path: string): Mount | undefined {
  let here = mounts.find(({ parent }) => !mounts.some(({ id }) => id === parent));
  for (let next = here; next !== undefined; ) {
    here = next;
    const { id } = next;
    next = mounts
      .filter((mount) => mount.parent === id && mount.id !== id && isWithin(path, mount.point))
      .sort((a, b) => a.point.length - b.point.length)[0];
  }
  return here;
}

/** What each mount is, by its point: of those that a path leads to part by part. */
function arrange(mounts: readonly Mount[]): [string, string][] {
  const visible = mounts.filter((mount) => found(mounts, mount.point) === mount);
  const covered = mounts.filter((mount) => !visible.includes(mount));
  return [
    ...visible.flatMap(({ point, rest }) =>
      Object.entries(rest).map(([part, value]): [string, string] => [`mount ${point}: ${part}`, value]),
    ),
    ...covered
      .map(({ point, rest }): [string, string] => [`covered mount ${point}`, Object.values(rest).join(" ")])
      .sort(([a, b], [c, d]) => a.localeCompare(c) || b.localeCompare(d)),
  ];
}

/** The pairs of a run by name, for comparing. Files that are seen twice are one. */
export function normalise(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const seen = new Map<string, string>();
  const outer = new Map(pairs.filter(([key]) => key.startsWith("outer ")));
  const mounts: Mount[] = [];
  // In no order of their own.
  const left = pairs.filter(([key]) => key.startsWith("left ")).sort((a, b) => a.join().localeCompare(b.join()));
  for (const [key, value] of [...pairs.filter(([key]) => !key.startsWith("left ")), ...left]) {
    if (key.startsWith("outer ")) continue;
    if (key.startsWith("namespace ")) {
      const same = outer.get(`outer ${key}`) === value;
      add(seen, key, value === "?" ? value : same ? "the same as outside" : "its own");
    } else if (key === "mountinfo") mounts.push(readMount(value));
    else if (key.startsWith("file ")) seen.set(key, value);
    else add(seen, key, anonymous(value));
  }
  for (const [key, value] of arrange(mounts)) add(seen, key, value);
  return seen;
}

/** Several of one name are told apart by their order. */
function add(seen: Map<string, string>, key: string, value: string): void {
  let name = key;
  for (let i = 2; seen.has(name); i++) name = `${key} (${i})`;
  seen.set(name, value);
}

/** The same with other words in names and values. */
export function reword(seen: Observations, change: (text: string) => string): Map<string, string> {
  return new Map([...seen].map(([key, value]) => [change(key), change(value)]));
}

export interface Difference {
  readonly key: string;
  /** What each has; undefined where it has nothing of that name. */
  readonly bubblewrap: string | undefined;
  readonly rein: string | undefined;
}

/** A program has looked around inside. */
export const looked = (seen: Observations): boolean => seen.has("user");
/** What can be seen from outside. */
const outside = /^(status|output|error output|left .*|mounts left|written .*)$/;

/**
 * All differences; when only one of the two came to the point of looking around inside, those that are seen outside; and
 * of one that had to be ended, that it had to.
 */
export function compare(bubblewrap: Observations, rein: Observations): Difference[] {
  if (rein.get("status") === "does not end") {
    return [{ key: "status", bubblewrap: bubblewrap.get("status"), rein: rein.get("status") }];
  }
  const both = looked(bubblewrap) === looked(rein);
  return [...new Set([...bubblewrap.keys(), ...rein.keys()])]
    .sort()
    .map((key) => ({ key, bubblewrap: bubblewrap.get(key), rein: rein.get(key) }))
    .filter((difference) => difference.bubblewrap !== difference.rein && (both || outside.test(difference.key)));
}
