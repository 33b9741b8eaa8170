import * as host from "../../host/host";
import { messageLine, STDERR } from "../../report/messages";
import { writeLine } from "../../report/write";
import { stringFrom } from "../../support/bytes";
import { Line } from "../../support/line";
import { indexOfBeginning, putWord, SEVERAL } from "../../support/word-list";
import { CommandLineSource } from "./argument-source";

/** The options are over: at the first operand, or behind `--`. */
export const END: i32 = -1;
/** There was something wrong, which has been said. */
export const MISUSE: i32 = -2;
/** In place of the option that takes a value. */
export const NO_VALUES: i32 = -1;

const DASH = 0x2d;

/** getopt_long(3), stopping at the first operand, in glibc's words: for the dialects of programs that use it. */
export class Getopt {
  readonly source: CommandLineSource = new CommandLineSource();
  /** The value of the option that was read last, where it takes one. */
  value: string = "";
  /** The options ended by `--`, and not by an operand. */
  endedByDashes: bool = false;
  /** The short options, NUL-terminated. */
  private letters: usize;
  /** The long names of the first ones, a word list. */
  private names: usize;
  /** The option that takes a value, or NO_VALUES. */
  private valued: i32;
  /** The word that short options are read from, and where in it the next one is. */
  private cluster: string = "";
  private position: i32 = 0;

  constructor(letters: usize, names: usize, valued: i32) {
    this.letters = letters;
    this.names = names;
    this.valued = valued;
  }

  /** The next option's place among the letters, or one of the constants above. */
  next(): i32 {
    if (this.position == this.cluster.length) {
      const word = this.source.peek();
      if (word == null || word.length < 2 || word.charCodeAt(0) != DASH) return END;
      this.source.skip();
      if (word == "--") {
        this.endedByDashes = true;
        return END;
      }
      if (word.charCodeAt(1) == DASH) return this.long(word);
      this.cluster = word;
      this.position = 1;
    }
    return this.short(this.cluster.charCodeAt(this.position++));
  }

  private short(letter: i32): i32 {
    let option = 0;
    while (load<u8>(this.letters + option) != letter) {
      if (load<u8>(this.letters + option) == 0) return this.misuse(words("invalid option"));
      option++;
    }
    if (option != this.valued) return option;
    if (this.position < this.cluster.length) {
      this.value = this.cluster.substring(this.position);
      this.position = this.cluster.length;
      return option;
    }
    return this.takesWord() ? option : this.misuse(words("option requires an argument"));
  }

  /** `--rewrite 15:3`, `--rewrite=15:3`; a name may be cut short as long as it is no other's as well. */
  private long(word: string): i32 {
    const equals = word.indexOf("=");
    const option = indexOfBeginning(this.names, word.substring(2, equals < 0 ? word.length : equals));
    if (option == SEVERAL) return misuse(begin().text("option '").outside(word).text("' is ambiguous"));
    if (option < 0) return misuse(begin().text("unrecognized option '").outside(word).text("'"));
    if (equals >= 0) this.value = word.substring(equals + 1);
    if (option == this.valued ? equals >= 0 || this.takesWord() : equals < 0) return option;
    const line = begin().text("option '--");
    putWord(line, this.names, option);
    return misuse(line.packed(equals < 0 ? words("' requires an argument") : words("' doesn't allow an argument")));
  }

  /** Takes the next word for the value; false when there is none. */
  private takesWord(): bool {
    const word = this.source.peek();
    if (word == null) return false;
    this.value = word;
    this.source.skip();
    return true;
  }

  private misuse(what: usize): i32 {
    return misuse(
      begin()
        .packed(what)
        .text(" -- '")
        .outside(this.cluster.charAt(this.position - 1))
        .text("'"),
    );
  }
}

/** argv[0] as it was given: getopt's messages and usages have it. */
export function putProgram(line: Line): Line {
  return line.outside(stringFrom(host.loadAddress(host.argumentVector(), 0)));
}

function begin(): Line {
  return putProgram(messageLine).text(": ");
}

function misuse(line: Line): i32 {
  writeLine(line, STDERR);
  return MISUSE;
}
