import { AT_FDCWD, Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { Line } from "../../support/line";

const path = new Line();

/** Writes `text`, which starts anew, to the file `name` of a process in /proc. Returns `-errno` when that failed. */
export function writeProcessFile(pid: i32, name: usize, text: Line): i32 {
  const size = text.length;
  const content = text.terminated();
  path.text("/proc/").number(pid).text("/").bytes(name);
  const file = linux.openat(AT_FDCWD, path.terminated(), Open.WRITE | Open.CLOSE_ON_EXEC, 0);
  if (file < 0) return file;
  const result = linux.write(file, content, size);
  linux.close(file);
  return result;
}
