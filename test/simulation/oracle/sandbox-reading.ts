// What a command line with the options of a sandbox or of filters asks for, read
// once more in plain TypeScript: which message it is refused with, or that it is taken.

import { shown } from "./message.ts";
import { InvalidValue, Misfit, read, reinTable } from "./reading.ts";
import { lookUp, Refused, type Request } from "./request.ts";
import {
  bwrapOptions,
  fileOptions,
  filterOptions,
  lastOneCounts,
  limitOptions,
  overlays,
  plainOptions,
  reinFileOperations,
  reinSandboxOptions,
  sandboxOptions,
  type ValueKind,
} from "./sandbox-options.ts";
import { fits, rangeOf } from "./sandbox-values.ts";
import { isCapabilityOfBubblewrap, whole } from "./values.ts";
import { isRoot, type Vector } from "./vector.ts";

export type Dialect = "rein" | "bwrap";

/** Whether its last value is a place in the new root; a layer of an overlay has none of its own. */
function takesPlace(option: string): boolean {
  if (["--perms", "--size", "--overlay-src"].includes(option)) return false;
  return Object.hasOwn(fileOptions, option) || reinFileOperations.includes(option);
}

/** The stages, which are started with numbers before the words of the one before them. */
export const stages = ["rein-outside", "rein-setup", "rein-init"] as const;
export type Stage = (typeof stages)[number];
export const STAGE_NUMBERS = 10;

/** The stage that the executable is; undefined where it is none. */
export function stageOf({ argv }: Vector): Stage | undefined {
  const numbers = argv.slice(1, 1 + STAGE_NUMBERS);
  const areNumbers =
    numbers.length === STAGE_NUMBERS && numbers.every((word) => whole(word, 2n ** 63n - 1n) !== undefined);
  return areNumbers ? stages.find((stage) => stage === baseName(argv)) : undefined;
}

/** The words that are read, behind a stage's own. */
function wordsOf(vector: Vector): readonly string[] {
  return stageOf(vector) === undefined ? vector.argv : vector.argv.slice(1 + STAGE_NUMBERS);
}

