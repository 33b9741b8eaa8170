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

/**
 * The events of one run, for one reader. Unread they wait in the pipe, and when
 * that is full the executable leaves further ones out: it waits for nobody.
 */
export class StatusEvents implements AsyncIterable<StatusEvent> {
  /** Whether the program was started, as far as is known. */
  hasBegun = false;
  hasEnded = false;
  readonly #stream: Readable | undefined;
  readonly #queue: StatusEvent[] = [];
  #partial = "";
  #isIterated = false;
  #isFinishing = false;
  #wake: () => void = () => {};
  readonly #end: Promise<void>;

  /** Without a stream there are no events. `onEvent` sees each at once, also one that nobody reads. */
  constructor(stream: Readable | undefined, onEvent: (event: StatusEvent) => void) {
    this.#stream = stream;
    this.hasEnded = stream === undefined;
    stream?.setEncoding("utf8");
    stream?.on("data", (piece: string) => {
      for (const event of this.#events(piece)) {
        this.#queue.push(event);
        this.hasBegun ||= event.event === "started" || event.event === "not-started";
        onEvent(event);
      }
      this.#wake();
      if (this.hasBegun && !this.#isIterated) stream.pause();
    });
    this.#end = new Promise((resolve) => {
      const end = (): void => {
        this.hasEnded = true;
        this.#wake();
        resolve();
      };
      // A pipe that is reset has no end, and is only closed.
      stream?.once("end", end);
      stream?.once("close", end);
    });
    stream?.on("error", () => {});
  }

  /** Reads what is left, as otherwise the stream has no end; when the process is gone that is little. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    this.#isIterated = true;
    this.#stream?.resume();
    await this.#end;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StatusEvent, void, undefined> {
    this.#isIterated = true;
    this.#stream?.resume();
    try {
      while (true) {
        const event = this.#queue.shift();
        if (event !== undefined) yield event;
        else if (this.hasEnded) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      // The reader has seen enough: nobody takes from the queue any more.
      this.#isIterated = this.#isFinishing;
      if (!this.#isIterated) this.#stream?.pause();
    }
  }

  *#events(piece: string): Generator<StatusEvent> {
    const lines = (this.#partial + piece).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) {
      const event = parse(line);
      if (event !== undefined) yield event;
    }
  }
}

/** A status line as an event; undefined for one that tells nothing by itself. */
function parse(line: string): StatusEvent | undefined {
  const object: unknown = JSON.parse(line);
  // What has no name is bubblewrap's, and there is an event for each.
  if (typeof object !== "object" || object === null || !("event" in object)) return undefined;
  return object.event === "set-up" ? sandboxEvent(object as SetUp) : (object as StatusEvent);
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
