// Signal numbers as sets, and what the kernel does by default.

import { Signal } from "../../support/signals.ts";

export { Signal };

export const LAST_SIGNAL = 64;
/** From here on signals queue instead of merging: the kernel's own SIGRTMIN. */
export const FIRST_QUEUED = 32;

const bits: readonly bigint[] = Array.from({ length: LAST_SIGNAL + 1 }, (_, n) => (n === 0 ? 0n : 1n << BigInt(n - 1)));

/** The bit that stands for `signal` in the kernel's set. */
export function bit(signal: number): bigint {
  return bits[signal] ?? 0n;
}

export function setOf(signals: readonly number[]): bigint {
  return signals.reduce((set, signal) => set | bit(signal), 0n);
}

export const EVERY_SIGNAL = 0xffff_ffff_ffff_ffffn;
/** No mask keeps these away. */
export const UNBLOCKABLE: bigint = setOf([Signal.KILL, Signal.STOP]);
export const STOP_SIGNALS: bigint = setOf([Signal.STOP, Signal.TSTP, Signal.TTIN, Signal.TTOU]);
/** Ignored by default: URG is 23. SIGCONT is too, once it has continued whom it was sent to. */
export const IGNORED_BY_DEFAULT: bigint = setOf([Signal.CHLD, Signal.CONT, Signal.WINCH, 23]);
/** The kernel takes these first, whatever else is pending: a fault is to be seen before what came from outside. */
const SYNCHRONOUS: readonly number[] = [Signal.ILL, 5, Signal.BUS, Signal.FPE, Signal.SEGV, Signal.SYS];
const SYNCHRONOUS_SET: bigint = setOf(SYNCHRONOUS);

/** si_code: who sent a signal. */
export const Code = { USER: 0, KERNEL: 0x80, EXITED: 1, KILLED: 2, STOPPED: 5, CONTINUED: 6 } as const;

export interface SignalInfo {
  readonly signal: number;
  readonly code: number;
  readonly pid: number;
  /** For the thread that brought it about, not for its process: kept apart, and taken first. */
  readonly toThread?: true;
}

/** Takes the signal out of `pending` that the kernel would take next, of those in `set`. */
export function takeNext(pending: SignalInfo[], set: bigint): SignalInfo | undefined {
  let chosen = -1;
  for (let i = 0; i < pending.length; i++) {
    const info = pending[i] as SignalInfo;
    if ((set & bit(info.signal)) === 0n) continue;
    if (chosen < 0 || rank(info) < rank(pending[chosen] as SignalInfo)) chosen = i;
  }
  return chosen < 0 ? undefined : pending.splice(chosen, 1)[0];
}

function rank({ signal, toThread }: SignalInfo): number {
  const inItsSet = (SYNCHRONOUS_SET & bit(signal)) !== 0n ? signal - LAST_SIGNAL : signal;
  return toThread === true ? inItsSet - 2 * LAST_SIGNAL : inItsSet;
}

const names = new Map<number, string>(Object.entries(Signal).map(([name, number]) => [number, `SIG${name}`]));

export function signalName(signal: number): string {
  const name = names.get(signal);
  if (name !== undefined) return name;
  return signal > Signal.RTMIN ? `SIGRTMIN+${signal - Signal.RTMIN}` : `signal ${signal}`;
}
