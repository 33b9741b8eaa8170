import { existsSync } from "node:fs";

/** What is known of a program that is not there, beyond the kernel's word: a whole command given as its name. Else empty. */
export function oneWordAdvice(path: string, errno: string | undefined): string {
  const isMissing = errno === "ENOENT" && !existsSync(path);
  return isMissing && path.includes(" ")
    ? "; the whole command is one word: give the program's name and its arguments apart"
    : "";
}