function baseName(words: readonly string[]): string {
  return (words[0] ?? "").replace(/^[\s\S]*\//, "");
}

export function sandboxDialectOf(vector: Vector): Dialect {
  return baseName(wordsOf(vector)) === "bwrap" ? "bwrap" : "rein";
}

/** What came of the options. */
export interface Reading {
  readonly end: "taken" | "refused" | "printed";
  /** How the message begins that refuses them, or the text that was asked for. */
  readonly begins: string;
  /** Options that bubblewrap says of that only the last one counts. */
  readonly again: readonly string[];
  /** Those that were read. */
  readonly options: readonly string[];
  readonly wantsSandbox: boolean;
  readonly wantsFilter: boolean;
  /** What the command is to get. */
  readonly operands: readonly string[];
}

/** The texts behind descriptors lie here in a vector's scenario; those without one are closed, but for the first four. */
export const descriptorPath = (file: number): string => `/proc/self/fd/${file}`;
const LAST_STANDARD = 3;
const MOST_RANGES = 340;
const ofBwrap: Readonly<Record<string, readonly ValueKind[]>> = { ...sandboxOptions, ...bwrapOptions };

class Printed {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function readSandbox(vector: Vector): Reading {
  const reader = new Reader(vector);
  let end: Reading["end"] = "taken";
  let begins = "";
  try {
    reader.read();
  } catch (reason) {
    if (reason instanceof Refused) [end, begins] = ["refused", reason.begins];
    else if (reason instanceof Printed) [end, begins] = ["printed", reason.text];
    else throw reason;
  }
  const { again, operands, options, wantsFilter, wantsSandbox } = reader;
  return { end, begins, again, operands, options, wantsFilter, wantsSandbox };
}

/** Whether that is more than the inits' oracle knows. */
export function needsSandboxOracle(vector: Vector, { options, wantsFilter, wantsSandbox }: Reading): boolean {
  return stageOf(vector) !== undefined || wantsFilter || wantsSandbox || options.some(isWithoutSandbox);
}

function isWithoutSandbox(option: string): boolean {
  return Object.hasOwn(plainOptions, option) || Object.hasOwn(limitOptions, option) || option === "--help-sandbox";
}

class Reader {
  readonly again: string[] = [];
  readonly options: string[] = [];
  wantsSandbox: boolean;
  wantsFilter = false;
  readonly #vector: Vector;
  readonly #dialect: Dialect;
  readonly #stage: Stage | undefined;
  readonly #open = new Set<number>();
  readonly #request: Request = read(["rein", "command"], [], 1);
  readonly #seen = new Set<string>();
  readonly #ranges = new Map<string, (readonly [bigint, bigint, bigint])[]>();
  #words: string[] = [];
  #at = 0;
  /** Up to here the words come from a descriptor. */
  #fileEnd: number | undefined;
  #sources = 0;
  #attached: string | undefined;
  #source = "";

  constructor(vector: Vector) {
    this.#vector = vector;
    this.#dialect = sandboxDialectOf(vector);
    this.#stage = stageOf(vector);
    Object.assign(this.#request, { variables: vector.envp, isRoot: isRoot(vector.scenario.pid) });
    this.wantsSandbox = this.#dialect === "bwrap";
    for (let file = 0; file <= LAST_STANDARD; file++) this.#open.add(file);
    for (const [path, held] of Object.entries(vector.scenario.files))
      if (path.startsWith(descriptorPath(0).slice(0, -1)) && typeof held === "string")
        this.#open.add(Number(path.slice(descriptorPath(0).length - 1)));
  }

  get operands(): readonly string[] {
    return this.#words.slice(this.#at + 1);
  }

  read(): void {
    this.#readVariable();
    const words = wordsOf(this.#vector);
    this.#words = words.slice(1);
    this.#at = 0;
    this.#source = "";
    this.#readOptions(true);
    if (this.#at === this.#words.length) {
      if (this.#dialect === "bwrap")
        throw new Refused(`usage: ${shown(words[0] ?? "")} [OPTIONS...] [--] COMMAND [ARGS...]`);
      throw this.#refusal("no command to run");
    }
    if (this.#stage !== undefined && !this.wantsSandbox)
      throw this.#refusal("started as a stage of a sandbox, and no ");
  }

  #readVariable(): void {
    const value = lookUp(this.#vector.envp, "REIN_OPTIONS");
    if (value === undefined) return;
    if (value.length > 32_768) throw this.#refusal("REIN_OPTIONS: it is longer than 32 kB");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of them part words, as white space does
    this.#words = value.split(/[\x00-\x20]+/).filter((word) => word !== "");
    this.#source = "REIN_OPTIONS: ";
    this.#readOptions(false);
    const operand = this.#words[this.#at];
    if (operand !== undefined) throw this.#refusal(`REIN_OPTIONS: "${shown(operand)}" is not an option`);
  }

  #readOptions(isCommandLine: boolean): void {
    let last = "";
    for (;;) {
      this.#leaveFile();
      const word = this.#words[this.#at];
      const isBubblewraps = isCommandLine && this.#dialect === "bwrap";
      if (word === undefined || (word === "-" && !isBubblewraps) || !word.startsWith("-")) break;
      this.#at++;
      if (word === "--") break;
      if (isBubblewraps) {
        last = word;
        this.options.push(last);
        this.#checkCount(last);
        this.#take(last, true);
        this.#checkModifiers(last);
        continue;
      }
      const [names, attached] = word.startsWith("--") ? longOf(word) : [word, undefined];
      let rest = names;
      do {
        last = names.startsWith("--") ? names : `-${rest[1]}`;
        rest = names.startsWith("--") ? "" : `-${rest.slice(2)}`;
        this.#attached = attached ?? (rest.length > 1 ? rest.slice(1) : undefined);
        const offered = this.#attached;
        this.options.push(last);
        this.#take(last, isCommandLine);
        if (isCommandLine) this.#checkModifiers(last);
        if (this.#attached !== undefined && attached !== undefined) throw this.#problem(last, "takes no value");
        if (offered !== this.#attached) rest = "-";
      } while (rest.length > 1);
    }
    if (isCommandLine) this.#checkModifiers("");
  }

  /** bubblewrap has no look at the words of an option that has too few. */
  #checkCount(option: string): void {
    const kinds = Object.hasOwn(ofBwrap, option) ? ofBwrap[option] : undefined;
    if (kinds === undefined) return;
    if (this.#at + kinds.length <= (this.#fileEnd ?? this.#words.length)) return;
    const one = ["--chdir", "--remount-ro", "--argv0"].includes(option) ? "one" : "an";
    const count = [one, `${one} argument`, "two arguments", "three arguments"][kinds.length];
    throw this.#refusal(`${option === "--ro-bind-fd" ? "--bind-fd" : option} takes ${count}`);
  }

  #leaveFile(): void {
    if (this.#fileEnd === undefined) return;
    const word = this.#at < this.#fileEnd ? this.#words[this.#at] : undefined;
    if (word === undefined) this.#fileEnd = undefined;
    else if (!word.startsWith("-") || (word === "-" && this.#dialect !== "bwrap") || word === "--")
      throw this.#refusal(`--args: "${shown(word)}" is not an option`);
  }

  #take(option: string, isCommandLine: boolean): void {
    const isBwrap = this.#dialect === "bwrap";
    const rein = isBwrap && isCommandLine ? undefined : reinTable.get(option);
    if (rein !== undefined) this.#takeRein(option, rein);
    else if (isCommandLine && this.#prints(option)) throw new Printed(option);
    else if (Object.hasOwn(filterOptions, option)) this.#takeFilter(option);
    else if (!(isBwrap && isCommandLine) && Object.hasOwn(limitOptions, option)) this.#takeValues(option, limitOptions);
    else if (isCommandLine && isBwrap && Object.hasOwn(bwrapOptions, option)) this.#takeValues(option, bwrapOptions);
    else if (isCommandLine && Object.hasOwn(sandboxOptions, option)) this.#takeSandbox(option);
    else if (isCommandLine && !isBwrap && Object.hasOwn(reinSandboxOptions, option)) this.#takeReinSandbox(option);
    else if (isBwrap && isCommandLine) throw this.#refusal(`Unknown option ${shown(option)}`);
    else throw this.#problem(option, "no such option");
  }

  #prints(option: string): boolean {
    if (option === "--version" || option === "--help") {
      if (this.#attached === undefined || this.#dialect === "bwrap") return true;
      throw this.#problem(option, "takes no value");
    }
    if (this.#dialect === "bwrap" || (option !== "-h" && option !== "--help-sandbox")) return false;
    if (this.#attached !== undefined && option !== "-h") throw this.#problem(option, "takes no value");
    return true;
  }

  #takeRein(option: string, handler: (request: Request, value: () => string) => void): void {
    // bubblewrap's options of the same names then come again.
    if (lastOneCounts.includes(option)) this.#seen.add(option);
    try {
      handler(this.#request, () => this.#value(option));
    } catch (problem) {
      if (problem instanceof InvalidValue) throw this.#unfit(option, problem.value);
      if (problem instanceof Misfit) throw this.#problem(option, problem.reason);
      throw problem;
    }
  }

  #takeValues(option: string, table: typeof sandboxOptions): string[] {
    if (this.#dialect === "bwrap" && lastOneCounts.includes(option)) {
      // A stage reads options that have been read before.
      if (this.#seen.has(option) && this.#stage === undefined) this.again.push(option);
      this.#seen.add(option);
    }
    const values = (table[option] ?? []).map((kind) => {
      const value = this.#value(option);
      const isBubblewraps = kind === "capability" && this.#dialect === "bwrap" && this.#source === "";
      if (isBubblewraps && !isCapabilityOfBubblewrap(value)) throw this.#refusal(`unknown cap: ${shown(value)}`);
      if (!isBubblewraps && !fits[kind](value)) throw this.#unfit(option, value, kind);
      return value;
    });
    if (this.#dialect !== "bwrap" && takesPlace(option) && values.at(-1)?.startsWith("--") === true)
      throw this.#problem(option, "needs a place before ");
    return values;
  }

  #takeSandbox(option: string): void {
    if (Object.hasOwn(plainOptions, option)) {
      this.#takePlain(option);
      return;
    }
    this.wantsSandbox = true;
    if ((option === "--perms" || option === "--size") && this.#seen.has(option))
      throw this.#refusal(`${option} given twice for the same action`);
    this.#takeValues(option, sandboxOptions);
    if (option === "--perms" || option === "--size") this.#seen.add(option);
    if (!Object.hasOwn(fileOptions, option) || option === "--perms" || option === "--size") return;
    if (option === "--tmpfs") this.#seen.delete("--size");
    if (["--tmpfs", "--dir", "--file", "--bind-data", "--ro-bind-data"].includes(option)) this.#seen.delete("--perms");
    if (overlays.includes(option)) {
      const least = option === "--ro-overlay" ? 2 : 1;
      if (this.#sources < least) throw this.#refusal(`${option} requires at least `);
    }
    // Without its overlay: said before what --perms or --size would be.
    if (this.#sources > 0 && option !== "--overlay-src" && !overlays.includes(option)) throw this.#loneSource();
    this.#sources = option === "--overlay-src" ? this.#sources + 1 : 0;
  }

  #takePlain(option: string): void {
    if (option === "--argv0" && this.#seen.has(option))
      throw this.#either(option, "it can be given only once", "--argv0 used multiple times");
    this.#seen.add(option);
    const start = this.#at - 1;
    const [value = ""] = this.#takeValues(option, plainOptions);
    if (option === "--args") this.#insert(start, Number(value));
  }

  #insert(start: number, file: number): void {
    if (this.#fileEnd !== undefined)
      throw this.#either("--args", "it cannot stand among", "--args not supported in arguments file");
    const held = this.#open.has(file) ? this.#vector.scenario.files[descriptorPath(file)] : undefined;
    const unread = (why: string): Refused =>
      this.#either("--args", `descriptor ${file}: ${why}`, `Can't read --args data: ${why}`);
    if (typeof held !== "string") throw unread("Bad file descriptor");
    this.#open.delete(file);
    const words = held === "" ? [] : held.replace(/\0$/, "").split("\0");
    this.#words.splice(start, this.#at - start, ...words);
    this.#at = start;
    this.#fileEnd = start + words.length;
  }

  #takeReinSandbox(option: string): void {
    this.wantsSandbox = true;
    const [value = ""] = this.#takeValues(option, reinSandboxOptions);
    if (this.#sources > 0 && reinFileOperations.includes(option)) throw this.#loneSource();
    const range = option.endsWith("-map") ? rangeOf(value) : undefined;
    if (range !== undefined) this.#takeRange(option, value, range);
  }

  #takeRange(option: string, text: string, [inside, outside, count]: readonly [bigint, bigint, bigint]): void {
    const earlier = this.#ranges.get(option) ?? [];
    const meets = (first: bigint, second: bigint, size: bigint): boolean =>
      first < second + size && second < first + count;
    if (
      earlier.some(([to, from, size]) => meets(inside, to, size) || meets(outside, from, size)) ||
      earlier.length === MOST_RANGES
    )
      throw this.#problem(option, `${shown(text)} has an id that`);
    this.#ranges.set(option, [...earlier, [inside, outside, count]]);
  }

  #takeFilter(option: string): void {
    this.wantsFilter = true;
    const isFile = option === "--seccomp" || option === "--add-seccomp-fd";
    const other = option === "--seccomp" ? "--add-seccomp-fd" : "--seccomp";
    if (isFile && this.#seen.has(other)) throw this.#refusal(`${option} cannot be combined with ${other}`);
    if (!isFile) {
      this.#takeValues(option, filterOptions);
      return;
    }
    const value = this.#value(option);
    if (!fits.descriptor(value)) throw this.#refusal(`Invalid fd: ${shown(value)}`);
    if (!this.#open.has(Number(value)))
      throw this.#either(
        option,
        `descriptor ${Number(value)}: Bad file descriptor`,
        "Can't read seccomp data: Bad file descriptor",
      );
    this.#seen.add(option);
  }

  #checkModifiers(last: string): void {
    if (last === "--perms" || last === "--size") return;
    if (this.#seen.has("--perms")) throw this.#refusal("--perms must be followed by an option");
    if (this.#seen.has("--size")) throw this.#refusal("--size must be followed by --tmpfs");
    if (this.#sources > 0 && last !== "--overlay-src") throw this.#loneSource();
  }

  #loneSource(): Refused {
    return this.#refusal("--overlay-src must be followed by another");
  }

  #value(option: string): string {
    const attached = this.#attached;
    this.#attached = undefined;
    if (attached !== undefined) return attached;
    const word = this.#at < (this.#fileEnd ?? this.#words.length) ? this.#words[this.#at] : undefined;
    if (word === undefined) throw this.#problem(option, "needs a value");
    this.#at++;
    return word;
  }

  #unfit(option: string, value: string, kind?: ValueKind): Refused {
    const isBubblewraps = this.#dialect === "bwrap" && this.#source === "";
    if (isBubblewraps && kind === "descriptor") return this.#refusal(`Invalid fd: ${shown(value)}`);
    if (isBubblewraps && kind === "id") return this.#refusal(`Invalid ${option.slice(2)}: ${shown(value)}`);
    if (isBubblewraps && kind === "capability") return this.#refusal(`unknown cap: ${shown(value)}`);
    if (isBubblewraps && kind === "mode") return this.#refusal(`${option} takes an octal argument <= 07777`);
    if (isBubblewraps && kind === "size") return this.#refusal(`${option} takes a non-zero number of bytes`);
    return this.#problem(option, `"${shown(value)}" is not `);
  }

  /** What rein says of the option, or what bubblewrap says. */
  #either(option: string, reins: string, bubblewraps: string): Refused {
    return this.#dialect === "bwrap" && this.#source === "" ? this.#refusal(bubblewraps) : this.#problem(option, reins);
  }

  #problem(option: string, what: string): Refused {
    return this.#refusal(`${this.#source}${shown(option)}: ${what}`);
  }

  #refusal(what: string): Refused {
    return new Refused(`${this.#dialect}: ${what}`);
  }
}

function longOf(word: string): [name: string, value: string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}
