// A situation in which bubblewrap says something. Types, and words that many have.

/** Where a message has come about; `FOLDER` stands for one of the test's own with what `folderScript` makes. */
export interface Situation {
  /** The first line on stderr. */
  readonly says: string;
  readonly words: readonly string[];
  /** What runs around the program as root, and becomes it with `exec "$@"`. */
  readonly around?: string;
  /** What sets descriptors up as the caller, and becomes the program with `exec "$@"`. */
  readonly script?: string;
  /** Who the caller is; both, one after the other, where nothing is said. */
  readonly person?: "root" | "user" | "anyone";
  /** Older ones have not the option, or say something else. */
  readonly since?: "0.11";
  /** bubblewrap leaves a child that waits for ever, with its standard streams. */
  readonly leavesChild?: true;
}

/** What the test's folder has in it. */
export const folderScript = `cd "$1" && mkdir lower upper work empty root && echo text >file && ln -s file link &&
  printf '%s\\n' '#!/nowhere/sh' >script && chmod +x script && chmod -R a+rwX . && printf -- '--args\\0007\\0' >inner &&
  printf '1234567' >seven && printf '\\377\\377\\0\\0\\0\\0\\0\\0' >invalid && : >none`;

export const everything = ["--ro-bind", "/", "/"];
export const writable = [...everything, "--tmpfs", "/tmp"];
export const TRUE = "true";

/** One for each of these options. */
export function each(
  names: string,
  situation: (option: string) => Omit<Situation, "words"> & { words?: readonly string[] },
) {
  return names.split(" ").map((name): Situation => ({ words: [`--${name}`], ...situation(`--${name}`) }));
}
