/** A pointer that leads nowhere: in a real process a fault, or an overwritten neighbour. */
export class WildPointer extends Error {
  constructor(what: string) {
    super(`wild pointer: ${what}`);
    this.name = "WildPointer";
  }
}
