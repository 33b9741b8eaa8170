import { staticBuffer } from "../support/static-buffers";
import { Errno } from "./errno";
import { isRegular } from "./file-status";
import { awaitInputOrEnd, FOR_EVER } from "./input";
import * as linux from "./linux";

const CAPACITY: i32 = 16_384;
const block = staticBuffer(CAPACITY);

/** Copies what is left of `from`, a file or a pipe, to `to`. Returns 0, or `-errno`. */
export function copyFile(from: i32, to: i32): i32 {
  const isFile = isRegular(from);
  while (true) {
    const ready = isFile ? 0 : awaitInputOrEnd(from, FOR_EVER);
    if (ready < 0) return ready;
    const size = linux.read(from, block, CAPACITY);
    if (size == -Errno.EINTR) continue;
    if (size <= 0) return size;
    for (let written = 0; written < size; ) {
      const result = linux.write(to, block + written, size - written);
      if (result < 0 && result != -Errno.EINTR) return result;
      written += max(result, 0);
    }
  }
}
