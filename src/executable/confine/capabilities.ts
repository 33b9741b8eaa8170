import { Errno } from "../linux/errno";
import { Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { CapabilityData, CapabilityHeader } from "../linux/structures";
import { capabilityNames } from "../options/words";
import { upperCase } from "../support/bytes";
import { staticBuffer } from "../support/static-buffers";
import { indexOfWord } from "../support/word-list";

/** _LINUX_CAPABILITY_VERSION_3 (capget(2)) */
const VERSION: u32 = 0x2008_0522;
export const EVERY_CAPABILITY: u64 = 0xffff_ffff_ffff_ffff;
/** Those that have a name: up to CAP_CHECKPOINT_RESTORE. */
const KNOWN: u64 = 0x1ff_ffff_ffff;
/** To signal whom another user owns. */
export const CAP_KILL: u64 = 1 << 5;
export const CAP_SETGID: u64 = 1 << 6;
export const CAP_SETUID: u64 = 1 << 7;
export const CAP_NET_ADMIN: u64 = 1 << 12;
export const CAP_SYS_ADMIN: u64 = 1 << 21;
/** To map the id 0 of the user namespace around (user_namespaces(7)). */
export const CAP_SETFCAP: u64 = 1 << 31;

const header = staticBuffer(8);
const data = staticBuffer(24);

/** Reads `NET_RAW`, `CAP_NET_RAW`, `net_raw` or `ALL` into a set, a bit each; 0 when it is none of them. */
export function parseCapability(text: string): u64 {
  let name = upperCase(text);
  if (name == "ALL") return EVERY_CAPABILITY;
  if (name.startsWith("CAP_")) name = name.substring(4);
  const index = indexOfWord(capabilityNames, name);
  const one: u64 = 1;
  return index < 0 ? 0 : one << index;
}

/**
 * The same as bubblewrap has it read, by libcap's cap_from_name(3): a name with
 * its CAP_, up to what can be in none, or a number below 64, up to what strtoul(3)
 * does not take. `CAP_CHOWN,CAP_KILL` is CAP_CHOWN.
 */
export function parseAsLibcap(text: string): u64 {
  const upper = upperCase(text);
  const isHexadecimal = upper.startsWith("0X");
  const base: u32 = isHexadecimal ? 16 : upper.startsWith("0") ? 8 : 10;
  let at = isHexadecimal ? 2 : 0;
  let number: u32 = 0;
  for (let digit = digitOf(upper, at); digit < base; digit = digitOf(upper, ++at))
    number = min(number * base + digit, 64);
  const one: u64 = 1;
  if (at > 0) return number < 64 ? one << number : 0;
  while (isOfName(upper.charCodeAt(at))) at++;
  const name = upper.substring(0, at);
  return name.startsWith("CAP_") || upper == "ALL" ? parseCapability(name) : 0;
}

/** What the unit is as a digit of the highest base; 99 for none. */
function digitOf(text: string, at: i32): u32 {
  const unit = text.charCodeAt(at);
  if (unit >= 0x41) return unit - 0x37;
  return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : 99;
}

function isOfName(unit: i32): bool {
  return unit == 0x5f || (unit >= 0x41 && unit <= 0x5a);
}

/**
 * Takes capabilities out of the bounding set: no execve gives them back, not
 * even of a set-uid file. Needs CAP_SETPCAP, so it comes before the user is
 * changed. Returns 0 or `-errno`.
 */
export function dropFromBoundingSet(capabilities: u64): i32 {
  for (let i = 0; i < 64; i++) {
    if (((capabilities >> i) & 1) == 0) continue;
    const isThere = linux.prctl(Prctl.CAPBSET_READ, i, 0);
    // The kernel knows no capability of this number, nor of any above.
    if (isThere == -Errno.EINVAL) return 0;
    if (isThere == 0) continue;
    const result = linux.prctl(Prctl.CAPBSET_DROP, i, 0);
    if (result < 0) return result;
  }
  return 0;
}

/** The capabilities that this process may not have now, a bit each, of those that have a name; every one where it cannot be told. */
export function lackingCapabilities(): u64 {
  const own = ownCapabilities();
  if (own == null) return KNOWN;
  const lower: u64 = own.permitted;
  const upper: u64 = own.permittedUpper;
  return ~(lower | (upper << 32)) & KNOWN;
}

/** Keeps these at most, and hands none on. Returns 0 or `-errno`. */
export function keepAtMost(capabilities: u64): i32 {
  const own = ownCapabilities();
  if (own == null) return -Errno.EPERM;
  own.effective = own.permitted &= <u32>capabilities;
  own.effectiveUpper = own.permittedUpper &= <u32>(capabilities >> 32);
  // The ambient set goes with the inheritable one (capabilities(7)).
  own.inheritable = 0;
  own.inheritableUpper = 0;
  return linux.capset(header, data);
}

/** Takes capabilities out of the process's own sets; `inherits`: the rest is inheritable. Returns 0 or `-errno`. */
export function dropOwn(capabilities: u64, inherits: bool): i32 {
  const own = ownCapabilities();
  if (own == null) return -Errno.EPERM;
  const lower = ~(<u32>capabilities);
  const upper = ~(<u32>(capabilities >> 32));
  own.effective &= lower;
  own.permitted &= lower;
  own.effectiveUpper &= upper;
  own.permittedUpper &= upper;
  own.inheritable = inherits ? own.permitted : own.inheritable & lower;
  own.inheritableUpper = inherits ? own.permittedUpper : own.inheritableUpper & upper;
  // The kernel keeps the ambient set within the permitted and the inheritable one (capabilities(7)).
  return linux.capset(header, data);
}

const CAP_AMBIENT_IS_SET = 1;
const CAP_AMBIENT_RAISE = 2;

/**
 * Makes all our capabilities ambient ones: a program that anybody but root
 * executes has no others (capabilities(7)). Returns 0 or `-errno`.
 */
export function raiseAmbient(): i32 {
  if (linux.getuid() == 0) return 0;
  const own = ownCapabilities();
  if (own == null) return -Errno.EPERM;
  const permitted: u64 = own.permitted;
  const upper: u64 = own.permittedUpper;
  return haveExactly(permitted | (upper << 32));
}

/** Not being root: whether our file has capabilities. Executing it has cleared the ambient set then (capabilities(7)). */
export function hasMoreThanAmbient(): bool {
  const own = ownCapabilities();
  if (own == null) return false;
  const permitted = <u64>own.permitted | ((<u64>own.permittedUpper) << 32);
  return permitted != 0 && linux.prctl(Prctl.CAP_AMBIENT, CAP_AMBIENT_IS_SET, <i64>ctz(permitted)) == 0;
}

/** Has these capabilities and no others, over an execve too. Returns 0 or `-errno`. */
export function haveExactly(capabilities: u64): i32 {
  const own = ownCapabilities();
  if (own == null) return -Errno.EPERM;
  // Root needs none of it to be inheritable, and what is not cannot be handed on by mistake (CVE-2022-29162).
  const isRoot = linux.getuid() == 0;
  own.effective = own.permitted = <u32>capabilities;
  own.effectiveUpper = own.permittedUpper = <u32>(capabilities >> 32);
  own.inheritable = isRoot ? 0 : own.permitted;
  own.inheritableUpper = isRoot ? 0 : own.permittedUpper;
  let result = linux.capset(header, data);
  for (let i = 0; i < 64 && result == 0 && !isRoot; i++)
    if (((capabilities >> i) & 1) != 0) result = linux.prctl(Prctl.CAP_AMBIENT, CAP_AMBIENT_RAISE, i);
  // The kernel knows no capability of this number, nor of any above.
  return result == -Errno.EINVAL ? 0 : result;
}

function ownCapabilities(): CapabilityData | null {
  const head = changetype<CapabilityHeader>(header);
  head.version = VERSION;
  head.pid = 0;
  return linux.capget(header, data) < 0 ? null : changetype<CapabilityData>(data);
}
