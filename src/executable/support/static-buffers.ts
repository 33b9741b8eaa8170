import { takeFromEnd } from "./heap";

/**
 * Places for large buffers, from the end of linear memory downwards, as it is at first.
 *
 * Off the heap, because there every block begins with a header: written at
 * start-up, each would touch a page that most runs never need, and ten of those
 * were half of what starting and waiting cost.
 */

/** The small ones are together behind the others: a page for all, not one for each. */
const SMALL: i32 = 264;
const SMALL_BUFFERS: i32 = 1672;
let nextSmall: usize = takeFromEnd(SMALL_BUFFERS);
const smallEnd: usize = nextSmall + SMALL_BUFFERS;

/** A place of `size` bytes; for initialisers only, as none is ever given back. */
export function staticBuffer(size: i32): usize {
  if (size <= SMALL) {
    const start = nextSmall;
    nextSmall += (size + 7) & ~7;
    assert(nextSmall <= smallEnd, "all small buffers fit");
    return start;
  }
  return takeFromEnd(size);
}

/** For all buffers of the loop. */
const LOOP_BUFFERS: i32 = 416;
let nextLoopBuffer: usize = heap.alloc(LOOP_BUFFERS);
const loopBuffersEnd: usize = nextLoopBuffer + LOOP_BUFFERS;

/**
 * A place for the few bytes of what is written whenever the payload runs; for
 * initialisers only. At the heap's beginning they are on the same page as most
 * else that changes. `memory.data` would have them between constants, whose
 * pages are given back whenever a wait has run out of time: what is written there is lost.
 */
export function loopBuffer(size: i32): usize {
  const start = nextLoopBuffer;
  nextLoopBuffer += (size + 7) & ~7;
  assert(nextLoopBuffer <= loopBuffersEnd, "all buffers of the loop fit");
  return start;
}
