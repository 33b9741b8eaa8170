import * as host from "../../host/host";
import { argument, argumentCount } from "../../linux/arguments";
import { stringFrom, terminated } from "../../support/bytes";

/** Where options are read from, one word after the other; each is copied in when it is looked at. */
export abstract class ArgumentSource {
  /** How many arguments have been taken. */
  taken: i32 = 0;
  /** Where in argv nothing may be taken from for the time being; 0 for no such place. */
  end: i32 = 0;
  private current: string | null = null;

  /** The next word, or null when there is none. */
  peek(): string | null {
    if (this.current == null) this.current = this.read();
    return this.current;
  }

  /** Takes the word that `peek` gave. */
  skip(): void {
    this.current = null;
    this.taken++;
  }

  /** Takes the next word where it stands, without copying it in. Returns its address, or 0 when there is none. */
  takeAddress(): u64 {
    const word = this.peek();
    if (word == null) return 0;
    this.skip();
    return host.addressOf(terminated(word));
  }

  /** Reads the word after those that have been taken. */
  protected abstract read(): string | null;
}

/** The command line, after our own name. */
export class CommandLineSource extends ArgumentSource {
  protected read(): string | null {
    const index = this.taken + 1;
    return index < argumentCount() && index != this.end ? stringFrom(argument(index)) : null;
  }

  override takeAddress(): u64 {
    const address = this.taken + 1 == this.end ? 0 : argument(this.taken + 1);
    if (address != 0) this.skip();
    return address;
  }
}

/** A variable's value, split at white space. */
export class VariableSource extends ArgumentSource {
  private value: string;
  private position: i32 = 0;

  constructor(value: string) {
    super();
    this.value = value;
  }

  protected read(): string | null {
    const size = this.value.length;
    let start = this.position;
    while (start < size && this.value.charCodeAt(start) <= SPACE) start++;
    let end = start;
    while (end < size && this.value.charCodeAt(end) > SPACE) end++;
    this.position = end;
    return start < end ? this.value.substring(start, end) : null;
  }
}

const SPACE = 0x20;
