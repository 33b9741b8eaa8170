/**
 * The argument vector as it is read: the kernel's own, without the words that
 * only a stage is started with, and with those that `--args` brought.
 */

import * as host from "../host/host";
import { wipe } from "./wipe";

/** A vector of our own, in place of the kernel's; 0 for none. */
let longer: u64 = 0;
let longerCount: i32 = 0;
let skipped: i32 = 0;

/** The vector as this program's caller gave it: `--args` is in it, and what that brought is not. */
export function givenArguments(): u64 {
  return host.vectorFrom(host.argumentVector(), skipped);
}

export function givenCount(): i32 {
  return host.argumentCount() - skipped;
}

export function argumentCount(): i32 {
  return longer == 0 ? givenCount() : longerCount;
}

/** The vector that starts at the argument at `index`. */
export function argumentsFrom(index: i32): u64 {
  return host.vectorFrom(longer == 0 ? givenArguments() : longer, index);
}

/** The address of the argument at `index`; 0 behind the last one. */
export function argument(index: i32): u64 {
  return host.loadAddress(argumentsFrom(index), 0);
}

export function setArgument(index: i32, address: u64): void {
  host.storeAddress(argumentsFrom(index), 0, address);
}

/** Drops the first `count` arguments. */
export function skipArguments(count: i32): void {
  skipped += count;
}

/** Overwrites the words that the kernel gave us, up to the argument at `index`, where they stand; the first one by `name`. */
export function clearArguments(name: usize, index: i32): void {
  // What --args brought does not stand among them: counted, it would have the command's own words overwritten.
  const end = skipped + givenCount() - argumentCount() + index;
  for (let i = 0; i < end; i++) {
    wipe(host.loadAddress(host.argumentVector(), i));
  }
  host.copyOut(host.loadAddress(host.argumentVector(), 0), name, <i32>host.length(host.addressOf(name)));
}

/** Puts `count` empty places where the arguments from `index` up to `end` are. */
export function replaceArguments(index: i32, end: i32, count: i32): void {
  const old = argumentsFrom(0);
  const oldCount = argumentCount();
  const newCount = oldCount - (end - index) + count;
  const vector = host.addressOf(heap.alloc(host.vectorSize(newCount + 1)));
  for (let i = 0; i < index; i++) host.storeAddress(vector, i, host.loadAddress(old, i));
  for (let i = end; i <= oldCount; i++) host.storeAddress(vector, index + count + i - end, host.loadAddress(old, i));
  longer = vector;
  longerCount = newCount;
}
