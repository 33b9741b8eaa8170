import type { Readable } from "node:stream";
import { type Namespace, type NamespaceName, namespaceKind } from "../options/namespaces.ts";

/** A process's end: its exit status, or the signal that killed it. */
type End = { readonly status: number; readonly signal?: never } | { readonly signal: string; readonly status?: never };

/** What happened, in time order; pids are those of the program's PID namespace. */
export type StatusEvent =
  /** There is a sandbox; its first process's pid here, and the numbers of the namespaces that were made for it. */
  | {
      readonly event: "sandbox";
      readonly pid: number;
      readonly namespaces: Readonly<Partial<Record<Namespace, number>>>;
    }
  /** A namespace that `namespaces: "all"` asks for was not made: the system has none, or it is switched off. */
  | { readonly event: "left-out"; readonly namespace: Namespace }
  /** A step of the sandbox's set-up failed; the option that asked for it, the path and the error where they are known. */
  | {
      readonly event: "set-up-failed";
      readonly stage: string;
      readonly option?: string;
      readonly path?: string;
      readonly errno?: number;
    }
  | { readonly event: "started"; readonly pid: number; readonly command: string }
  | { readonly event: "not-started"; readonly path: string; readonly errno: number }
  /** A signal went on; `for` is the one that came, where that was another. */
  | { readonly event: "forwarded"; readonly signal: string; readonly for?: string }
  | { readonly event: "not-forwarded"; readonly signal: string; readonly errno: number }
  | { readonly event: "dropped"; readonly signal: string; readonly reason: string }
  | { readonly event: "held"; readonly signal: string; readonly milliseconds: number }
  | { readonly event: "stopped"; readonly signal: string }
  | ({ readonly event: "reaped"; readonly pid: number } & End)
  | { readonly event: "out-of-memory"; readonly kills: number; readonly file: string }
  | { readonly event: "denied"; readonly call: string; readonly number: number }
  | { readonly event: "draining" | "killed"; readonly milliseconds: number }
  | ({ readonly event: "exited"; readonly pid: number } & End)
  /** A system call of the init's own failed, and it went on. */
  | { readonly event: "trouble"; readonly call: string; readonly errno: number };

/** How many events are kept for readers. */
const KEPT = 1000;
/** Of these there can be any number, and the oldest go first. */
const REPEATED: ReadonlySet<string> = new Set<StatusEvent["event"]>([
  ...(["forwarded", "not-forwarded", "dropped", "held", "stopped", "reaped", "denied", "out-of-memory"] as const),
  "trouble",
]);

/**
 * The events of one run, for any number of readers, each of whom sees all that
 * are kept: `KEPT`, the start and the end always among them. They are read as they come, whether somebody wants
 * them or not: the executable waits for no reader, and what finds the pipe full
 * is lost.
 */
export class StatusEvents implements AsyncIterable<StatusEvent> {
  /** Whether the program was started, as far as is known. */
  hasBegun = false;
  hasEnded = false;
  /** The program's end, and why the sandbox was not made, once that was told. */
  exited: Extract<StatusEvent, { event: "exited" }> | undefined;
  failure: Extract<StatusEvent, { event: "set-up-failed" }> | undefined;
  /** With their numbers, from 1 on, which tell a reader what it has seen. */
  readonly #kept: { readonly number: number; readonly event: StatusEvent }[] = [];
  #count = 0;
  /** The program's number, in its own PID namespace. */
  #pid = 0;
  #partial = "";
  #wake = (): void => {};
  #change = this.#nextChange();
  readonly #onEvent: (event: StatusEvent) => void;
  readonly #onRead: () => void;
  readonly #end: Promise<void>;

