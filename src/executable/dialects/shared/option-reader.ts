import * as host from "../../host/host";
import { argumentCount } from "../../linux/arguments";
import { countOfValues, isTaken, Option, optionNames, optionOfLetter, Taker } from "../../options/option";
import { Messages, refuse } from "../../report/messages";
import { bubblewrapsWords, Named, putBubblewraps, putOurs } from "../../report/wording";
import { putUnit, terminated } from "../../support/bytes";
import { Line } from "../../support/line";
import { nearestWord, putNearest } from "../../support/nearest";
import { putPhrase } from "../../support/phrases";
import { indexOfWord, putWord } from "../../support/word-list";
import { ArgumentSource } from "./argument-source";

/** In place of a mode that was not given. */
export const NO_MODE: i32 = -1;
/** Who reads options that are not in the table. */
export const NOBODY: i32 = 0;
const noWords: usize = bytes("");
const counts = phrases("an,one,two,three");
/** In place of an option that nobody has, or that is not for who reads. */
const NONE: i32 = -1;

/**
 * Reads options as getopt_long(3) does, and stops at the first operand, so that
 * the payload's own options need no `--` before them: `-gv`, `-e5`, `-e 5`,
 * `--grace 5s`, `--grace=5s`.
 */
export class OptionReader {
  /** The option that was read last, as it was given: `-g` or `--group`. */
  option: string = "";
  /** Which one that is, an `Option`; -1 for none that may stand here. */
  id: i32 = NONE;
  /** The same, though it may not stand here. */
  private named: i32 = NONE;
  /** `--perms`: the mode of what the next option makes; NO_MODE when nobody said. */
  nextMode: i32 = NO_MODE;
  /** `--size`: the largest size of what the next option makes, in bytes; 0 when nobody said. */
  nextSize: u64 = 0;
  /** The options ended by `--`, and not by an operand. */
  endedByDashes: bool = false;
  /** The place in argv of the option that was read last. */
  start: i32 = 0;
  /** They are those that another option stands for: what they limit may be limited more. */
  isPreset: bool = false;
  private source: ArgumentSource;
  readonly messages: Messages;
  /** What messages begin with: empty, or where the options are from. */
  private origin: string;
  /** Whose options these are; 0 for those of a program that has its own. */
  private taker: i32;
  /** The word that short options are read from, one after the other. */
  private cluster: string = "";
  /** Where in it the next one is. */
  private position: i32 = 0;
  /** What `option` is for a short one: written over by each, as a copy for each would use the memory up (`-vvvv…`). */
  private short: string = "-?".concat("");
  private attached: string | null = null;

  constructor(source: ArgumentSource, messages: Messages, origin: string, taker: i32) {
    this.taker = taker;
    this.source = source;
    this.messages = messages;
    this.origin = origin;
  }

  /** Goes on to the next option; false at the first operand, or behind `--`. */
  next(): bool {
    this.refuseValue();
    if (!this.isInCluster) {
      this.leaveFile();
      this.start = this.nextIndex;
      const word = this.source.peek();
      if (word == null || word.length <= (this.isReins ? 1 : 0) || word.charCodeAt(0) != 0x2d) return false;
      this.source.skip();
      if (word == "--") {
        this.endedByDashes = true;
        return false;
      }
      if (!this.isReins || word.startsWith("--")) {
        this.readLong(word);
        return true;
      }
      this.cluster = word;
      this.position = 1;
    }
    const letter = this.cluster.charCodeAt(this.position++);
    putUnit(this.short, 1, letter);
    this.option = this.short;
    this.name(optionOfLetter(letter));
    return true;
  }

  /** They are read by rein's own rules, and not by bubblewrap's. */
  get isReins(): bool {
    return this.taker != Taker.BWRAP;
  }

  /** At the end of the options: none was read last. */
  end(): void {
    this.option = "";
    this.id = NONE;
  }

  /** Takes note of the `Option`, which may not be for who reads. */
  private name(option: i32): void {
    this.named = option;
    this.id = option >= 0 && isTaken(option, this.taker) ? option : NONE;
  }

  /** Refuses the option as one that may not stand here, and says where else it may, or which one is nearly that. */
  refuseUnknown(): void {
    const line = this.problem().text("no such option");
    if (this.named >= 0)
      this.refuse(
        line.packed(
          this.taker == Taker.REIN
            ? words(" by this name; bwrap has it")
            : words(" in a variable, which every rein below takes; give it on the command line"),
        ),
      );
    const nearest = nearestWord(optionNames, this.option, 2);
    if (nearest >= 0 && isTaken(nearest, this.taker)) {
      putWord(line.text("; did you mean --"), optionNames, nearest);
      line.text("?");
    }
    this.refuse(line.text("; rein --help and rein --help-sandbox list them"));
  }

  /** Whether a value follows. */
  hasValue(): bool {
    return this.attached != null || this.isInCluster || this.source.peek() != null;
  }

