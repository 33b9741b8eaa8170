/** The longest time that Node.js's timers wait, in milliseconds: of a longer one they make 1 ms. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/**
 * Does something after that many milliseconds, however many; `keepsAlive: false`
 * lets this process end before. Returns what calls it off.
 */
export function after(
  delay: number,
  act: () => void,
  { keepsAlive = true }: { readonly keepsAlive?: boolean } = {},
): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(
      () => (left > LONGEST_TIMER ? wait(left - LONGEST_TIMER) : act()),
      Math.min(left, LONGEST_TIMER),
    );
    if (!keepsAlive) timer.unref();
  };
  wait(delay);
  return () => clearTimeout(timer);
}
