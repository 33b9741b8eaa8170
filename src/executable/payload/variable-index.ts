import * as host from "../host/host";

const SLOT: i32 = 4;

/**
 * Where variables are in an environment's vector, by their names. Every option
 * that sets one or takes it out looks for it: fifty thousand of them, each of
 * which goes through all variables, would take half a minute.
 */
export class VariableIndex {
  /** A power of two of slots, each with 1 more than a place in the vector, or 0. A name's are behind one another. */
  private slots: usize;
  private mask: u32;

  /** Of the `count` first variables of `vector`; `room`: how many may be added. */
  constructor(vector: u64, count: i32, room: i32) {
    let size: u32 = 64;
    while (size < <u32>(count + room) * 2) size *= 2;
    this.mask = size - 1;
    this.slots = heap.alloc(<usize>size * SLOT);
    memory.fill(this.slots, 0, <usize>size * SLOT);
    for (let i = 0; i < count; i++) this.add(host.loadAddress(vector, i), i);
  }

  /** `variable` is put at `index`. */
  add(variable: u64, index: i32): void {
    let slot = host.hashOfName(variable) & this.mask;
    while (load<i32>(this.slots + slot * SLOT) != 0) slot = (slot + 1) & this.mask;
    store<i32>(this.slots + slot * SLOT, index + 1);
  }

  /** The place of the first variable that begins with the `size` bytes at `prefix`, `NAME=`; -1 for none. */
  find(vector: u64, prefix: usize, size: i32): i32 {
    let slot = host.hashOfName(host.addressOf(prefix)) & this.mask;
    let index = load<i32>(this.slots + slot * SLOT) - 1;
    while (index >= 0 && !isAt(vector, index, prefix, size)) {
      slot = (slot + 1) & this.mask;
      index = load<i32>(this.slots + slot * SLOT) - 1;
    }
    return index;
  }
}

/** Whether the variable at `place`, if one is there, begins with the `size` bytes at `prefix`. */
export function isAt(vector: u64, place: i32, prefix: usize, size: i32): bool {
  const variable = host.loadAddress(vector, place);
  return variable != 0 && host.startsWith(variable, prefix, size) != 0;
}
