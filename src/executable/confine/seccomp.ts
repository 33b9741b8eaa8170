import * as host from "../host/host";
import { Errno } from "../linux/errno";
import {
  FILTER_PROGRAM_SIZE,
  FilterProgram,
  INSTRUCTION_SIZE,
  LONGEST_PROGRAM,
  SECCOMP_FILTER_FLAG_NEW_LISTENER,
  SECCOMP_MODE_FILTER,
  SECCOMP_SET_MODE_FILTER,
} from "../linux/filter";
import { Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { readWholeFileFrom, wholeFile } from "../linux/whole-file";
import { Filter, Profile } from "../plan/filter";
import { putErrno } from "../report/errno-phrases";
import { Messages, refuse, say } from "../report/messages";
import { beyond, isBubblewraps, putEither } from "../report/wording";
import { FilterAssembler } from "./filter-assembler";
import { LastingChanges } from "./lasting-changes";
import { ProfileProgram } from "./seccomp-profiles";

/** Of bubblewrap; ours begin with the filter's name. */
const CANNOT_LOAD = words(
  "|22 Unable to set up system call filtering as requested: prctl(PR_SET_SECCOMP) reported EINVAL. (Hint: this requires a kernel configured with CONFIG_SECCOMP and CONFIG_SECCOMP_FILTER.)!|prctl(PR_SET_SECCOMP)",
);

/** Reads the filter's program. Ends the process where it is none, after saying why. */
function readProgram(filter: Filter, hasTerminal: bool, messages: Messages): void {
  if (filter.profile != Profile.NONE) {
    const built: FilterAssembler =
      filter.profile == Profile.CONFINED
        ? new LastingChanges(hasTerminal)
        : new ProfileProgram(filter.profile, filter.isTold);
    filter.program = programOf(built.instructions, built.count);
    return;
  }
  // Here it is said once: every stage reads the options.
  if (filter.hasReplaced)
    say(messages.warning().text("Only the last ").text(filter.option).text(" option will take effect"));
  const size = readWholeFileFrom(filter.file);
  if (size < 0) refuse(messages, putErrno(messages.fatal().text("Can't read seccomp data: "), -size));
  // The payload has no use for it, and would have it after an init that leaves the others open.
  linux.close(filter.file);
  if (size % INSTRUCTION_SIZE != 0)
    refuse(messages, messages.fatal().text("Invalid seccomp data, must be multiple of ").number(INSTRUCTION_SIZE));
  if (size > LONGEST_PROGRAM * INSTRUCTION_SIZE)
    refuseProgram(filter, messages, words("the program is longer than 4096 instructions"));
  const instructions = heap.alloc(size);
  memory.copy(instructions, wholeFile, size);
  filter.program = programOf(instructions, size / INSTRUCTION_SIZE);
}

/** bubblewrap leaves it to the kernel, which says EINVAL. */
function refuseProgram(filter: Filter, messages: Messages, why: usize): void {
  const line = messages.fatal();
  if (putEither(line, CANNOT_LOAD, Errno.EINVAL)) beyond(line);
  refuse(messages, filter.putName(line).text(": ").packed(why));
}

/** A struct sock_fprog for the instructions. */
function programOf(instructions: usize, count: i32): usize {
  const place = heap.alloc(FILTER_PROGRAM_SIZE);
  const program = changetype<FilterProgram>(place);
  program.count = <u16>count;
  program.instructions = host.addressOf(instructions);
  return place;
}

/**
 * Reads all filters, in the order of their options. What is read from a pipe is
 * read once, so that only the last stage before the payload does this; up to it
 * the descriptors stay open. `hasTerminal`: the command may have one.
 */
export function readFilters(latest: Filter | null, hasTerminal: bool, messages: Messages): void {
  readEach(latest, hasTerminal, messages);
  let filter = latest;
  while (filter != null) {
    if (filter.isEmpty) refuseProgram(filter, messages, words("the program is empty"));
    filter = filter.previous;
  }
}

function readEach(filter: Filter | null, hasTerminal: bool, messages: Messages): void {
  if (filter == null) return;
  readEach(filter.previous, hasTerminal, messages);
  readProgram(filter, hasTerminal, messages);
}

/** The socket to who is told what a filter refuses, by the number of the descriptor that the kernel makes for that. */
let listener: i32 = -1;

export function tellListener(socket: i32): void {
  listener = socket;
}

/** Marks the filter whose refusals are told: of several that could be, the kernel takes one alone. False when there is none. */
export function tellDenials(latest: Filter | null): bool {
  let wanted: Filter | null = null;
  let filter = latest;
  while (filter != null) {
    if (filter.profile == Profile.DEFAULT || filter.profile == Profile.STRICT) wanted = filter;
    filter = filter.previous;
  }
  if (wanted == null) return false;
  wanted.isTold = true;
  return true;
}

/**
 * Loads all filters, in the order of their options. After the first of them
 * every call may fail or kill, so nothing but the execve comes after this. False
 * when one could not be loaded, after saying why.
 */
export function loadFilters(filter: Filter | null, messages: Messages): bool {
  if (filter == null) return true;
  if (!loadFilters(filter.previous, messages)) return false;
  // Not seccomp(2): bubblewrap's callers are told that all filters but the last have to let prctl(2) through.
  const program = host.addressOf(filter.program);
  let result = 0;
  if (filter.isTold) {
    result = linux.seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, program);
    if (result >= 0) {
      // The kernel has a copy of what is there.
      store<i32>(filter.program, result);
      result = linux.write(listener, filter.program, 4);
    }
  } else result = linux.prctl(Prctl.SET_SECCOMP, SECCOMP_MODE_FILTER, <i64>program);
  if (result >= 0) return true;
  const line = messages.fatal();
  const isWhole = putEither(line, CANNOT_LOAD, -result);
  if (!isBubblewraps()) filter.putName(line).text(": cannot load the filter");
  if (!isWhole) putErrno(line.text(": "), -result);
  if (result == -Errno.EINVAL) beyond(line).text("it is no valid program, or the kernel has no CONFIG_SECCOMP_FILTER");
  else if (result == -Errno.EPERM) beyond(line).text("does a filter before it deny prctl(2)?");
  say(line);
  return false;
}
