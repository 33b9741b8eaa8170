/**
 * The allocator, in place of asc's own: blocks one behind the other, each with
 * its size in the four bytes before it, and none ever given back but the last.
 *
 * The memory that a program begins with holds the static buffers at its end
 * (static-buffers.ts). Where the heap meets them it goes on behind them and the
 * code, in memory that the kernel is asked for as it is needed: options are as many as
 * they are, and a file of them may hold millions.
 */

/** WebAssembly's unit of memory. */
const PAGE: u64 = 65_536;
/** Asked for at once: a thousandth of what memory takes to fill. */
const STEP: u64 = 16;
const ALIGNMENT_MASK: usize = 15;
const HEADER_SIZE: usize = 4;
/** What asc expects before an object, besides that header: two words that only collectors use, its class and its size. */
const OBJECT_SIZE: usize = 16;

/** Where the next block's header goes. */
let offset: usize = ((__heap_base + HEADER_SIZE + ALIGNMENT_MASK) & ~ALIGNMENT_MASK) - HEADER_SIZE;
/** How far blocks may go. */
let end: usize = (<usize>memory.size()) << 16;

/** Takes `size` bytes from the memory's end; for initialisers only, before the heap has gone that far. */
export function takeFromEnd(size: usize): usize {
  end = (end - size) & ~7;
  return end;
}

export function allocate(size: usize): usize {
  const payload = ((size + HEADER_SIZE + ALIGNMENT_MASK) & ~ALIGNMENT_MASK) - HEADER_SIZE;
  if (end - offset < payload + HEADER_SIZE) goOn(payload);
  const block = offset + HEADER_SIZE;
  store<u32>(offset, <u32>payload);
  offset = block + payload;
  return block;
}

/** Makes room for a block that does not fit. */
function goOn(payload: usize): void {
  if (end < <usize>MEMORY_GROWTH) offset = <usize>MEMORY_GROWTH + ALIGNMENT_MASK + 1 - HEADER_SIZE;
  const wanted = (<u64>offset + HEADER_SIZE + payload + PAGE - 1) / PAGE;
  const there = <u64>memory.size();
  // Where the host or the simulation ends the process, and says why.
  if (wanted > there && memory.grow(<i32>max(wanted - there, STEP)) < 0) unreachable();
  end = <usize>(<u64>memory.size() * PAGE);
}

/** The last block, which is as large as nobody knew before: makes it `size` bytes long. It may come to lie elsewhere. */
export function resize(block: usize, size: usize): usize {
  const old = load<u32>(block - HEADER_SIZE);
  offset = block - HEADER_SIZE;
  const place = allocate(size);
  if (place != block) memory.copy(place, block, old);
  return place;
}

export function free(block: usize): void {
  if (block + load<u32>(block - HEADER_SIZE) == offset) offset = block - HEADER_SIZE;
}

export function allocateObject(size: usize, id: u32): usize {
  const object = allocate(OBJECT_SIZE + size) + OBJECT_SIZE;
  store<u32>(object - 8, id);
  store<u32>(object - 4, <u32>size);
  return object;
}

/** What only collectors ask for: that one object knows another, or is in use. */
export function link(parent: usize, child: usize, mayHaveMore: bool): void {}
