/**
 * What is to be known of an option, once: from this table the executable's names and help, the manual, the reference
 * and the completions are generated (scripts/generate.ts), and the library and the tests read it.
 */

/** What a value is: each kind is explained in values.ts. */
export type ValueKind =
  | ("signal" | "incoming-signal" | "signal-pair" | "time" | "status" | "status-pair")
  | ("user" | "directory" | "variable" | "variable-pair" | "text" | "mode" | "mask" | "limit" | "score" | "capability")
  | ("groups" | "memory-size" | "process-count" | "cpu-share")
  | ("descriptor" | "profile" | "port" | "scope" | "propagation")
  | ("id" | "id-range" | "namespace-path" | "seconds" | "host-name" | "label")
  | ("path" | "place" | "size");

export interface Value {
  readonly kind: ValueKind;
  /** What stands for it in the help, as TIME or FROM:TO. */
  readonly name: string;
}

/** The names of the executable that take options of this table; the other inits' options are in `elsewhere`. */
export type Dialect = "rein" | "bwrap";

/** The inits whose names the executable goes by, too. */
export type OtherInit = "tini" | "dumb-init" | "catatonit" | "pause";

/**
 * What becomes of an option where there is no executable for the platform: it is carried out; it is left out, and that
 * is said, as nobody is less safe without it; or it is refused, as the command would not be confined as was meant, or
 * as only the executable has what it shows.
 */
export type Portable = "done" | "left out" | "refused";

/** A row of the table. */
export interface Option {
  /** The long name, without dashes. */
  readonly name: string;
  /** The letter, without a dash. */
  readonly short?: string;
  /** The values that it takes, one after the other. */
  readonly values: readonly Value[];
  /** What happens, in one line of at most 51 characters. */
  readonly help: string;
  /** Options that share the line of this one in the help, as they are its closest relatives, and what is said of all. */
  readonly together?: { readonly others: readonly string[]; readonly help: string };
  /** Running text for the manual: what it does, units, limits, what is refused. Literal words stand in backquotes. */
  readonly manual: string;
  /** Who takes it on the command line, by this name. */
  readonly dialects: readonly Dialect[];
  /** The same in the options of other inits. */
  readonly elsewhere?: Readonly<Partial<Record<OtherInit, string>>>;
  /** Whether the variable REIN_OPTIONS may hold it. @default false */
  readonly variable?: boolean;
  /** Whether it may be among the words that --args brings. @default true */
  readonly argsFile?: boolean;
  /** Without the executable; undefined for an option that the name rein has not, as there is no other name then. */
  readonly portable?: Portable;
  /** The key of the library's options that leads to it; undefined where there is none. */
  readonly library?: string;
  /**
   * What one more of it does: it adds to those before, it takes the place of the one before, or it is refused.
   * Undefined where it makes no difference.
   */
  readonly repeated?: "adds" | "replaces" | "refused";
  /** The name bwrap says that only the last one counts. */
  readonly warnsWhenRepeated?: true;
}

/** Options about one thing, in the order of the help. */
export interface OptionGroup {
  /** Its name, for anchors and constants. */
  readonly name: string;
  readonly heading: string;
  /** The help page of rein that has it: --help or --help-sandbox. */
  readonly page: "first" | "sandbox";
  /** Running text for the manual about all of them. */
  readonly manual?: string;
  readonly options: readonly Option[];
}
