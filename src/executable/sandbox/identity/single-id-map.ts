import { EVERY_CAPABILITY, keepAtMost } from "../../confine/capabilities";
import { Errno } from "../../linux/errno";
import { Open, UNMAPPED } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { idOfSetUp } from "../../plan/id-map";
import { Sandbox } from "../../plan/sandbox";
import { isBubblewraps } from "../../report/wording";
import { Line } from "../../support/line";
import { putMapAdvice } from "../failure/advice";
import { giveUp, knownFailure, must, problem, putReason } from "../failure/failure";

const line = new Line();
let before: (() => void) | null = null;
let lacking: u64 = 0;

/**
 * Writes the maps of our user namespace, one id each, `proc` being an open
 * /proc: the uid first, then that setgroups(2) is denied, without which the
 * kernel takes no gid from somebody without privileges (CVE-2014-8989), then
 * the gid. `lacks`: the capabilities that the caller has not, as root. `otherwise`: what is tried before a failure is told, and may have its own to tell.
 */
export function writeMaps(
  proc: i32,
  uid: u32,
  outerUid: u32,
  gid: u32,
  outerGid: u32,
  lacks: u64,
  otherwise: (() => void) | null = null,
): void {
  before = otherwise;
  lacking = outerUid == 0 || outerGid == 0 ? lacks : 0;
  writeFile(
    proc,
    bytes("self/uid_map"),
    words("setting up uid map"),
    line.number(uid).text(" ").number(outerUid).text(" 1"),
  );
  writeFile(proc, bytes("self/setgroups"), words("error writing to setgroups"), line.text("deny"));
  writeFile(
    proc,
    bytes("self/gid_map"),
    words("setting up gid map"),
    line.number(gid).text(" ").number(outerGid).text(" 1"),
  );
}

/**
 * In a user namespace that maps ranges: who sets up there, from when the
 * caller's sources have been found. What is made without an id inside, nobody
 * could own (EOVERFLOW).
 */
export function becomeMapped(sandbox: Sandbox, outerUid: u32, outerGid: u32): void {
  const gid = idOfSetUp(sandbox.gidMap!, sandbox.gid, outerGid);
  const uid = idOfSetUp(sandbox.uidMap!, sandbox.uid, outerUid);
  become(<u32>uid, <u32>gid);
  // Somebody without an id takes them over an execution only so (capabilities(7)), and root, who needs none of it, has had them so.
  must(keepAtMost(EVERY_CAPABILITY), bytes("capset"));
}

/** In a user namespace that was joined: its root, where it knows our own ids by none. */
export function becomeKnown(): void {
  if (linux.getuid() == UNMAPPED || linux.getgid() == UNMAPPED) become(0, 0);
}

/** Is this user and group from now on, without the caller's other groups where they can be given up. */
function become(uid: u32, gid: u32): void {
  const what = words("cannot become who sets the sandbox up");
  const groups = linux.setgroups(0, 0);
  if (groups != -Errno.EPERM) must(groups, what);
  must(linux.setresgid(gid, gid, gid), what);
  must(linux.setresuid(uid, uid, uid), what);
}

/** `bubblewraps`: its words for the failure. */
function writeFile(proc: i32, name: usize, bubblewraps: usize, text: Line): void {
  const size = text.length;
  const content = text.terminated();
  const file = linux.openat(proc, name, Open.WRITE | Open.CLOSE_ON_EXEC, 0);
  const result = file < 0 ? file : linux.write(file, content, size);
  if (result < 0) refuse(name, bubblewraps, -result);
  linux.close(file);
}

function refuse(name: usize, bubblewraps: usize, errno: i32): void {
  if (before != null) before();
  const line = isBubblewraps()
    ? knownFailure(bubblewraps, errno)
    : putReason(problem().text("setting up the user namespace: /proc/").bytes(name).text(": "), errno);
  giveUp(putMapAdvice(line, errno, lacking));
}
