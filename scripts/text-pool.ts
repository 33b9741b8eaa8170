/**
 * All constant bytes in one run, each text once: what many files have, and what another one ends with, takes no more room.
 * The compiler would have each literal at a place of its own.
 */
export class TextPool {
  readonly bytes: Buffer;

  constructor(texts: Iterable<Buffer>) {
    // The longest first, so that every text finds the ones that it is the end of.
    const all = [...texts].sort((a, b) => b.length - a.length || a.compare(b));
    const kept: Buffer[] = [];
    const ends = new Set<string>();
    for (const text of all) {
      if (ends.has(text.toString("latin1"))) continue;
      kept.push(text);
      for (let at = 0; at < text.length; at++) ends.add(text.toString("latin1", at));
    }
    this.bytes = Buffer.concat(kept);
  }

  /** Where these bytes are; undefined for what was not among the texts. */
  offsetOf(text: Buffer): number | undefined {
    const offset = this.bytes.indexOf(text);
    return offset < 0 ? undefined : offset;
  }
}