  /** The option's value: attached to it, or the next word. */
  value(): string {
    const attached = this.attached;
    if (attached != null) {
      this.attached = null;
      return attached;
    }
    if (this.isInCluster) {
      const rest = this.cluster.substring(this.position);
      this.position = this.cluster.length;
      return rest;
    }
    const word = this.source.peek();
    if (word == null) this.refuse(this.problem().text("needs a value"));
    this.source.skip();
    return word!;
  }

  /** Refuses a value that was attached and not asked for. */
  refuseValue(): void {
    if (this.attached != null) this.refuse(this.problem().text("takes no value"));
  }

  /** The same, as the address of NUL-terminated bytes that stay where they are. */
  address(): u64 {
    if (this.attached != null || this.isInCluster) return host.addressOf(terminated(this.value()));
    const address = this.source.takeAddress();
    if (address == 0) this.refuse(this.problem().text("needs a value"));
    return address;
  }

  /** Reads on from the place `index` in argv; up to `end` there are options and nothing else. */
  readOptionsFrom(index: i32, end: i32): void {
    this.source.taken = index - 1;
    this.source.end = end;
  }

  /** Whether we are between arguments that `--args` brought. */
  get isInFile(): bool {
    return this.source.end != 0;
  }

  /** The place in argv of the word that comes next. */
  get nextIndex(): i32 {
    return this.source.taken + 1;
  }

  /** The option was given before, and only this one will count. */
  givenAgain(): void {
    if (!Messages.repeats) this.messages.givenAgain(this.option);
  }

  /** Begins the message that says what is wrong with the option. */
  problem(): Line {
    const line = this.messages.fatal();
    if (this.origin.length != 0) line.text(this.origin).text(": ");
    return line.outside(this.option).text(": ");
  }

  /** Begins the message that says that the option's value is not … */
  isNot(value: string): Line {
    return this.problem().text('"').outside(value).text('" is not ');
  }

  /** Refuses a value. `text` is as wording.ts has it: our words say what the value is not, bubblewrap's name it and the option. */
  refuseValueOf(value: string, text: usize): void {
    this.refuseWord(value, text, value, noWords, 0);
  }

  /** The same where a part of it, `word` from `start` on, is none of the list's words: the nearest one is said. */
  refuseWord(value: string, text: usize, word: string, list: usize, start: i32): void {
    if (this.isReins || bubblewrapsWords(text, 0) == 0)
      this.refuse(putNearest(putOurs(this.isNot(value), text), list, word, start));
    this.refuseAs(text, value);
  }

  /** Refuses the option likewise. */
  refuseAs(text: usize, value: string = ""): void {
    if (this.isReins) this.refuse(putOurs(this.problem(), text));
    const named = new Named();
    named.subject = host.addressOf(terminated(value));
    named.option = host.addressOf(terminated(this.option) + 2);
    const line = this.messages.fatal();
    putBubblewraps(line, bubblewrapsWords(text, 0), named);
    this.refuse(line);
  }

  /** Ends the message and the process. */
  refuse(line: Line): void {
    refuse(this.messages, line);
  }

  /** Whether more follows in the same word as the last short option. */
  private get isInCluster(): bool {
    return this.position < this.cluster.length;
  }

  /** bubblewrap looks whether there are as many words as the option takes before it looks at any of them. */
  private checkCount(): void {
    const count = countOfValues(this.id);
    const end = this.source.end == 0 ? argumentCount() : this.source.end;
    if (this.nextIndex + count <= end) return;
    const isSpelt = this.id == Option.CHDIR || this.id == Option.REMOUNT_RO || this.id == Option.ARGV0;
    const line = this.messages
      .fatal()
      .text(this.id == Option.RO_BIND_FD ? "--bind-fd" : this.option)
      .text(" takes ");
    putPhrase(line, counts, count == 1 && !isSpelt ? 0 : count);
    this.refuse(line.packed(count == 1 ? words(" argument") : words(" arguments")));
  }

  private leaveFile(): void {
    const end = this.source.end;
    if (end == 0) return;
    const word = this.source.peek();
    if (word == null) this.source.end = 0;
    else if (!word.startsWith("-") || (word == "-" && this.isReins) || word == "--") {
      const line = this.messages.fatal().text('--args: "').outside(word);
      this.refuse(line.text('" is not an option, and only options can stand there'));
    }
  }

  private readLong(word: string): void {
    // bubblewrap knows no letters, and no values in the same word.
    const equals = this.isReins ? word.indexOf("=") : -1;
    this.option = equals < 0 ? word : word.substring(0, equals);
    const isNone = this.taker == NOBODY || !word.startsWith("--");
    this.name(isNone ? NONE : indexOfWord(optionNames, this.option, 2));
    if (!this.isReins && this.id >= 0) this.checkCount();
    if (equals >= 0) this.attached = word.substring(equals + 1);
  }
}
