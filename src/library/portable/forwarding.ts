import { say } from "../shared/messages.ts";
import { signalTree } from "../shared/process-tree.ts";
import { after } from "../shared/timer.ts";
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
  /** What calls off what is to be done later. */
  readonly #pending: (() => void)[] = [];
  #isStopping = false;

  constructor(plan: PortablePlan) {
    this.#plan = plan;
    for (const signal of FORWARDED) process.on(signal, this.#take);
  }

  end(): void {
    for (const signal of FORWARDED) process.off(signal, this.#take);
    for (const callOff of this.#pending) callOff();
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
    else this.#pending.push(after(delay, () => this.#send(pid, sent)));
    if (isFirst && grace !== undefined) {
      this.#pending.push(after(delay + grace, () => void signalTree(pid, "SIGKILL")));
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
