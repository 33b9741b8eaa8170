/** Where on the way to a path it has failed: the kernel's word is about the whole of it. */

import { Errno } from "../linux/errno";
import { AT_FDCWD, F_OK, X_OK } from "../linux/flags";
import * as linux from "../linux/linux";
import { Line } from "../support/line";
import { putErrno } from "./errno-phrases";
import { beyond } from "./wording";

const LINK_CAPACITY = 1024;
const SLASH: u8 = 0x2f;
const SPACE: u8 = 0x20;
export const nothing: usize = memory.data<u8>([0]);
const copy = new Line();

/** What is known beyond the kernel's word: a packed text, and what it is about behind it. Both may be empty. */
export class Reason {
  text: usize = nothing;
  detail: usize = nothing;

  is(text: usize, detail: usize = nothing): void {
    this.text = text;
    this.detail = detail;
  }

  get isEmpty(): bool {
    return load<u8>(this.text) == 0;
  }
}

const reason = new Reason();

/** A path of ours in the making, NUL-terminated; until the next one. */
export function copied(path: usize): usize {
  return copy.bytes(path).terminated();
}

/** Why a call failed with `errno` on the path, as far as the way to it tells. */
export function reasonOnTheWay(path: usize, errno: i32): Reason {
  reason.is(nothing);
  // What is missing is another file then, as its interpreter.
  if (errno == Errno.ENOENT && linux.faccessat(AT_FDCWD, path, F_OK) == 0) return reason;
  if (errno == Errno.EACCES) findOnTheWay(path, errno, words("this user may not search "));
  if (errno == Errno.ENOTDIR) findOnTheWay(path, errno, words("it is no directory: "));
  if (errno == Errno.ENOENT && !findOnTheWay(path, errno, words("there is no "))) {
    if (readLink(path)) reason.is(words("it is a link to what is not there: "), copy.buffer);
    else if (load<u8>(path) != SLASH && load<u8>(path) != 0 && readLink(bytes("/proc/self/cwd")))
      reason.is(words("the working directory is "), copy.buffer);
  }
  return reason;
}

function readLink(path: usize): bool {
  const size = linux.readlinkat(AT_FDCWD, path, copy.buffer, LINK_CAPACITY);
  if (size > 0) store<u8>(copy.buffer + size, 0);
  return size > 0;
}

/** The first directory for which the kernel says the same. */
function findOnTheWay(path: usize, errno: i32, text: usize): bool {
  const isWanted = errno == Errno.EACCES;
  copy.bytes(path);
  // What is at the end may be one.
  if (errno != Errno.ENOENT) copy.byte(SLASH);
  const start = copy.terminated();
  for (let at = start; load<u8>(at) != 0; at++) {
    if (load<u8>(at) != SLASH) continue;
    const next = load<u8>(at + 1);
    store<u8>(at + 1, 0);
    if (-linux.faccessat(AT_FDCWD, start, isWanted ? X_OK : F_OK) == errno) {
      reason.is(text, start);
      return true;
    }
    store<u8>(at + 1, next);
  }
  return false;
}

/** Whether a command that is not there is one with its arguments, given as one word. */
export function isSeveralWords(name: usize): bool {
  let at = name;
  while (load<u8>(at) != 0 && load<u8>(at) != SPACE) at++;
  return load<u8>(at) == SPACE;
}

/** Puts the kernel's word for a failure on the path, and what the way to it tells. */
export function putPathErrno(line: Line, path: usize, errno: i32): Line {
  putErrno(line, errno);
  const known = reasonOnTheWay(path, errno);
  return known.isEmpty ? line : beyond(line).packed(known.text).outsideBytes(known.detail);
}
