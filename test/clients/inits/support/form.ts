// How an image starts its init: the words of an ENTRYPOINT, or of the script that is one.

/** A name of an init that has a program to be compared with. */
export type InitName = "tini" | "tini-static" | "docker-init" | "dumb-init" | "catatonit" | "podman-init";

export interface Form {
  readonly init: InitName;
  /** What stands before the command. The init's name is looked up in PATH, which holds one side's. */
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A script that the kernel runs by its first line, `#!INIT SHELL`: it is made for the test. */
  readonly shebang?: string;
  /** Tried with all situations, however short the time is. */
  readonly full?: boolean;
  /** Whose images start it so. */
  readonly usedBy: string;
}

/** An ENTRYPOINT in the exec form: its first word is the init. */
export function entrypoint(line: string, usedBy: string, extra: Partial<Form> = {}): Form {
  const words = line.split(" ");
  return { init: words[0] as InitName, words, usedBy, ...extra };
}

/** Whether there is a shell between the init and the command: a signal may end the init before the command has it. */
export function keepsShell({ words }: Form): boolean {
  return words.at(-1) === "docker-entrypoint.sh" && !(words.at(-2) ?? "").startsWith('exec "$@"');
}

/** A script as ENTRYPOINT, which gets the command as its arguments. */
export function script(init: InitName, text: string, usedBy: string, extra: Partial<Form> = {}): Form {
  return { init, words: ["sh", "-c", text, "entrypoint.sh"], usedBy, ...extra };
}

/** An init, and behind it a script that gets the command as its arguments. */
export function inner(line: string, text: string, usedBy: string): Form {
  const form = entrypoint(line, usedBy);
  return { ...form, words: [...form.words, "sh", "-c", text, "docker-entrypoint.sh"] };
}

/** A script whose first line names the init. */
export function shebang(init: InitName, shell: string, usedBy: string): Form {
  return { init, words: [], shebang: shell, usedBy };
}

/** A form as one line, for a test's name. */
export function describeForm({ init, words, environment = {}, shebang }: Form): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value} `);
  const line = words.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`)).join(" ");
  return shebang === undefined ? `${variables.join("")}${line}` : `#!${init} ${shebang}`;
}
