import { say } from "../shared/messages.ts";
import { signalTree } from "../shared/process-tree.ts";
import type { PortablePlan } from "./command-line.ts";

const FORWARDED: readonly NodeJS.Signals[] =
  process.platform === "win32"
    ? ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"]
    : ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT", "SIGALRM"];

/** Passes signals on, and kills who does not stop in time. */
export class Forwarding {
  /** The program's; signals are taken by the event loop only when it is known. */
  pid: number | undefined;
  readonly #plan: PortablePlan;
  readonly #timers: NodeJS.Timeout[] = [];
  #isStopping = false;

  constructor(plan: PortablePlan) {
    this.#plan = plan;
    for (const signal of FORWARDED) process.on(signal, this.#take);
  }

  end(): void {
    for (const signal of FORWARDED) process.off(signal, this.#take);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  readonly #take = (signal: NodeJS.Signals): void => {
    const { rewrite, stopSignals, stopDelay, grace } = this.#plan;
    const sent = rewrite.has(signal) ? rewrite.get(signal) : signal;
    if (sent === undefined || this.pid === undefined) return;
    const { pid } = this;
    const isFirst = stopSignals.has(signal) && !this.#isStopping;
    this.#isStopping ||= isFirst;
    const delay = isFirst ? stopDelay : 0;
    if (delay === 0) this.#send(pid, sent);
    else this.#timers.push(setTimeout(() => this.#send(pid, sent), delay));
    if (isFirst && grace !== undefined) {
      this.#timers.push(setTimeout(() => void signalTree(pid, "SIGKILL"), delay + grace));
    }
  };

  #send(pid: number, signal: NodeJS.Signals): void {
    if (this.#plan.verbosity > 0) say(`passing ${signal} on`);
    if (this.#plan.toGroup) void signalTree(pid, signal);
    else
      try {
        process.kill(pid, signal);
      } catch {
        // It ended meanwhile.
      }
  }
}
