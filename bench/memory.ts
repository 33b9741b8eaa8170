import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ALONE } from "./candidates.ts";
import { type Bench, type Figure, figure, namesOf } from "./figure.ts";

/** What it holds of memory, in kilobytes, and how often it ran. */
interface Usage {
  resident: number;
  /** Its share of what is resident: pages that n processes map count a n-th. */
  proportional: number;
  /** In no other process: what one more init costs. */
  private: number;
  shared: number;
  /** Not from a file: what one more init costs even when all run from one file. */
  anonymous: number;
  pageTables: number;
  wakeUps: number;
}

/** What an init holds, and how often it runs, while its payload waits. */
export async function memory({ candidates, programs, measure, amounts, progress }: Bench): Promise<Figure[]> {
  const commands = candidates.map(({ words }) => [...words.plain, programs.payload, "wait"]);
  const rounds: Usage[][] = [];
  for (let round = 0; round < amounts.holds; round++) {
    rounds.push(await measure.hold("plain", commands, (pids) => usagesOf(pids, amounts.watch)));
    progress("memory and wake-ups", round + 1, amounts.holds);
  }
  const head = { mode: "plain", rounds: rounds.length } as const;
  const one = (name: string, unit: string, key: keyof Usage): Figure =>
    figure(
      { name, unit, ...head },
      namesOf(candidates),
      candidates.map((_, i) => rounds.map((round) => round[i]![key])),
    );
  return [
    one("resident memory", "kB", "resident"),
    one("private memory", "kB", "private"),
    one("shared memory", "kB", "shared"),
    one("anonymous memory", "kB", "anonymous"),
    one("page tables", "kB", "pageTables"),
    one(`idle wake-ups in ${amounts.watch / 1000} s, from a second after the start`, "", "wakeUps"),
  ];
}

/**
 * What a host pays on which many containers run, an init each from the same
 * file: their shares of the pages, these with their page tables, and what the
 * host has less of, kernel included. Of the latter the payload's own is taken
 * off; whoever else runs on the host is in it.
 */
export async function crowd({ candidates, programs, measure, amounts, progress }: Bench): Promise<Figure[]> {
  const all = [ALONE, ...candidates];
  const { crowd: copies, crowdRounds, settling } = amounts;
  const proportional: number[][] = candidates.map(() => []);
  const withTables: number[][] = candidates.map(() => []);
  const host: number[][] = candidates.map(() => []);
  for (let round = 0; round < crowdRounds; round++) {
    let payloads = 0;
    for (const [i, { words }] of all.entries()) {
      const before = await availableMemory(settling);
      const look = async (pids: number[]): Promise<[number, number, number]> => {
        const available = await availableMemory(settling);
        const all = pids.map(usageOf);
        const shares = all.reduce((sum, one) => sum + one.proportional, 0);
        return [before - available, shares, all.reduce((sum, one) => sum + one.pageTables, shares)];
      };
      const [used, shares, sharesAndTables] = await measure.hold(
        "plain",
        [[...words.plain, programs.payload, "wait"]],
        look,
        copies,
      );
      if (i === 0) payloads = used;
      else {
        host[i - 1]!.push((used - payloads) / copies);
        proportional[i - 1]!.push(shares / copies);
        withTables[i - 1]!.push(sharesAndTables / copies);
      }
      progress(`memory of ${copies}`, round * all.length + i + 1, crowdRounds * all.length);
    }
  }
  const head = { mode: "plain", rounds: crowdRounds, at: copies, unit: "kB each" } as const;
  return [
    figure({ name: "memory of many, by the kernel's shares (PSS)", ...head }, namesOf(candidates), proportional),
    figure({ name: "memory of many, shares and page tables", ...head }, namesOf(candidates), withTables),
    figure({ name: "memory of many, as the host has less, kernel included", ...head }, namesOf(candidates), host),
  ];
}

/** In kilobytes, with what the kernel would give back if it were asked. */
async function availableMemory(settling: number): Promise<number> {
  await sleep(settling);
  return field(readFileSync("/proc/meminfo", "utf8"), "MemAvailable");
}

/** What belongs to a start has been done by then: rein gives its memory back after a tenth of a second. */
const STARTED = 1000;

async function usagesOf(pids: number[], watch: number): Promise<Usage[]> {
  await sleep(STARTED);
  const before = pids.map((pid) => usageOf(pid).wakeUps);
  await sleep(watch);
  return pids.map((pid, i) => {
    const now = usageOf(pid);
    return { ...now, wakeUps: now.wakeUps - before[i]! };
  });
}

function usageOf(pid: number): Usage {
  // Not VmRSS of status: since Linux 6.2 that is off by as much as a small init has.
  const pages = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    resident: field(pages, "Rss"),
    proportional: field(pages, "Pss"),
    private: field(pages, "Private_Clean") + field(pages, "Private_Dirty"),
    shared: field(pages, "Shared_Clean") + field(pages, "Shared_Dirty"),
    anonymous: field(pages, "Anonymous"),
    pageTables: field(status, "VmPTE"),
    wakeUps: field(status, "voluntary_ctxt_switches"),
  };
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`no ${name} in what the kernel tells of a process`);
  return Number(value);
}
