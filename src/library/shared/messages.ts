/** Writes a message of the command `rein` to stderr. */
export function say(message: string): void {
  process.stderr.write(`rein: ${message}\n`);
}
