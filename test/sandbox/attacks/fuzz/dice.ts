/** Dice that fall the same for the same seed and number. */
export class Dice {
  #state: bigint;

  constructor(seed: number, index: number) {
    this.#state = (BigInt(seed) << 32n) + BigInt(index);
  }

  /** From 0 to one less than `faces`; splitmix64. */
  roll(faces: number): number {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) % BigInt(faces));
  }

  /** True in one of so many throws. */
  oneIn(times: number): boolean {
    return this.roll(times) === 0;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.roll(values.length)] as T;
  }
}
