/** What a first one makes room for. */
const LEAST = 8;

/** Above all of them. */
export const NO_DESCRIPTOR: u32 = 0xffff_ffff;

/** Descriptors that stay open where all others above the standard streams are closed. */
export class Descriptors {
  /** In rising order; without room as long as there are none, as mostly. */
  private files: StaticArray<i32> = [];
  private count: i32 = 0;

  get isEmpty(): bool {
    return this.count == 0;
  }

  /** Adds a descriptor; one below 3 stays open anyway. It may take memory, and so belongs before the payload's start. */
  add(file: i32): void {
    if (file < 3 || this.has(file)) return;
    if (this.count == this.files.length) this.grow();
    let place = this.count++;
    for (; place > 0 && this.files[place - 1] > file; place--) this.files[place] = this.files[place - 1];
    this.files[place] = file;
  }

  private grow(): void {
    const larger = new StaticArray<i32>(max(2 * this.count, LEAST));
    for (let i = 0; i < this.count; i++) larger[i] = this.files[i];
    this.files = larger;
  }

  /** The first one from `file` on; NO_DESCRIPTOR when there is none. */
  firstFrom(file: u32): u32 {
    for (let i = 0; i < this.count; i++) if (<u32>this.files[i] >= file) return this.files[i];
    return NO_DESCRIPTOR;
  }

  has(file: i32): bool {
    for (let i = 0; i < this.count; i++) if (this.files[i] == file) return true;
    return false;
  }
}
