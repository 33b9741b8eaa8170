import * as host from "../linux/host";
import { stringFrom } from "../support/bytes";

/** Where options are read from, one word after the other. */
export abstract class Words {
  /** How many words have been taken. */
  taken: i32 = 0;

  abstract get count(): i32;
  abstract word(index: i32): string;

  /** The next word, or null when there is none. */
  peek(): string | null {
    return this.taken < this.count ? this.word(this.taken) : null;
  }

  skip(): void {
    this.taken++;
  }
}

/** The command line, after our own name. Words are copied in only when they are looked at. */
export class CommandLine extends Words {
  get count(): i32 {
    return host.argumentCount() - 1;
  }

  word(index: i32): string {
    return stringFrom(host.loadAddress(host.argumentVector(), index + 1));
  }
}

/** A variable's value, split at white space. */
export class VariableWords extends Words {
  private words: string[] = [];

  constructor(value: string) {
    super();
    let start = 0;
    for (let end = 0; end <= value.length; end++) {
      if (end < value.length && value.charCodeAt(end) > 0x20) continue;
      if (end > start) this.words.push(value.substring(start, end));
      start = end + 1;
    }
  }

  get count(): i32 {
    return this.words.length;
  }

  word(index: i32): string {
    return this.words[index];
  }
}
