import { nextNumber, openNumbers } from "../linux/directory";
import * as linux from "../linux/linux";

const LAST: u32 = 0xffff_ffff;
const ownDescriptors = bytes("/proc/self/fd");
/** More are not told apart; the options that name descriptors are few. */
const CAPACITY = 64;

/** Descriptors that stay open where all others above the standard streams are closed. */
export class Descriptors {
  /** In rising order; without room as long as there are none, as mostly. */
  private files: StaticArray<i32> = [];
  private count: i32 = 0;

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

  /**
   * Closes all others. The payload has its own; held by the init as well, the
   * other end of a pipe would see no end of file as long as the container lives.
   */
  closeOthers(): void {
    let first: u32 = 3;
    for (let i = 0; i < this.count; i++) {
      const file: u32 = this.files[i];
      if (first < file && linux.close_range(first, file - 1, 0) != 0) {
        this.closeOneByOne();
        return;
      }
      first = file + 1;
    }
    if (linux.close_range(first, LAST, 0) != 0) this.closeOneByOne();
  }

  /** Before Linux 5.9, or behind a seccomp filter that does not know close_range. */
  private closeOneByOne(): void {
    const directory = openNumbers(ownDescriptors);
    if (directory < 0) return;
    for (let file = nextNumber(); file >= 0; file = nextNumber()) {
      if (file > 2 && !this.has(file) && file != directory) linux.close(file);
    }
  }

  private has(file: i32): bool {
    for (let i = 0; i < this.count; i++) if (this.files[i] == file) return true;
    return false;
  }
}
