/** More are not told apart; the options that name descriptors are few. */
const CAPACITY = 64;

/** Descriptors that stay open where all others above the standard streams are closed. */
export class Descriptors {
  /** In rising order; without room as long as there are none, as mostly. */
  private files: StaticArray<i32> = [];
  count: i32 = 0;

  get isEmpty(): bool {
    return this.count == 0;
  }

  /** Adds a descriptor; one below 3 stays open anyway. False when there is no more room. */
  add(file: i32): bool {
    if (file < 3 || this.has(file)) return true;
    if (this.count == CAPACITY) return false;
    if (this.files.length == 0) this.files = new StaticArray<i32>(CAPACITY);
    let place = this.count++;
    for (; place > 0 && this.files[place - 1] > file; place--) this.files[place] = this.files[place - 1];
    this.files[place] = file;
    return true;
  }

  /** The one at `index`, in rising order. */
  at(index: i32): i32 {
    return this.files[index];
  }

  has(file: i32): bool {
    for (let i = 0; i < this.count; i++) if (this.files[i] == file) return true;
    return false;
  }
}
