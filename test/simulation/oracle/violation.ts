/** Something that has to hold does not. */
export class Violation extends Error {
  /** Which of the invariants; the same one while a schedule is made shorter. */
  readonly kind: string;
  constructor(kind: string, detail: string) {
    super(`${kind}: ${detail}`);
    this.name = "Violation";
    this.kind = kind;
  }
}
