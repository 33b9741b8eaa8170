/**
 * Tells which pages of a process are in memory and why: a line a mapping, and
 * below it a character a page that is mapped.
 *
 *   node bench/pages.ts PID          of a process that runs
 *   node bench/pages.ts -- COMMAND   of a command, a moment after its start; of rein with a payload that waits: rein sleep 60
 *
 * `P` is the process's own, written or copied; `p` is its own for as long as
 * nobody else maps the file's page; `s` a file's page that others map too; `.`
 * is not resident; `0`, as root, is the kernel's one page of zeroes, which was
 * read and takes no memory. The kernel maps up to 16 pages of a file around the one that
 * was touched (fault-around), so that `s` and `p` need not have been touched.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const PAGE = 4096;
/** Of each page, in /proc/PID/pagemap (the kernel's admin-guide/mm/pagemap.rst). */
const ENTRY = 8;
const PRESENT = 1n << 63n;
const FILE_OR_SHARED = 1n << 61n;
const MAPPED_ONCE = 1n << 56n;

interface Mapping {
  start: bigint;
  end: bigint;
  permissions: string;
  name: string;
}

function mappings(pid: number): Mapping[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    const [, start, end, permissions, name] = /^(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line)!;
    if (name === "[vsyscall]") return [];
    return [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), permissions: permissions!, name: name! }];
  });
}

/** Of each physical page, in /proc/kpageflags. */
const ZERO_PAGE = 1n << 24n;
const NUMBER = (1n << 55n) - 1n;

/** Whether it is the page of zeroes; only root is told which page an entry is about. */
function isZeroPage(entry: bigint): boolean {
  const number = entry & NUMBER;
  if (number === 0n) return false;
  const file = openSync("/proc/kpageflags", "r");
  const flags = Buffer.alloc(ENTRY);
  readSync(file, flags, 0, ENTRY, Number(number) * ENTRY);
  closeSync(file);
  return (flags.readBigUInt64LE() & ZERO_PAGE) !== 0n;
}

/** A character a page. */
function pages(pagemap: number, { start, end }: Mapping): string {
  const entries = Buffer.alloc((Number(end - start) / PAGE) * ENTRY);
  readSync(pagemap, entries, 0, entries.length, Number(start / BigInt(PAGE)) * ENTRY);
  let text = "";
  for (let at = 0; at < entries.length; at += ENTRY) {
    const entry = entries.readBigUInt64LE(at);
    if ((entry & PRESENT) === 0n) text += ".";
    else if ((entry & FILE_OR_SHARED) === 0n) text += isZeroPage(entry) ? "0" : "P";
    else text += (entry & MAPPED_ONCE) === 0n ? "s" : "p";
  }
  return text;
}

function count(text: string, kinds: RegExp): number {
  return text.match(kinds)?.length ?? 0;
}

function show(pid: number): void {
  const pagemap = openSync(`/proc/${pid}/pagemap`, "r");
  let [resident, own] = [0, 0];
  for (const mapping of mappings(pid)) {
    const text = pages(pagemap, mapping);
    const [here, privately] = [count(text, /[Pps]/g), count(text, /P/g)];
    resident += here;
    own += privately;
    const what = mapping.name === "" ? "anonymous" : mapping.name.replace(/^.*\//, "");
    const place = `${mapping.start.toString(16)} ${mapping.permissions} ${what}`;
    console.log(`${place}: ${here} of ${text.length} pages resident, ${privately} its own`);
    if (here > 0) console.log(`  ${text.replace(/\.{9,}/g, (rest) => `… ${rest.length} …`)}`);
  }
  closeSync(pagemap);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const tables = /^VmPTE:\s*(\d+)/m.exec(status)?.[1];
  console.log(`in all ${resident * 4} kB resident, ${own * 4} kB its own; page tables ${tables} kB`);
}

const [first, ...command] = process.argv.slice(2);
if (first === undefined || (first === "--" && command.length === 0)) {
  console.error("usage: node bench/pages.ts PID, or -- COMMAND");
  process.exitCode = 2;
} else if (first !== "--") show(Number(first));
else {
  const child = spawn(command[0]!, command.slice(1), { stdio: "ignore", env: { PATH: process.env.PATH ?? "" } });
  // Nobody tells when it has come to rest.
  await sleep(300);
  show(child.pid!);
  child.kill();
}
