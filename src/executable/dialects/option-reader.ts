import { refuse, Voice } from "../report/voice";
import { Line } from "../support/line";
import { Words } from "./words";

/**
 * Reads options as getopt_long(3) does, and stops at the first operand, so that
 * the payload's own options need no `--` before them: `-gv`, `-e5`, `-e 5`,
 * `--grace 5s`, `--grace=5s`.
 */
export class OptionReader {
  /** The option that was read last, as it was given: `-g` or `--group`. */
  option: string = "";
  /** The options ended by `--`, and not by an operand. */
  endedByDashes: bool = false;
  private words: Words;
  readonly voice: Voice;
  /** What messages begin with: empty, or where the options are from. */
  private source: string;
  /** The short options that follow in the same word. */
  private cluster: string = "";
  private attached: string | null = null;

  constructor(words: Words, voice: Voice, source: string) {
    this.words = words;
    this.voice = voice;
    this.source = source;
  }

  /** Goes on to the next option; false at the first operand, or behind `--`. */
  next(): bool {
    if (this.attached != null) this.refuse(this.problem().text("takes no value"));
    if (this.cluster.length == 0) {
      const word = this.words.peek();
      if (word == null || word.length < 2 || word.charCodeAt(0) != 0x2d) return false;
      this.words.skip();
      if (word == "--") {
        this.endedByDashes = true;
        return false;
      }
      if (word.startsWith("--")) {
        this.readLong(word);
        return true;
      }
      this.cluster = word.substring(1);
    }
    this.option = "-" + this.cluster.charAt(0);
    this.cluster = this.cluster.substring(1);
    return true;
  }

  /** Whether a value follows. */
  hasValue(): bool {
    return this.attached != null || this.cluster.length != 0 || this.words.peek() != null;
  }

  /** The option's value: attached to it, or the next word. */
  value(): string {
    const attached = this.attached;
    if (attached != null) {
      this.attached = null;
      return attached;
    }
    if (this.cluster.length != 0) {
      const rest = this.cluster;
      this.cluster = "";
      return rest;
    }
    const word = this.words.peek();
    if (word == null) this.refuse(this.problem().text("needs a value"));
    this.words.skip();
    return word!;
  }

  /** Begins the message that says what is wrong with the option. */
  problem(): Line {
    const line = this.voice.fatal();
    if (this.source.length != 0) line.text(this.source).text(": ");
    return line.outside(this.option).text(": ");
  }

  /** Begins the message that says that the option's value is not … */
  isNot(value: string): Line {
    return this.problem().text('"').outside(value).text('" is not ');
  }

  /** Ends the message and the process. */
  refuse(line: Line): void {
    refuse(this.voice, line);
  }

  private readLong(word: string): void {
    const equals = word.indexOf("=");
    this.option = equals < 0 ? word : word.substring(0, equals);
    if (equals >= 0) this.attached = word.substring(equals + 1);
  }
}
