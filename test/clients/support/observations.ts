// What was seen of a run: from outside, and by the program inside; without what differs between any two runs.

/** What was seen, by its name. */
export type Observations = ReadonlyMap<string, string>;

const plain = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Takes the program's lines out of a text. Returns the pairs, and the text without them. */
export function takeSeen(text: string): { pairs: [string, string][]; rest: string } {
  const pairs: [string, string][] = [];
  const rest: string[] = [];
  for (const line of text.split("\n")) {
    const [mark, key, value] = line.split("\t");
    if (mark === "seen" && key !== undefined && value !== undefined) pairs.push([plain(key), plain(value)]);
    else rest.push(line);
  }
  return { pairs, rest: rest.join("\n") };
}

/** Numbers that the kernel gives in turn. */
const anonymous = (text: string): string =>
  text.replace(/\b(pipe|socket|net|mnt|pid|user|ipc|uts|time|cgroup|anon_inode):\[(\d+)\]/g, "$1:[…]");

/** A line of mountinfo without the mount's numbers and its device's: the place, and all else that it says. */
function mount(line: string): [string, string] {
  const [head = "", tail = ""] = line.split(" - ");
  const [, , , root = "", point = "", options = "", ...propagation] = head.split(" ");
  const kinds = propagation.map((word) => word.replace(/:\d+$/, "")).join(" ");
  return [point, [`from ${root}`, options, kinds, tail].filter(Boolean).join(" ")];
}

/** Several of one name are told apart by their order. */
function add(seen: Map<string, string>, key: string, value: string): void {
  let name = key;
  for (let i = 2; seen.has(name); i++) name = `${key} (${i})`;
  seen.set(name, value);
}

/** The pairs of a run by name, for comparing. Files that are seen twice are one. */
export function normalise(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const seen = new Map<string, string>();
  const outer = new Map(pairs.filter(([key]) => key.startsWith("outer ")));
  for (const [key, value] of pairs) {
    if (key.startsWith("outer ")) continue;
    if (key.startsWith("namespace ")) {
      const same = outer.get(`outer ${key}`) === value;
      add(seen, key, value === "?" ? value : same ? "the same as outside" : "its own");
    } else if (key === "mountinfo") {
      const [point, what] = mount(value);
      add(seen, `mount ${point}`, what);
    } else if (key.startsWith("file ")) seen.set(key, value);
    else add(seen, key, anonymous(value));
  }
  return seen;
}

export interface Difference {
  readonly key: string;
  /** What each has; undefined where it has nothing of that name. */
  readonly bubblewrap: string | undefined;
  readonly rein: string | undefined;
}

export function compare(bubblewrap: Observations, rein: Observations): Difference[] {
  return [...new Set([...bubblewrap.keys(), ...rein.keys()])]
    .sort()
    .map((key) => ({ key, bubblewrap: bubblewrap.get(key), rein: rein.get(key) }))
    .filter((difference) => difference.bubblewrap !== difference.rein);
}
