import * as linux from "../linux/linux";
import { openOwnProc, path, readProcFile } from "../linux/proc";
import { numberAfter } from "../linux/small-file";
import { say } from "../report/messages";
import { InitContext } from "./context";
import { listenToParent } from "./subreaper";

/** For setresuid(2): the id stays. */
const SAME: u32 = 0xffff_ffff;

/** Of whom we have tried to signal last; below zero: of nobody. */
let owner: i64 = -1;

/**
 * `process` may not be signalled. Root without CAP_KILL, as hardened containers have it (`--cap-drop ALL`), may signal
 * only whose real or saved user id is its own real or effective one (kill(2)). Takes the owner's id as our effective
 * one, and returns whether to try again.
 *
 * Not as the real or the saved one: by these it is decided who may signal and trace us, so that the owner may do neither,
 * now and later. And for good, so that there is no moment of which somebody could make use.
 */
export function becomeOwnerOf(process: i32, init: InitContext): bool {
  const proc = openOwnProc(init.self);
  if (proc < 0) return false;
  const size = readProcFile(proc, path.number(process).text("/status").terminated());
  linux.close(proc);
  const uid = size > 0 ? numberAfter(bytes("\nUid:\t")) : -1;
  if (uid < 0 || uid == owner || uid == linux.getuid()) return false;
  owner = uid;
  const parent = linux.getppid();
  // Another one's before: root's gives the right back to change it.
  linux.setresuid(SAME, 0, SAME);
  const result = linux.setresuid(SAME, <u32>uid, SAME);
  // The change has cleared it (prctl(2)).
  const signal = init.plan.parentDeathSignal;
  const heard = signal == 0 ? 0 : listenToParent(signal, parent);
  if (heard < 0) init.report.trouble(bytes("PR_SET_PDEATHSIG"), -heard);
  if (result < 0)
    say(
      init.plan.messages
        .warning()
        .text("process ")
        .number(process)
        .text(" is user ")
        .number(uid)
        .text("'s: signals to it need CAP_KILL"),
    );
  return result >= 0;
}
