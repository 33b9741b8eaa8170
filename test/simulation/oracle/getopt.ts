// The oracle for the dialects that read their options with getopt_long(3): dumb-init and catatonit.

import { constants } from "node:os";
import { messagePattern, quoted, shown } from "./message.ts";
import { lookUp, type Request, Said } from "./request.ts";
import { whole } from "./values.ts";

const { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU } = constants.signals;
/** The largest signal for dumb-init's -r. */
const LARGEST = 31n;

interface Grammar {
  readonly letters: string;
  /** The letter that takes a value. */
  readonly valued: string;
  readonly names: Readonly<Record<string, string>>;
  take(letter: string, value: string): void;
  /** What follows getopt's line. */
  readonly after: string;
}

/** Reads the options of an argv. Returns the index of the first operand. */
function getopt(argv: readonly string[], grammar: Grammar): number {
  const misuse = (what: string): Said =>
    new Said(1, new RegExp(`^${messagePattern(`${shown(argv[0] ?? "")}: ${what}\n`)}${quoted(grammar.after)}$`));
  let at = 1;
  const next = (what: string): string => {
    const word = argv[at++];
    if (word === undefined) throw misuse(what);
    return word;
  };
  for (;;) {
    const word = argv[at];
    if (word === undefined || word === "-" || !word.startsWith("-")) return at;
    at++;
    if (word === "--") return at;
    if (!word.startsWith("--")) {
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] ?? "";
        if (!grammar.letters.includes(letter)) throw misuse(`invalid option -- '${shown(letter)}'`);
        if (letter !== grammar.valued) {
          grammar.take(letter, "");
          continue;
        }
        const rest = word.slice(i + 1);
        grammar.take(letter, rest === "" ? next(`option requires an argument -- '${letter}'`) : rest);
        break;
      }
      continue;
    }
    const [, typed = "", attached] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const names = Object.keys(grammar.names);
    const fitting = names.includes(typed) ? [typed] : names.filter((name) => name.startsWith(typed));
    const [name] = fitting;
    if (name === undefined) throw misuse(`unrecognized option '${shown(word)}'`);
    if (fitting.length > 1) throw misuse(`option '${shown(word)}' is ambiguous`);
    const letter = grammar.names[name] ?? "";
    const takesValue = letter === grammar.valued;
    if (!takesValue && attached !== undefined) throw misuse(`option '--${name}' doesn't allow an argument`);
    grammar.take(letter, takesValue ? (attached ?? next(`option '--${name}' requires an argument`)) : "");
  }
}

export function readDumbInit(argv: readonly string[], envp: readonly string[], request: Request): void {
  const name = shown(argv[0] ?? "");
  const rewritten = new Set<number>();
  const beSingle = (): void => void Object.assign(request, { sharesGroup: true, toGroup: false });
  const take = (letter: string, value: string): void => {
    if (letter === "h")
      throw new Said(0, new RegExp(`^dumb-init v1\\.2\\.5\nUsage: ${quoted(name)} \\[option\\] command`));
    if (letter === "V") throw new Said(0, /^dumb-init v1\.2\.5\n$/);
    if (letter === "c") beSingle();
    if (letter === "v") request.verbosity = 3;
    if (letter !== "r") return;
    const [, from, to] = /^([^:]*):([\s\S]*)$/.exec(value) ?? [];
    const [one, other] = [whole(from ?? "", LARGEST), whole(to ?? "", LARGEST)];
    if (one === undefined || one === 0n || other === undefined) throw new Said(1, /^Usage: -r option takes <signum>/);
    request.rewrite.set(Number(one), Number(other));
    rewritten.add(Number(one));
  };
  const names = { help: "h", "single-child": "c", rewrite: "r", verbose: "v", version: "V" };
  request.payload = getopt(argv, { letters: "hcrvV", valued: "r", names, take, after: "" });
  if (request.payload >= argv.length) {
    const usage = `Usage: ${name} [option] program [args]\nTry ${name} --help for full usage.\n`;
    throw new Said(1, new RegExp(`^${messagePattern(usage)}$`));
  }
  request.ownVariables.push("DUMB_INIT_DEBUG", "DUMB_INIT_SETSID");
  if (lookUp(envp, "DUMB_INIT_DEBUG") === "1") request.verbosity = 3;
  if (lookUp(envp, "DUMB_INIT_SETSID") === "0") beSingle();
  request.newSession = !request.sharesGroup;
  if (!request.newSession) return;
  for (const signal of [SIGTSTP, SIGTTIN, SIGTTOU]) if (!rewritten.has(signal)) request.rewrite.set(signal, SIGSTOP);
}

export function takeCatatonitVariable(envp: readonly string[], request: Request): void {
  request.ownVariables.push("CATATONIT_DEBUG");
  if (lookUp(envp, "CATATONIT_DEBUG") !== undefined) request.verbosity = 3;
}

const CATATONIT_USAGE = "usage: catatonit [-ghLPV] [--] COMMAND [ARGUMENT...]\n";

export function readCatatonit(argv: readonly string[], request: Request, prefix: string): void {
  const take = (letter: string): void => {
    if (letter === "V") throw new Said(0, /^$/, /^tini version /);
    if (letter === "L") throw new Said(0, /^$/, /^MIT License/);
    if (letter === "h") throw new Said(0, new RegExp(`^${quoted(CATATONIT_USAGE)}`));
    if (letter === "g") request.toGroup = true;
    if (letter === "P") request.pauses = true;
  };
  const names = { version: "V" };
  const first = getopt(argv, { letters: "VghLP", valued: "", names, take, after: CATATONIT_USAGE });
  if (request.pauses) return;
  request.payload = first;
  if (first >= argv.length)
    throw new Said(1, new RegExp(`^${quoted(`${prefix}missing program name\n${CATATONIT_USAGE}`)}$`));
  request.dropsDashes = argv[first - 1] !== "--" && argv[first + 1] === "--";
}
