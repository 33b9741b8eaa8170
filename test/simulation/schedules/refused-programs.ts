// Programs that the kernel does not execute: for want of what they need, or because they are another machine's.

import { Errno } from "../kernel/errno.ts";
import type { Entry } from "../kernel/file-tree.ts";

const PT_INTERP = 3;
const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;

/** The beginning of an ELF file for `machine`, with program headers (elf(5)) of which the last names a loader. */
function elf(machine: number, headers: number, loaderAt: number, loader: string): string {
  const place = HEADER_SIZE + headers * PROGRAM_HEADER_SIZE;
  const bytes = Buffer.alloc(place + loader.length + 1);
  bytes.write("\x7fELF", "latin1");
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(HEADER_SIZE, 32);
  bytes.writeUInt16LE(headers, 56);
  if (headers > 0) {
    const last = place - PROGRAM_HEADER_SIZE;
    bytes.writeUInt32LE(PT_INTERP, last);
    bytes.writeUInt32LE(loaderAt || place, last + 8);
  }
  bytes.write(loader, place, "latin1");
  return bytes.toString("latin1");
}

const { ENOENT, ENOEXEC } = Errno;
const MACHINES = [3, 21, 22, 40, 62, 183, 243, 258];
const texts: readonly (readonly [name: string, text: string, refusal: number])[] = [
  ["interpreter", "#! /bin/nothing -x\n", ENOENT],
  ["windows", "#!/bin/sh\r\n", ENOENT],
  ["empty", "", ENOEXEC],
  ["no-script", "just words", ENOENT],
  ["loader", elf(62, 2, 0, "/lib/ld-nothing.so"), ENOENT],
  ["static", elf(62, 0, 0, ""), ENOENT],
  ["far-loader", elf(62, 1, 100_000, ""), ENOENT],
  ["cut", elf(62, 3, 0, "/lib/ld").slice(0, 100), ENOENT],
  ...MACHINES.map((machine): [string, string, number] => [`machine-${machine}`, elf(machine, 0, 0, ""), ENOEXEC]),
];

/** By their paths. */
export const refusedPrograms: ReadonlyMap<string, Entry> = new Map(
  texts.map(([name, text, refusal]) => [`/bin/${name}`, { kind: "text", text, refusal }]),
);
