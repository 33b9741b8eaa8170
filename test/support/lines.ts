import type { Readable } from "node:stream";
import { within } from "./waiting.ts";

/** The lines of a stream, each waited for as an event. */
export class Lines {
  readonly name: string;
  /** All text so far, read or not. */
  text = "";
  readonly #waiting: string[] = [];
  #partial = "";
  #ended = false;
  #wake: () => void = () => {};
  #change: Promise<void>;
  readonly #seen: () => string;

  constructor(name: string, stream: Readable, seen: () => string) {
    this.name = name;
    this.#seen = seen;
    this.#change = new Promise((resolve) => {
      this.#wake = resolve;
    });
    stream.setEncoding("utf8");
    stream.on("data", (piece: string) => {
      this.text += piece;
      const pieces = (this.#partial + piece).split("\n");
      this.#partial = pieces.pop() ?? "";
      this.#waiting.push(...pieces);
      this.#announce();
    });
    stream.on("close", () => {
      if (this.#partial !== "") this.#waiting.push(this.#partial);
      this.#partial = "";
      this.#ended = true;
      this.#announce();
    });
    // A reset when the other end is killed is an end like any other.
    stream.on("error", () => {});
  }

  #announce(): void {
    this.#wake();
    this.#change = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #next(): Promise<string | undefined> {
    for (;;) {
      const line = this.#waiting.shift();
      if (line !== undefined || this.#ended) return line;
      await this.#change;
    }
  }

  /** The next line; an error when there is none any more. */
  async next(): Promise<string> {
    const line = await within(`a line on ${this.name}`, this.#next(), this.#seen);
    if (line === undefined) throw new Error(`${this.name} ended where a line was expected\n${this.#seen()}`);
    return line;
  }

  /** The next line that matches; the ones before it are passed over. */
  async matching(pattern: RegExp): Promise<RegExpExecArray> {
    const search = async (): Promise<RegExpExecArray | undefined> => {
      for (;;) {
        const line = await this.#next();
        if (line === undefined) return undefined;
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
    };
    const match = await within(`${pattern} on ${this.name}`, search(), this.#seen);
    if (match === undefined) throw new Error(`${this.name} ended before ${pattern}\n${this.#seen()}`);
    return match;
  }

  /** All lines that were not yet taken, when the stream has ended. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    const collect = async (): Promise<void> => {
      for (let line = await this.#next(); line !== undefined; line = await this.#next()) lines.push(line);
    };
    await within(`the end of ${this.name}`, collect(), this.#seen);
    return lines;
  }
}