  /** Without a stream there are no events. `onEvent` sees each at once, also one that nobody reads; `onRead` is told of a reader. */
  constructor(stream: Readable | undefined, onEvent: (event: StatusEvent) => void, onRead: () => void) {
    this.#onEvent = onEvent;
    this.#onRead = onRead;
    this.hasEnded = stream === undefined;
    stream?.setEncoding("utf8");
    stream?.on("data", (piece: string) => this.#take(piece));
    this.#end = new Promise((resolve) => {
      // A pipe that is reset has no end, and is only closed.
      stream?.once("end", resolve);
      stream?.once("close", resolve);
    });
    stream?.on("error", () => {});
  }

  /**
   * Reads what is left when the process is gone. `status`: its exit status, which
   * tells the program's end where the event was lost, as this process was busy
   * for so long that the pipe was full.
   */
  async finish(status: number | null): Promise<void> {
    await this.#end;
    if (this.hasBegun && this.exited === undefined && this.#pid > 0 && status !== null) {
      this.#add({ event: "exited", pid: this.#pid, status });
    }
    this.hasEnded = true;
    this.#wake();
  }

  [Symbol.asyncIterator](): AsyncGenerator<StatusEvent, void, undefined> {
    this.#onRead();
    return this.#read();
  }

  async *#read(): AsyncGenerator<StatusEvent, void, undefined> {
    let seen = 0;
    while (true) {
      const next = this.#behind(seen);
      if (next !== undefined) {
        seen = next.number;
        yield next.event;
      } else if (this.hasEnded) return;
      else await this.#change;
    }
  }

  #behind(seen: number): { readonly number: number; readonly event: StatusEvent } | undefined {
    let index = this.#kept.length;
    while (index > 0 && (this.#kept[index - 1]?.number ?? 0) > seen) index--;
    return this.#kept[index];
  }

  #take(piece: string): void {
    const lines = (this.#partial + piece).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) {
      const event = parse(line);
      if (event !== undefined) this.#add(event);
    }
  }

  #add(event: StatusEvent): void {
    this.#kept.push({ number: ++this.#count, event });
    if (this.#kept.length > KEPT) {
      const oldest = this.#kept.findIndex((one) => REPEATED.has(one.event.event));
      this.#kept.splice(Math.max(oldest, 0), 1);
    }
    if (event.event === "started") this.#pid = event.pid;
    if (event.event === "exited") this.exited = event;
    if (event.event === "set-up-failed") this.failure ??= event;
    this.hasBegun ||= event.event === "started" || event.event === "not-started";
    this.#onEvent(event);
    this.#wake();
    this.#change = this.#nextChange();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** All events of a run that has ended. */
export function eventsIn(lines: string): StatusEvent[] {
  // What is behind the last line's end was never written in full.
  return lines
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => parse(line) ?? []);
}

/** A status line as an event; undefined for one that tells nothing by itself. */
function parse(line: string): StatusEvent | undefined {
  const object: unknown = JSON.parse(line);
  // What has no name is bubblewrap's, and there is an event for each.
  if (typeof object !== "object" || object === null || !("event" in object)) return undefined;
  switch (object.event) {
    case "set-up":
      return sandboxEvent(object as SetUp);
    case "left-out":
      return leftOutEvent(object as LeftOut);
    default:
      return object as StatusEvent;
  }
}

/** How the executable says that there is a sandbox: `"net-namespace": 4026531840`. */
type SetUp = { readonly event: "set-up"; readonly pid: number } & {
  readonly [Key in `${NamespaceName}-namespace`]?: number;
};

function sandboxEvent({ event, pid, ...numbers }: SetUp): StatusEvent {
  const namespaces = Object.entries(numbers).map(([key, number]) => {
    const name = key.replace(/-namespace$/, "") as NamespaceName;
    return [namespaceKind(name), number] as const;
  });
  return { event: "sandbox", pid, namespaces: Object.fromEntries(namespaces) };
}

interface LeftOut {
  readonly event: "left-out";
  readonly namespace: NamespaceName;
}

function leftOutEvent({ event, namespace }: LeftOut): StatusEvent {
  return { event, namespace: namespaceKind(namespace) };
}
