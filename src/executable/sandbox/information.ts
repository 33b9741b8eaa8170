import { exit } from "../linux/cgroup";
import { Errno } from "../linux/errno";
import { AT_FDCWD, Namespace } from "../linux/flags";
import { awaitInput, FOR_EVER, waitWith } from "../linux/input";
import * as linux from "../linux/linux";
import { FILE_STATUS_SIZE, FileStatus, STATX_BASIC } from "../linux/mount-flags";
import { Sandbox } from "../plan/sandbox";
import { Messages } from "../report/messages";
import { writeLine } from "../report/write";
import { Line } from "../support/line";
import { staticBuffer } from "../support/static-buffers";
import { must } from "./failure/failure";

const line = new Line();
const path = new Line();
const status = staticBuffer(FILE_STATUS_SIZE);
const byte = staticBuffer(1);

/** `--info-fd` and `--json-status-fd`, as bubblewrap writes them: who is in the sandbox, and how it ended. */
export class Information {
  /** The descriptor of `--info-fd` is closed. */
  private isTold: bool = false;

  constructor(
    private sandbox: Sandbox,
    private statusFile: i32,
  ) {}

  /** bubblewrap's lines: the first process's pid, and the namespaces that were made. */
  tellNumbers(pid: i32): void {
    this.tellInformation(pid, true);
    if (this.statusFile < 0) return;
    line.text('{ "child-pid": ').number(pid);
    this.putNamespaces(pid, bytes(", "), true);
    writeLine(line.text(" }"), this.statusFile);
  }

  /** `--info-fd` alone, and without the mount namespace, which is going to be another. */
  tellFirst(pid: i32): void {
    this.tellInformation(pid, false);
  }

  /** Our own event: the same, and the user namespace. */
  tellSetUp(pid: i32): void {
    if (this.statusFile < 0 || !Messages.current!.tellsEvents) return;
    line.text('{"event":"set-up","pid":').number(pid);
    this.putNamespaces(pid, bytes(","), true);
    this.putNamespace(pid, Namespace.USER, bytes("user"), bytes(","));
    writeLine(line.text("}"), this.statusFile);
  }

  private tellInformation(pid: i32, hasMounts: bool): void {
    const file = this.sandbox.infoFile;
    if (file < 0 || this.isTold) return;
    this.isTold = true;
    line.text('{\n    "child-pid": ').number(pid);
    this.putNamespaces(pid, bytes(",\n    "), hasMounts);
    writeLine(line.text("\n}"), file);
    if (file != this.sandbox.userBlockFile) linux.close(file);
  }

  /** `--userns-block-fd`: somebody else writes the maps, and says when it is done. `stage`: our end of the handshake. */
  awaitMaps(stage: i32): void {
    const file = this.sandbox.userBlockFile;
    if (file < 0) return;
    waitWith(stage);
    const result = awaitInput(file, FOR_EVER);
    waitWith(-1);
    if (result > 0) exit(128 + result);
    // The stage is gone: the loop finds out how.
    if (result == -Errno.EPIPE) return;
    must(result, words("cannot wait for --userns-block-fd"));
    linux.read(file, byte, 1);
    linux.close(file);
  }

  ended(exitStatus: i32): void {
    if (this.statusFile >= 0) writeLine(line.text('{ "exit-code": ').number(exitStatus).text(" }"), this.statusFile);
  }

  private putNamespaces(pid: i32, separator: usize, hasMounts: bool): void {
    this.putNamespace(pid, Namespace.CGROUP, bytes("cgroup"), separator);
    this.putNamespace(pid, Namespace.IPC, bytes("ipc"), separator);
    if (hasMounts) this.putNamespace(pid, Namespace.MOUNT, bytes("mnt"), separator);
    this.putNamespace(pid, Namespace.NETWORK, bytes("net"), separator);
    this.putNamespace(pid, Namespace.PID, bytes("pid"), separator);
    this.putNamespace(pid, Namespace.UTS, bytes("uts"), separator);
  }

  /** The number of a namespace that was made is the inode of its file. */
  private putNamespace(pid: i32, kind: Namespace, name: usize, separator: usize): void {
    if (!this.sandbox.has(kind)) return;
    path.text("/proc/").number(pid).text("/ns/").bytes(name);
    if (linux.statx(AT_FDCWD, path.terminated(), 0, STATX_BASIC, status) < 0) return;
    const inode = changetype<FileStatus>(status).inode;
    line
      .bytes(separator)
      .text('"')
      .bytes(name)
      .text('-namespace": ')
      .number(<i64>inode);
  }
}
