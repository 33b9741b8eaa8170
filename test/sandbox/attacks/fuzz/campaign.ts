// One program after the other: its options and operations follow from a seed and its number, so that it can be had again.

import { Dice } from "./dice.ts";
import { FILES, PLACES } from "./files.ts";
import { launch } from "./launch.ts";
import { Machine } from "./machine.ts";
import { type OptionSet, randomSet } from "./sets.ts";

export interface Finding {
  readonly index: number;
  /** The command line of the sandbox. */
  readonly words: readonly string[];
  readonly caller: number;
  readonly flags: string;
  /** What it did; the kinds stand before the colon. */
  readonly changes: readonly string[];
  /** Whether the same program did it twice: what depends on the moment does not always come again. */
  readonly isRepeated: boolean;
  /** The operations that are enough for it, as far as that could be found out in time. */
  readonly operations: readonly number[];
  /** What came of each. */
  readonly log: string;
}

export interface CampaignOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly programs: { readonly fuzz: string; readonly rein: string };
  readonly seed: number;
  /** Kinds of changes that are left out. */
  readonly without: readonly string[];
  /** Everything is given, and nothing kept back: to see that whoever looks from outside sees it. */
  readonly isBroken: boolean;
  /** How long to look for fewer operations, for each finding. In milliseconds. */
  readonly shrinking: number;
  /** Ends what runs. */
  readonly cut: AbortSignal;
}

/** The caller's status when it fails before the sandbox: see must() in program/main.c. */
const NOT_STARTED = 97;
/** Its status when it has killed the supervisor, whose time was over: see await() in program/caller.c. */
const KILLED = 95;
/** The keyrings of root alone are not the machine's: they would be the whole system's, and stay broken for minutes. */
const BROKEN: readonly string[] = ["--unshare-user", "--dev-bind", "/", "/"];

interface Run {
  readonly changes: readonly string[];
  readonly output: string;
  readonly ending: "ran" | "refused" | "late" | "not started" | "cut";
}

export class Campaign {
  readonly #options: CampaignOptions;
  #machine: Machine | undefined;
  /** How many programs ended how. */
  readonly endings = new Map<string, number>();
  /** How often a documented limit was met, by its name. */
  readonly limits = new Map<string, number>();
  /** The calls that commands have told of. */
  calls = 0;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  async end(): Promise<void> {
    await this.#machine?.stop();
    this.#machine = undefined;
  }

