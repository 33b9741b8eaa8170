// Changes to a vector's words, most of them for the worse.

import type { Random } from "./random.ts";
import { anyByte, anyLength, anyText } from "./values.ts";

/** More are only slow: to unset one is a look at each. */
const MOST_VARIABLES = 3000;

interface Words {
  readonly argv: string[];
  readonly envp: string[];
}

/** Changes the word at an index in a list, in place. */
type Mutation = (random: Random, words: string[], at: number) => void;

function edit(words: string[], at: number, change: (word: string) => string): void {
  words[at] = change(words[at] ?? "");
}

function anyPlace(random: Random, text: string): number {
  return random.below(text.length + 1);
}

function otherCase(letter: string, random: Random): string {
  return random.onceIn(8) ? letter : letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
}

/** Thousands of one word are rare, for they are slow. */
function anyCount(random: Random): number {
  return random.onceIn(30) ? random.pick([1000, 3000, 9000]) : 2 + random.below(20);
}

const mutations: readonly Mutation[] = [
  (random, words, at) => {
    edit(words, at, (word) => {
      const place = anyPlace(random, word);
      return word.slice(0, place) + anyByte(random) + word.slice(place);
    });
  },
  (random, words, at) => {
    edit(words, at, (word) => {
      const place = anyPlace(random, word);
      return word.slice(0, place) + anyByte(random) + word.slice(place + 1);
    });
  },
  (random, words, at) => {
    edit(words, at, (word) => {
      const place = anyPlace(random, word);
      return word.slice(0, place) + word.slice(place + 1 + random.below(4));
    });
  },
  (random, words, at) => edit(words, at, (word) => word.slice(0, anyPlace(random, word))),
  (_random, words, at) => void words.splice(at, 1),
  (_random, words, at) => void words.splice(at, 0, words[at] ?? ""),
  (random, words, at) => void words.splice(at, 0, anyText(random, 20)),
  (random, words, at) =>
    void words.splice(at, 0, random.pick(["", "--", "-", "-=", "--=", "---", "=", "-vvv", "-gw", "-e"])),
  (random, words, at) => {
    const other = random.below(words.length);
    [words[at], words[other]] = [words[other] ?? "", words[at] ?? ""];
  },
  // Attached and apart.
  (random, words, at) =>
    void words.splice(at, 2, `${words[at]}${random.pick(["=", "", ",", ":"])}${words[at + 1] ?? ""}`),
  (_random, words, at) => void words.splice(at, 1, ...(words[at] ?? "").split(/=(.*)/s, 2)),
  (_random, words, at) => void words.splice(at, 1, ...(words[at] ?? "").split(":", 2)),
  // A cluster of short options.
  (_random, words, at) => {
    const next = words[at + 1] ?? "";
    if (/^-[^-]/.test(next)) words.splice(at, 2, `${words[at]}${next.slice(1)}`);
  },
  (random, words, at) => edit(words, at, (word) => word.replace(/[a-zA-Z]/g, (letter) => otherCase(letter, random))),
  (_random, words, at) => edit(words, at, (word) => `${word},${word}`),
  // Long words.
  (random, words, at) => {
    edit(words, at, (word) => {
      const place = anyPlace(random, word);
      return (
        word.slice(0, place) + (random.onceIn(2) ? anyByte(random) : "x").repeat(anyLength(random)) + word.slice(place)
      );
    });
  },
  (random, words, at) => {
    const run = words.slice(at, at + 1 + random.below(3));
    words.splice(at, 0, ...Array.from({ length: anyCount(random) }, () => run).flat());
  },
];

/** Makes one change somewhere in argv or envp. */
export function mutate(random: Random, argv: readonly string[], envp: readonly string[]): Words {
  const words = { argv: [...argv], envp: [...envp] };
  switch (random.below(40)) {
    case 0:
      return { argv: words.argv.slice(0, random.below(3)), envp: words.envp };
    case 1: {
      // From the command line into the variable.
      const options = words.argv.slice(1, 1 + random.below(6)).join(" ");
      return { argv: words.argv, envp: [`REIN_OPTIONS=${options}`, ...words.envp] };
    }
    case 2:
      return { argv: words.argv, envp: [...words.envp, ...words.envp].slice(0, MOST_VARIABLES) };
    default: {
      const list = random.onceIn(3) ? words.envp : words.argv;
      if (list.length > 0) random.pick(mutations)(random, list, random.below(list.length));
      return { argv: words.argv, envp: words.envp.slice(0, MOST_VARIABLES) };
    }
  }
}

/** What the kernel takes: no NUL, and no word above 128 kB. */
export function clean(word: string): string {
  return word.replaceAll("\0", "").slice(0, 131_071);
}
