/**
 * Places for large buffers, from the end of linear memory downwards.
 *
 * Off the heap, because there every block begins with a header: written at
 * start-up, each would touch a page that most runs never need, and ten of those
 * were half of what starting and waiting cost.
 */
let lowest: usize = (<usize>memory.size()) << 16;

/** A place of `size` bytes; for initialisers only, as none is ever given back. */
export function room(size: i32): usize {
  lowest -= size;
  return lowest;
}

/** Whether the heap, which grows upwards and knows nothing of this, has left the rooms alone. */
export function roomsAreIntact(): bool {
  return heap.alloc(0) < lowest;
}
