/** newuidmap(1) and newgidmap(1): what the administrator lets a user map, and the kernel does not. */

import { CAP_SETFCAP, CAP_SETGID, CAP_SETUID, lackingCapabilities } from "../../confine/capabilities";
import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import { CLONE_VFORK, CLONE_VM, Prctl } from "../../linux/flags";
import { awaitEnd } from "../../linux/input";
import * as linux from "../../linux/linux";
import { Signal } from "../../linux/signals";
import { Accounts } from "../../payload/accounts";
import { closeAllBut } from "../../payload/close-descriptors";
import { Environment } from "../../payload/environment";
import { Descriptors } from "../../plan/descriptors";
import { IdRange, insideOf } from "../../plan/id-map";
import { putErrno } from "../../report/errno-phrases";
import { restoreCallersMask } from "../../signals/incoming";
import { stringFrom, terminated } from "../../support/bytes";
import { Line } from "../../support/line";
import { decimal } from "../../support/numbers";
import { giveUp, problem } from "../failure/failure";

const COLON: u8 = 0x3a;
/** What root needs to write maps of ranges itself. */
const MAPPING: u64 = CAP_SETUID | CAP_SETGID | CAP_SETFCAP;
const usualPath = bytes("/usr/bin:/bin:/usr/local/bin:/run/wrappers/bin");
const candidate = new Line();

/** What the child executes; it shares our memory until then. */
class MapProgram {
  /** Why it was not executed, an errno; 0 when it was. */
  failure: i32 = 0;

  constructor(
    readonly name: usize,
    readonly searchPath: usize,
    /** Its arguments; before them lies an empty environment. */
    readonly vector: u64,
  ) {}
}

/** The function that clone(2) calls has no other way to it. */
let next: MapProgram | null = null;

/** Has the program write a map, as the file of subordinate ids allows it; ends the process, after saying why, where it does not. `own`: the caller's id. */
export function runMapProgram(name: usize, idFile: usize, pid: i32, map: IdRange, own: u32): void {
  const path = new Environment().get("PATH");
  const searchPath = path == null ? usualPath : terminated(path + ":/usr/bin:/run/wrappers/bin");
  const program = new MapProgram(name, searchPath, vectorOf(name, pid, map));
  next = program;
  const child = linux.clone(CLONE_VM | CLONE_VFORK | Signal.CHLD, becomeProgram.index);
  const status = child < 0 ? 0 : awaitEnd(child);
  if (child > 0 && program.failure == 0 && status == 0) return;
  const line = problem().text("cannot map the ids: ");
  if (child < 0) giveUp(line.text("no process can be started"));
  if (status < 0) giveUp(putErrno(line.text("cannot wait for ").bytes(name).text(": "), -status));
  if (program.failure != 0)
    giveUp(
      line
        .bytes(name)
        .text(" is not in PATH; install it (Debian: the package uidmap), or map your own id alone, as in 0:")
        .number(own)
        .text(":1"),
    );
  if (own != 0 && insideOf(map, 0) >= 0)
    giveUp(line.text("only root may map 0, root's; map your own, as in 0:").number(own).text(":1"));
  tellWhatIsAllowed(line, name, idFile);
}

/** A set-uid program: it gets nothing of ours but the standard streams, on which it says what it refuses. */
function becomeProgram(): i32 {
  const program = next!;
  closeAllBut(new Descriptors());
  // It may wait for a name service; Ctrl-C is to end it.
  restoreCallersMask();
  const noEnvironment = program.vector - host.vectorSize(1);
  program.failure = Errno.ENOENT;
  let at = program.searchPath;
  while (true) {
    for (; load<u8>(at) != 0 && load<u8>(at) != COLON; at++) candidate.byte(load<u8>(at));
    candidate.text("/").bytes(program.name);
    const isCut = candidate.isCut;
    const path = candidate.terminated();
    // The memory is the supervisor's too: what is written stays, unless the call comes back.
    program.failure = 0;
    if (!isCut) linux.execve(host.addressOf(path), program.vector, noEnvironment);
    program.failure = Errno.ENOENT;
    if (load<u8>(at++) == 0) return 127;
  }
}

/** Its arguments; before them lies an empty environment. */
function vectorOf(name: usize, pid: i32, map: IdRange): u64 {
  let count = 2;
  let line: IdRange | null = map;
  while (line != null) {
    const range: IdRange = line;
    count += 3;
    line = range.previous;
  }
  const vector = host.addressOf(heap.alloc(host.vectorSize(count + 2))) + host.vectorSize(1);
  host.storeAddress(vector, -1, 0);
  host.storeAddress(vector, 0, host.addressOf(name));
  host.storeAddress(vector, 1, decimal(pid));
  host.storeAddress(vector, count, 0);
  line = map;
  for (let at = count - 3; line != null; at -= 3) {
    const range: IdRange = line;
    host.storeAddress(vector, at, decimal(range.inside));
    host.storeAddress(vector, at + 1, decimal(range.outside));
    host.storeAddress(vector, at + 2, decimal(range.count));
    line = range.previous;
  }
  return vector;
}

/** It has said what it refused, and not what to do. */
function tellWhatIsAllowed(line: Line, name: usize, idFile: usize): void {
  const uid = <u32>linux.getuid();
  if (uid == 0 && (lackingCapabilities() & MAPPING) != 0)
    giveUp(line.text("root takes CAP_SETUID, CAP_SETGID and CAP_SETFCAP for it, and has not all of them here"));
  if (uid != 0 && linux.prctl(Prctl.GET_NO_NEW_PRIVS, 0, 0) == 1)
    giveUp(line.text("with no_new_privs ").bytes(name).text(" cannot become root"));
  let user = stringFrom(decimal(uid));
  let hasName: bool = false;
  const uidText = user;
  const users = new Accounts(bytes("/etc/passwd"));
  while (users.nextRecord())
    if (users.id(2) == uid) {
      user = users.field(0);
      hasName = true;
      break;
    }
  const ids = new Accounts(idFile);
  let isListed: bool = false;
  while (ids.nextRecord()) isListed = isListed || ids.isNamed(user) || ids.isNamed(uidText);
  if (isListed)
    line
      .bytes(name)
      .text(" refused them; the lines of ")
      .outside(user)
      .text(" in ")
      .bytes(idFile)
      .text(" say which there are, each of them once");
  else
    line
      .text("no line for ")
      .outside(user)
      .text(" in ")
      .bytes(idFile)
      .text("; add ")
      .outside(user)
      .text(":100000:65536, and map only these");
  giveUp(hasName ? line : line.text(", and a user of that number, with a name"));
}
