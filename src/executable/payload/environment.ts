import * as host from "../host/host";
import * as linux from "../linux/linux";
import { wipe } from "../linux/wipe";
import { EnvironmentChange, EnvironmentChangeKind } from "../plan/environment-change";
import { putString, stringFrom, terminated } from "../support/bytes";
import { parseWhole, putDigits } from "../support/numbers";
import { isAt, VariableIndex } from "./variable-index";

/** Options from where no argument can be passed. Every stage reads them again, so that only the payload does not see them. */
export const OPTIONS_VARIABLE = "REIN_OPTIONS";
/** Room for a pid's decimal digits and a NUL. */
const PID_SIZE = 11;
/** How many variables a vector is made larger by, besides doubling. */
const STEP = 16;
/** As many changes are made by going through all variables for each. */
export const FEW = 64;

/**
 * The payload's environment: the caller's vector where the kernel put it, with
 * single addresses replaced. Strings are not copied: ten thousand variables
 * cost nothing. What is taken out or replaced is overwritten: it may be a
 * secret, and /proc/PID/environ of an init shows it to whoever may trace that.
 */
export class Environment {
  vector: u64 = host.environmentVector();
  private count: i32 = 0;
  private capacity: i32;
  /** While many changes are made; a variable that is taken out leaves a 0 in the vector meanwhile. */
  private index: VariableIndex | null = null;
  /** Where the payload's pid goes; 0 when nobody waits for it. */
  private pidDigits: usize = 0;

  constructor() {
    while (host.loadAddress(this.vector, this.count) != 0) this.count++;
    this.capacity = this.count;
  }

  /** Takes a variable out that is meant for the init; `prefix` is `NAME=`, NUL-terminated. Returns its value, or null. */
  take(prefix: usize): string | null {
    const size = host.length(host.addressOf(prefix));
    let place = this.findPrefix(prefix, size, 0);
    if (place < 0) return null;
    const value = stringFrom(host.loadAddress(this.vector, place) + size);
    for (; place >= 0; place = this.findPrefix(prefix, size, place)) this.drop(place);
    this.closeGaps();
    return value;
  }

  /** The value of `name`, or null. */
  get(name: string): string | null {
    const value = this.valueOf(name);
    return value == 0 ? null : stringFrom(value);
  }

  /** The address of the value of `name`, or 0. */
  valueOf(name: string): u64 {
    const index = this.find(name);
    return index < 0 ? 0 : host.loadAddress(this.vector, index) + name.length + 1;
  }

  /** So many changes follow, up to `settle`. */
  expect(changes: i32): void {
    // A secret, or a user's HOME, is one more.
    this.index = new VariableIndex(this.vector, this.count, 2 * changes);
  }

  settle(): void {
    this.index = null;
    this.closeGaps();
  }

  /** In one pass: a thousand variables of one name are not moved a thousand times. */
  unset(name: string): void {
    let place = this.find(name);
    if (place < 0) return;
    for (; place >= 0; place = this.find(name, place)) this.drop(place);
    this.closeGaps();
  }

  set(name: string, value: string): void {
    this.put(name, terminated(name + "=" + value));
  }

  /** Puts the NUL-terminated `variable`, which sets `name`, in its place. */
  put(name: string, variable: usize): void {
    let index = this.find(name);
    if (index < 0) {
      if (this.count == this.capacity) this.grow();
      index = this.count++;
      host.storeAddress(this.vector, this.count, 0);
      const known = this.index;
      if (known != null) known.add(host.addressOf(variable), index);
    } else wipe(host.loadAddress(this.vector, index));
    host.storeAddress(this.vector, index, host.addressOf(variable));
  }

  /** Makes a change that is no secret's (see `takeSecret`). */
  apply(change: EnvironmentChange): void {
    if (change.kind == EnvironmentChangeKind.SET) this.set(change.name, change.value);
    else if (change.kind == EnvironmentChangeKind.UNSET) this.unset(change.name);
    else this.clear();
  }

  /**
   * Socket activation hands descriptors to the process that LISTEN_PID names
   * (sd_listen_fds(3)): with an init in between that has to be the payload. Its
   * pid is not known yet; `fillPid` writes it. LISTEN_PIDFDID proves the same by
   * a number that we cannot make anew, and is optional; so is WATCHDOG_PID.
   */
  handOverSockets(self: i32): void {
    if (this.names("WATCHDOG_PID", self)) this.unset("WATCHDOG_PID");
    if (!this.names("LISTEN_PID", self)) return;
    const name = "LISTEN_PID=";
    const variable = heap.alloc(name.length + PID_SIZE);
    this.pidDigits = variable + name.length;
    putString(variable, name);
    this.put("LISTEN_PID", variable);
    this.unset("LISTEN_PIDFDID");
  }

  private names(name: string, pid: i32): bool {
    const value = this.get(name);
    return value != null && parseWhole(value, i32.MAX_VALUE) == pid;
  }

  /** In the payload's process: writes its pid where that is asked for. */
  fillPid(): void {
    if (this.pidDigits != 0) putDigits(this.pidDigits, linux.getpid());
  }

  /** The place of the first variable called `name`, from the place `start` on, or -1. */
  private find(name: string, start: i32 = 0): i32 {
    if (start >= this.count) return -1;
    const prefix = prefixOf(name);
    const place = this.findPrefix(prefix, name.length + 1, start);
    heap.free(prefix);
    return place;
  }

  private findPrefix(prefix: usize, size: i32, start: i32): i32 {
    const known = this.index;
    let place = start;
    if (known != null) place = known.find(this.vector, prefix, size);
    else while (place < this.count && !isAt(this.vector, place, prefix, size)) place++;
    return place < this.count ? place : -1;
  }

  private clear(): void {
    for (let place = 0; place < this.count; place++) this.drop(place);
    this.closeGaps();
  }

  /** Moves the variables together; of many changes only behind the last one. */
  private closeGaps(): void {
    if (this.index != null) return;
    let kept = 0;
    for (let place = 0; place < this.count; place++) {
      const variable = host.loadAddress(this.vector, place);
      if (variable != 0) host.storeAddress(this.vector, kept++, variable);
    }
    this.count = kept;
    host.storeAddress(this.vector, kept, 0);
  }

  /** Overwrites the variable at `place`, and leaves a 0 there. */
  private drop(place: i32): void {
    const variable = host.loadAddress(this.vector, place);
    if (variable != 0) wipe(variable);
    host.storeAddress(this.vector, place, 0);
  }

  /** Takes a larger vector, as the kernel left no room behind its own. */
  private grow(): void {
    this.capacity = 2 * this.count + STEP;
    const larger = host.addressOf(heap.alloc(host.vectorSize(this.capacity + 1)));
    for (let i = 0; i < this.count; i++) host.storeAddress(larger, i, host.loadAddress(this.vector, i));
    this.vector = larger;
  }
}

/** `name=`, to be freed at once: the heap's first page is to be the only one that an init holds while it waits. */
function prefixOf(name: string): usize {
  const prefix = heap.alloc(name.length + 1);
  putString(prefix, name);
  store<u8>(prefix + name.length, 0x3d);
  return prefix;
}
