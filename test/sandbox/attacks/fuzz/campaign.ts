// One program after the other: its options and operations follow from a seed and its number, so that it can be had again.

import { spawn } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Dice } from "./dice.ts";
import { FILES, PLACES } from "./files.ts";
import { Machine } from "./machine.ts";
import { type OptionSet, randomSet } from "./sets.ts";

/** In milliseconds; by then the caller has killed the sandbox. */
const LONGEST = 9000;

export interface Finding {
  readonly index: number;
  /** The command line of the sandbox. */
  readonly words: readonly string[];
  readonly caller: number;
  readonly flags: string;
  /** What it did; the kinds stand before the colon. */
  readonly changes: readonly string[];
  /** The operations that are enough for it, as far as that could be found out, and what came of each. */
  readonly operations: readonly number[];
  readonly log: string;
}

export interface CampaignOptions {
  /** Kinds of changes that are known, and left out. */
  readonly without: readonly string[];
  /** Everything is given, and nothing kept back: to see that whoever looks from outside sees it. */
  readonly isBroken: boolean;
}

interface Run {
  readonly changes: readonly string[];
  readonly output: string;
  readonly ending: "ran" | "refused" | "late";
}

export class Campaign {
  readonly #programs: { readonly fuzz: string; readonly rein: string };
  readonly #seed: number;
  readonly #without: ReadonlySet<string>;
  readonly #isBroken: boolean;
  readonly #folder = mkdtempSync(join(tmpdir(), "rein-attacks-"));
  #machine: Machine | undefined;
  readonly endings = new Map<string, number>();

  constructor(programs: { readonly fuzz: string; readonly rein: string }, seed: number, options: CampaignOptions) {
    this.#programs = programs;
    this.#seed = seed;
    this.#without = new Set(options.without);
    this.#isBroken = options.isBroken;
  }

  async end(): Promise<void> {
    await this.#stop();
    rmdirSync(this.#folder);
  }

  /** Runs the program of a number; what it should not have done, with as few operations as that needs. */
  async try(index: number): Promise<Finding | undefined> {
    const dice = new Dice(this.#seed, index);
    const set = randomSet(dice);
    const count = 10 + dice.roll(60);
    let { changes, output, ending } = await this.#run(set, index, count, undefined);
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
    if (changes.length === 0) return undefined;
    let operations = [...Array(count).keys()];
    const again = await this.#run(set, index, count, operations);
    // What depends on the moment does not always come again.
    if (again.changes.length > 0 && !this.#isBroken) {
      for (let size = Math.ceil(count / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let from = 0; from < operations.length; ) {
          const fewer = [...operations.slice(0, from), ...operations.slice(from + size)];
          const run = await this.#run(set, index, count, fewer);
          if (run.changes.length === 0) from += size;
          else {
            operations = fewer;
            ({ changes, output } = run);
          }
        }
      }
    }
    return {
      index,
      words: [set.dialect, ...set.words],
      caller: set.caller,
      flags: set.flags,
      changes,
      operations,
      log: output,
    };
  }

  async #stop(): Promise<void> {
    await this.#machine?.stop();
    this.#machine = undefined;
  }

  async #run(set: OptionSet, index: number, count: number, operations: readonly number[] | undefined): Promise<Run> {
    this.#machine ??= await Machine.start(this.#folder, this.#programs);
    const machine = this.#machine;
    const attack = ["/bin/fuzz", "attack", `${this.#seed * 1_000_003 + index}`, `${count}`];
    const kept = operations === undefined ? "all" : operations.length === 0 ? "none" : operations.join();
    const paths = [...FILES.map(({ path }) => path), ...PLACES];
    const caller = ["/bin/fuzz", "caller", `${set.caller}`, set.flags, `${set.killedAfter}`];
    const given = this.#isBroken ? ["--dev-bind", "/", "/"] : set.words;
    const words = [`/bin/${set.dialect}`, ...given, "--", ...attack, kept, ...paths];
    const { output, errors, report, isLate } = await launch([...machine.enter, ...caller, ...words], {
      SECRET_KEY: machine.secrets.get("key") ?? "",
      SECRET_VARIABLE: `HIDDEN=${machine.secrets.get("variable") ?? ""}`,
    });
    const told = report.split("\n").filter((line) => line !== "" && line !== "looked");
    if (!report.includes("looked\n"))
      told.push(`process: its caller ${isLate ? "hangs" : "was ended"}: ${errors.trim()}`);
    const found = [...told, ...(await machine.changes(set.promise))];
    for (const name of set.promise.secrets) {
      if (output.includes(machine.secrets.get(name) ?? name)) found.push(`secret: ${name} came out`);
    }
    const changes = found.filter((change) => !this.#without.has(change.slice(0, change.indexOf(":"))));
    // Also what is known leaves a machine behind that is not as it was.
    if (found.length > 0) await this.#stop();
    else if (set.promise.work !== "fixed") machine.renew();
    const ending = isLate ? "late" : /^\d+\.\d+ /m.test(output) || kept === "none" ? "ran" : "refused";
    return { changes, output: `${output}${errors}`, ending };
  }
}

interface Launched {
  readonly output: string;
  readonly errors: string;
  /** What the caller said. */
  readonly report: string;
  readonly isLate: boolean;
}

async function launch(words: readonly string[], environment: Record<string, string>): Promise<Launched> {
  const process_ = spawn(words[0] ?? "", words.slice(1), {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH, ...environment },
    detached: true,
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    process.kill(-(process_.pid ?? 0), "SIGKILL");
  }, LONGEST);
  process_.stdin.on("error", () => {});
  const texts = [process_.stdout, process_.stderr, process_.stdio[3] as Readable].map(async (stream) => {
    let text = "";
    for await (const piece of stream.setEncoding("latin1")) if (text.length < 4_000_000) text += piece;
    return text;
  });
  await new Promise((resolve) => process_.once("exit", resolve));
  clearTimeout(timer);
  // Who was left behind may hold them open: what is said in time counts.
  const limit = setTimeout(() => {
    for (const stream of process_.stdio) stream?.destroy();
  }, 3000);
  const [output = "", errors = "", report = ""] = await Promise.all(texts.map((text) => text.catch(() => "")));
  clearTimeout(limit);
  return { output, errors, report, isLate };
}

/** For people, and to have it again. */
export function describeFinding(seed: number, finding: Finding): string {
  const { index, words, caller, flags, changes, operations, log } = finding;
  const lines = log.split("\n").filter((line) => /^\d+\.\d+ |^\S+: /.test(line));
  return [
    `--seed ${seed} --only ${index}: caller ${caller}, ${flags}: ${words.join(" ")}`,
    ...changes.slice(0, 8).map((change) => `  ${change.replaceAll("\n", " ").slice(0, 400)}`),
    `  by ${operations.length} operations: ${operations.join()}`,
    ...lines.slice(0, 30).map((line) => `    ${line.slice(0, 160)}`),
  ].join("\n");
}
