import { copyFile } from "../linux/copy-file";
import { AT_FDCWD, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { must } from "./failure";

/** memfd_create(2) */
const MFD_CLOEXEC: u32 = 1;
const MFD_ALLOW_SEALING: u32 = 2;
/** fcntl(2): no write, no change of size, no further seal. */
const F_ADD_SEALS: i32 = 1033;
const SEALS: i32 = 0xf;

/**
 * A copy of this program in memory that nobody can write to. The stages inside
 * the sandbox run from it: the payload finds no way through /proc/PID/exe to the
 * file outside (CVE-2019-5736). Returns its descriptor.
 */
export function sealedImage(): i32 {
  const what = prose("cannot read this program's own file /proc/self/exe");
  const file = must(linux.openat(AT_FDCWD, bytes("/proc/self/exe"), Open.READ | Open.CLOSE_ON_EXEC, 0), what);
  const image = linux.memfd_create(bytes("rein"), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  must(image, prose("cannot make a file in memory for the stages"));
  must(copyFile(file, image), prose("cannot copy this program into memory"));
  must(linux.fcntl(image, F_ADD_SEALS, SEALS), prose("cannot seal the copy in memory"));
  linux.close(file);
  return image;
}