  /** Runs the program of a number; what it should not have done, with as few operations as that needs. */
  async try(index: number): Promise<Finding | undefined> {
    const dice = new Dice(this.#options.seed, index);
    const set = randomSet(dice);
    const count = 10 + dice.roll(60);
    const first = await this.#run(set, index, count, undefined);
    addOne(this.endings, first.ending);
    this.calls += first.output.match(/^\d+\.\d+ /gm)?.length ?? 0;
    if (first.changes.length === 0) return undefined;
    const all = [...Array(count).keys()];
    const again = this.#options.isBroken ? first : await this.#run(set, index, count, all);
    const isRepeated = again.changes.length > 0;
    const least =
      isRepeated && !this.#options.isBroken
        ? await this.#shrink(set, index, all, again)
        : { operations: all, run: first };
    return {
      index,
      words: [set.dialect, ...set.words],
      caller: set.caller,
      flags: set.flags,
      changes: least.run.changes,
      isRepeated,
      operations: least.operations,
      log: least.run.output,
    };
  }

  /** Leaves operations out: half of them, a quarter, and so on down to single ones. */
  async #shrink(
    set: OptionSet,
    index: number,
    all: readonly number[],
    first: Run,
  ): Promise<{ operations: readonly number[]; run: Run }> {
    const last = performance.now() + this.#options.shrinking;
    let best = { operations: all, run: first };
    for (let size = Math.ceil(all.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < best.operations.length; ) {
        if (performance.now() > last || this.#options.cut.aborted) return best;
        const operations = [...best.operations.slice(0, from), ...best.operations.slice(from + size)];
        const run = await this.#run(set, index, all.length, operations);
        if (run.changes.length > 0) best = { operations, run };
        else from += size;
      }
    }
    return best;
  }

  async #run(set: OptionSet, index: number, count: number, operations: readonly number[] | undefined): Promise<Run> {
    const { folder, programs, seed, isBroken, cut } = this.#options;
    this.#machine ??= await Machine.start(folder, programs);
    const machine = this.#machine;
    const kept = operations === undefined ? "all" : operations.length === 0 ? "none" : operations.join();
    const attack = ["/bin/fuzz", "attack", `${seed * 1_000_003 + index}`, `${count}`, kept];
    const paths = [...FILES.map(({ path }) => path), ...PLACES];
    const caller = ["/bin/fuzz", "caller", `${set.caller}`, set.flags, `${set.killedAfter}`];
    const given = isBroken ? BROKEN : set.words;
    const words = [`/bin/${set.dialect}`, ...given, "--", ...attack, ...paths];
    const { output, errors, report, status, isLate, isCut } = await launch(
      [...machine.enter, ...caller, ...words],
      {
        FUZZER: `${process.pid}`,
        SECRET_SESSION: machine.secrets.get("session") ?? "",
        SECRET_KEY: machine.secrets.get("key") ?? "",
        SECRET_VARIABLE: `HIDDEN=${machine.secrets.get("variable") ?? ""}`,
      },
      cut,
    );
    if (isCut) return { changes: [], output, ending: "cut" };
    const found = report.split("\n").filter((line) => line !== "" && line !== "looked");
    // The system may have no process or key for the caller itself.
    const isStarted = status !== NOT_STARTED;
    if (isStarted && !report.includes("looked\n"))
      found.push(`process: its caller ${isLate ? "hangs" : "was ended"}: ${errors.trim()}`);
    found.push(...(await machine.changes(set.promise, isBroken ? 100 : 2000)));
    for (const name of set.promise.secrets) {
      if (output.includes(machine.secrets.get(name) ?? name)) found.push(`secret: ${name} came out`);
    }
    // Also what is known leaves a machine behind that is not as it was.
    if (found.length > 0 || !isStarted || set.promise.ownAttributes) await this.end();
    else if (set.promise.work !== "fixed") machine.renew();
    const hasRun = /^\d+\.\d+ /m.test(output) || kept === "none";
    const ending = isLate ? "late" : !isStarted ? "not started" : hasRun ? "ran" : "refused";
    return { changes: this.#unexpected(set, found, status === KILLED), output: `${output}${errors}`, ending };
  }

  #unexpected(set: OptionSet, found: readonly string[], isKilled: boolean): string[] {
    const limits = this.#options.isBroken ? [] : set.promise.limits.filter(({ onlyKilled }) => !onlyKilled || isKilled);
    return found.filter((change) => {
      if (this.#options.without.includes(change.slice(0, change.indexOf(":")))) return false;
      const limit = limits.find(({ pattern }) => pattern.test(change));
      if (limit !== undefined) addOne(this.limits, limit.name);
      return limit === undefined;
    });
  }
}

function addOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** For people, and to have it again. */
export function describeFinding(seed: number, finding: Finding): string {
  const { index, words, caller, flags, changes, isRepeated, operations, log } = finding;
  const lines = log.split("\n").filter((line) => /^\d+\.\d+ |^\S+: /.test(line));
  return [
    `--seed ${seed} --only ${index}${isRepeated ? "" : " (not every time)"}: caller ${caller}, ${flags}: ${words.join(" ")}`,
    ...changes.slice(0, 16).map((change) => `  ${change.replaceAll("\n", " ").slice(0, 400)}`),
    `  by ${operations.length} operations: ${operations.join()}`,
    ...lines.slice(0, 30).map((line) => `    ${line.slice(0, 160)}`),
  ].join("\n");
}
