/** Writes the id maps of a child's user namespace from outside it. */

import { Errno } from "../../linux/errno";
import { Namespace } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { IdRange, idOfPayload, isInside } from "../../plan/id-map";
import { Sandbox } from "../../plan/sandbox";
import { putErrno } from "../../report/errno-phrases";
import { Line } from "../../support/line";
import { giveUp, problem } from "../failure/failure";
import { runMapProgram } from "./map-program";
import { writeProcessFile } from "./process-file";

const text = new Line();
const subordinateUids = bytes("/etc/subuid");
const subordinateGids = bytes("/etc/subgid");

/** Ends the process, after saying why, where the ids that are asked for and the maps do not fit together. */
export function checkMaps(sandbox: Sandbox, uid: u32, gid: u32): void {
  const uidMap = sandbox.uidMap;
  const gidMap = sandbox.gidMap;
  if (uidMap == null && gidMap == null) return;
  if (uidMap == null || gidMap == null) giveUp(problem().text("--uid-map and --gid-map belong together: give both"));
  if (sandbox.userNamespace >= 0 || sandbox.joins(Namespace.USER))
    giveUp(problem().text("--uid-map, and --confine as root: a user namespace that is joined has its maps already"));
  if (sandbox.disablesUserNamespaces)
    giveUp(problem().text("--disable-userns needs a second user namespace, which cannot have the ranges of --uid-map"));
  if (sandbox.needsDevpts && !(isInside(uidMap!, 0) && isInside(gidMap!, 0)))
    giveUp(problem().text("--dev needs the id 0 in --uid-map and in --gid-map: its terminals belong to root"));
  checkId(uidMap!, sandbox.uid, uid, bytes("--uid"));
  checkId(gidMap!, sandbox.gid, gid, bytes("--gid"));
}

function checkId(map: IdRange, wanted: i64, callers: u32, option: usize): void {
  const id = idOfPayload(map, wanted, callers);
  if (isInside(map, id)) return;
  const line = problem().bytes(option);
  if (wanted >= 0) giveUp(line.text(" ").number(id).text(": ").bytes(option).text("-map has no such id inside"));
  giveUp(line.text(": say who the command is; ").bytes(option).text("-map has neither your own id nor 0"));
}

/** Writes both maps of the process's user namespace, or ends this process after saying why it cannot. */
export function writeRanges(pid: i32, sandbox: Sandbox): void {
  const gids = sandbox.gidMap!;
  let result = writeMap(pid, bytes("uid_map"), sandbox.uidMap!);
  if (result < 0) refuseUnlessDelegated(result, bytes("uid_map"));
  if (result < 0) runMapProgram(bytes("newuidmap"), subordinateUids, pid, sandbox.uidMap!, <u32>linux.getuid());
  result = writeMap(pid, bytes("gid_map"), gids);
  if (result == -Errno.EPERM && gids.previous == null && gids.count == 1 && gids.outside == <u32>linux.getgid()) {
    // Our own group, and nothing more: the kernel lets us, if no group can be given up that denies a file (CVE-2014-8989).
    text.text("deny");
    result = writeProcessFile(pid, bytes("setgroups"), text);
    if (result >= 0) result = writeMap(pid, bytes("gid_map"), gids);
  }
  if (result < 0) refuseUnlessDelegated(result, bytes("gid_map"));
  if (result < 0) runMapProgram(bytes("newgidmap"), subordinateGids, pid, gids, <u32>linux.getgid());
}

/** What another program may be allowed to do is what we are not. */
function refuseUnlessDelegated(result: i32, name: usize): void {
  if (result != -Errno.EPERM && result != -Errno.EACCES)
    giveUp(putErrno(problem().text("cannot write ").bytes(name).text(": "), -result));
}

function writeMap(pid: i32, name: usize, map: IdRange): i32 {
  putLines(map);
  // The kernel takes less than a page at once, and not twice.
  if (text.isCut) giveUp(problem().text("the lines of ").bytes(name).text(" are more than a page: give fewer"));
  return writeProcessFile(pid, name, text);
}

/** The lines in the order in which they were given. */
function putLines(last: IdRange): void {
  const before = last.previous;
  if (before != null) putLines(before);
  text.number(last.inside).text(" ").number(last.outside).text(" ").number(last.count).text("\n");
}
