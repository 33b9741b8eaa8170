/** Files that are in memory and have no name (memfd_create(2)). */

import { Errno } from "./errno";
import * as linux from "./linux";

const CLOSE_ON_EXEC: u32 = 1;
const ALLOW_SEALING: u32 = 2;
const NEVER_EXECUTED: u32 = 8;
/** fcntl(2): no write, no change of size, no further seal. */
const F_ADD_SEALS: i32 = 1033;
const SEALS: i32 = 0xf;

/** A file that may be executed. Returns its descriptor, or `-errno`. */
export function createExecutable(): i32 {
  return linux.memfd_create(bytes("rein"), CLOSE_ON_EXEC | ALLOW_SEALING);
}

/** The same for data: where vm.memfd_noexec is 2 there may be no other; before Linux 6.3 nobody knows of it. */
export function createData(): i32 {
  const file = linux.memfd_create(bytes("rein"), CLOSE_ON_EXEC | ALLOW_SEALING | NEVER_EXECUTED);
  return file == -Errno.EINVAL ? createExecutable() : file;
}

/** From now on nobody changes it. Returns 0, or `-errno`. */
export function seal(file: i32): i32 {
  return linux.fcntl(file, F_ADD_SEALS, SEALS);
}
