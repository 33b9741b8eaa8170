/** `--cgroup-memory` and its like. */

import { Option } from "../../options/option";
import { CgroupLimit } from "../../plan/cgroup-limit";
import { Plan } from "../../plan/plan";
import { parseWhole, putDigits } from "../../support/numbers";
import { OptionReader } from "./option-reader";

/** Of a period of 100 ms, the kernel's own, in microseconds. */
const PERCENT: i64 = 1000;
const SIGN: i32 = 0x25;
/** Room for those of any number, and a NUL. */
const DIGITS = 24;

export function takeCgroupLimit(options: OptionReader, plan: Plan): void {
  const text = options.value();
  const last = text.length - 1;
  const sign = text.charCodeAt(last);
  let enabling = bytes("+pids");
  let file = bytes("pids.max");
  let accepted = bytes("100");
  let unit: i64 = 1;
  if (options.id == Option.CGROUP_MEMORY) {
    enabling = bytes("+memory");
    file = bytes("memory.max");
    accepted = bytes("512M, 2G, bytes");
    unit = sign == 0x4b ? 1 << 10 : sign == 0x4d ? 1 << 20 : sign == 0x47 ? 1 << 30 : 1;
  } else if (options.id == Option.CGROUP_CPU) {
    enabling = bytes("+cpu");
    file = bytes("cpu.max");
    accepted = bytes("50%, 150%");
    unit = PERCENT;
  }
  const digits = unit == 1 ? text : text.substring(0, last);
  const isOfUnit = unit != PERCENT || sign == SIGN;
  const value = isOfUnit ? parseWhole(digits, i64.MAX_VALUE / unit) * unit : 0;
  if (text != "max" && value <= 0)
    options.refuse(options.isNot(text).text("a limit; give one as ").bytes(accepted).text(" or max"));
  let written = bytes("max");
  if (value > 0) {
    written = heap.alloc(DIGITS);
    putDigits(written, value);
  }
  plan.cgroupLimits = new CgroupLimit(plan.cgroupLimits, enabling, file, written);
}
