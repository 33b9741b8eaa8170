import * as host from "../host/host";
import { Errno, putErrno } from "../linux/errno";
import {
  FILTER_PROGRAM_SIZE,
  FilterProgram,
  INSTRUCTION_SIZE,
  LONGEST_PROGRAM,
  SECCOMP_MODE_FILTER,
} from "../linux/filter";
import { Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { readWholeFileFrom, wholeFile } from "../linux/whole-file";
import { refuse, say, Voice } from "../report/messages";
import { Line } from "../support/line";
import { Profile, ProfileProgram } from "./seccomp-profiles";

/** A filter of system calls (seccomp(2)) that an option asks for. */
export class Filter {
  /** Its struct sock_fprog; 0 until it is read. */
  program: usize = 0;
  private hasReplaced: bool = false;

  constructor(
    /** The one that was asked for before. */
    readonly previous: Filter | null,
    /** The option's name, for messages. */
    readonly option: string,
    /** Where a compiled program is read from, or else the built-in one. */
    private file: i32,
    readonly profile: Profile,
  ) {}

  /** Is asked for again, with another descriptor. */
  replaceFile(file: i32): void {
    this.file = file;
    this.hasReplaced = true;
  }

  private setProgram(instructions: usize, count: i32): void {
    this.program = heap.alloc(FILTER_PROGRAM_SIZE);
    const program = changetype<FilterProgram>(this.program);
    program.count = <u16>count;
    program.instructions = host.addressOf(instructions);
  }

  get isEmpty(): bool {
    return changetype<FilterProgram>(this.program).count == 0;
  }

  /** Puts what the filter is into a message: the option and its value. */
  putName(line: Line): Line {
    line.text(this.option);
    return this.file < 0 ? line : line.text(" ").number(this.file);
  }

  /** Reads the program. Ends the process where it is none, after saying why. */
  read(voice: Voice): void {
    if (this.profile != Profile.NONE) {
      const profile = new ProfileProgram(this.profile);
      this.setProgram(profile.instructions, profile.count);
      return;
    }
    // Here it is said once: every stage reads the options.
    if (this.hasReplaced)
      say(voice.warning().text("Only the last ").text(this.option).text(" option will take effect"));
    const size = readWholeFileFrom(this.file);
    if (size < 0) refuse(voice, putErrno(voice.fatal().text("Can't read seccomp data: "), -size));
    // The payload has no use for it, and would have it after an init that leaves the others open.
    linux.close(this.file);
    if (size % INSTRUCTION_SIZE != 0)
      refuse(voice, voice.fatal().text("Invalid seccomp data, must be multiple of ").number(INSTRUCTION_SIZE));
    if (size > LONGEST_PROGRAM * INSTRUCTION_SIZE)
      refuse(voice, this.putName(voice.fatal()).text(": the program is longer than 4096 instructions"));
    const instructions = heap.alloc(size);
    memory.copy(instructions, wholeFile, size);
    this.setProgram(instructions, size / INSTRUCTION_SIZE);
  }
}

/**
 * Reads all filters, in the order of their options. What is read from a pipe is
 * read once, so that only the last stage before the payload does this; up to it
 * the descriptors stay open.
 */
export function readFilters(latest: Filter | null, voice: Voice): void {
  readEach(latest, voice);
  let filter = latest;
  while (filter != null) {
    if (filter.isEmpty) refuse(voice, filter.putName(voice.fatal()).text(": the program is empty"));
    filter = filter.previous;
  }
}

function readEach(filter: Filter | null, voice: Voice): void {
  if (filter == null) return;
  readEach(filter.previous, voice);
  filter.read(voice);
}

/**
 * Loads all filters, in the order of their options. After the first of them
 * every call may fail or kill, so nothing but the execve comes after this. False
 * when one could not be loaded, after saying why.
 */
export function loadFilters(filter: Filter | null, voice: Voice): bool {
  if (filter == null) return true;
  if (!loadFilters(filter.previous, voice)) return false;
  // Not seccomp(2): bubblewrap's callers are told that all filters but the last have to let prctl(2) through.
  const result = linux.prctl(Prctl.SET_SECCOMP, SECCOMP_MODE_FILTER, <i64>host.addressOf(filter.program));
  if (result == 0) return true;
  const line = filter.putName(voice.fatal()).text(": cannot load the filter: ");
  putErrno(line, -result);
  if (result == -Errno.EINVAL) line.text("; it is no valid program, or the kernel has no CONFIG_SECCOMP_FILTER");
  else if (result == -Errno.EPERM) line.text("; does a filter before it deny prctl(2)?");
  say(line);
  return false;
}
