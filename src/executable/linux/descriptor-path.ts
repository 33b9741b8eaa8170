import { putDigits } from "../support/numbers";
import { staticBuffer } from "../support/static-buffers";

const path = staticBuffer(32);
const prefix = bytes("/proc/self/fd/");
const PREFIX_SIZE = 14;

/** `/proc/self/fd/N`: a path for an open file, for calls that take only paths. It holds until the next one is asked for. */
export function descriptorPath(file: i32): usize {
  memory.copy(path, prefix, PREFIX_SIZE);
  putDigits(path + PREFIX_SIZE, file);
  return path;
}
