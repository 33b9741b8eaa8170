import { Errno } from "../linux/errno";
import { Namespace, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { Sandbox } from "../plan/sandbox";
import { putErrno } from "../report/errno-phrases";
import { Line } from "../support/line";
import { giveUp, must, mustUnshare, problem } from "./failure/failure";
import { beTraceable, beUntraceable } from "./stage";

const line = new Line();
const what = words("cannot make a time namespace");

/**
 * Makes a time namespace and enters it, `proc` being an open /proc. Its offsets
 * can be written until somebody is in it, and unshare(2) moves only children
 * there (time_namespaces(7)): we follow by setns(2), as an execve takes us there
 * only since Linux 6.1.
 */
export function enterTimeNamespace(proc: i32, sandbox: Sandbox): void {
  mustUnshare(Namespace.TIME, what);
  line
    .text("monotonic ")
    .number(sandbox.monotonicOffset)
    .text(" 0\nboottime ")
    .number(sandbox.boottimeOffset)
    .text(" 0\n");
  const size = line.length;
  beTraceable(sandbox);
  const offsets = linux.openat(proc, bytes("self/timens_offsets"), Open.WRITE | Open.CLOSE_ON_EXEC, 0);
  beUntraceable();
  const result = offsets < 0 ? offsets : linux.write(offsets, line.terminated(), size);
  if (result == -Errno.ERANGE)
    giveUp(problem().text("--monotonic-offset, --boottime-offset: a clock cannot go below 0, nor above 146 years"));
  if (result < 0) {
    const message = putErrno(problem().text("cannot set the offsets of the time namespace: "), -result);
    giveUp(result == -Errno.EPERM ? message.text("; it takes CAP_SYS_TIME, or --unshare-user") : message);
  }
  linux.close(offsets);
  const namespace = must(
    linux.openat(proc, bytes("self/ns/time_for_children"), Open.READ | Open.CLOSE_ON_EXEC, 0),
    what,
  );
  must(linux.setns(namespace, Namespace.TIME), what);
  linux.close(namespace);
}
