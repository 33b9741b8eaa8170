import * as host from "../../host/host";
import { descriptorPath } from "../../linux/descriptor-path";
import { Errno } from "../../linux/errno";
import { deviceOf, isSameFile } from "../../linux/file-status";
import { AT_FDCWD, Open, TIOCGPGRP } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { attach, attachIn, copyTree, NewFileSystem, restrict } from "../../linux/mount";
import { Attribute, FileType } from "../../linux/mount-flags";
import { FileOperation } from "../../plan/file-operation";
import { Sandbox } from "../../plan/sandbox";
import { isBubblewraps } from "../../report/wording";
import { staticBuffer } from "../../support/static-buffers";
import { giveUp, must, problem, putPath } from "../failure/failure";
import { isOurs } from "./ghosts";

const CAPACITY = 4096;
const terminalPath = staticBuffer(CAPACITY);
const WHAT = words("Can't make");
/** Of `/dev/`. */
const PARENT_SIZE = 5;
/** The devices' numbers; the last is the console, which is a terminal of any number. */
const numbers = memory.data<i32>([0x103, 0x105, 0x107, 0x108, 0x109, 0x500, 0]);
const CONSOLE = 6;
const ANY = 0;
/** What is to be mounted in the directory, a descriptor each, or why there is none. */
const mounts = staticBuffer(28);
const NOTHING = i32.MIN_VALUE;

/** `--dev`: a new directory of the devices that every program may have. */
export class Devices {
  /** The directory, not in its place yet. */
  private directory: i32;
  /** The caller's groups are known in here. */
  private hasGroups: bool;

  /** Takes all that is the caller's, as long as it is as the caller has it. What is wrong is told later. */
  constructor(sandbox: Sandbox, operation: FileOperation) {
    const files = new NewFileSystem(bytes("tmpfs")).set(bytes("mode"), host.addressOf(bytes("0755")));
    const attributes = Attribute.NO_SET_UID | (sandbox.bindsDevices ? Attribute.NO_DEVICES : 0);
    this.directory = must(files.mount(attributes), WHAT, operation.target);
    isOurs(this.directory);
    this.makeLinks();
    // Every user's, as in containers: POSIX semaphores and shared memory are files there (shm_overview(7)). bubblewrap has one user.
    this.makeDirectory(bytes("shm"), isBubblewraps() ? 0o755 : 0o1777);
    this.makeDirectory(bytes("pts"), 0o755);
    this.hasGroups = !isBubblewraps() && !sandbox.changesUserNamespace;
    const isBound = sandbox.bindsDevices || sandbox.execLabel != 0 || sandbox.fileLabel != 0;
    for (let device = 0; device < CONSOLE; device++) this.makeDevice(device, isBound);
    store<i32>(mounts + CONSOLE * 4, copyConsole());
  }

  /** Puts the directory in its place, and the devices into it. */
  mountAt(place: i32, operation: FileOperation): void {
    must(attach(this.directory, place), words("Can't mount on"), operation.target);
    linux.close(place);
    for (let device = 0; device <= CONSOLE; device++) this.bind(device);
    let mount = mountTerminals(this.hasGroups);
    // That group is not known in here: our caller is root in a user namespace itself.
    if (mount == -Errno.EINVAL) mount = mountTerminals(false);
    this.putOn(
      bytes("pts"),
      must(mount, words("Can't make|Can't mount devpts on /newroot/>/pts"), host.addressOf(bytes("devpts"))),
    );
    linux.close(this.directory);
  }

  private makeDirectory(name: usize, mode: i32): void {
    must(linux.mkdirat(this.directory, host.addressOf(name), mode), WHAT, host.addressOf(name));
  }

  /**
   * Who may makes a device of the sandbox's own, so that whoever is root there
   * does not change the caller's with chmod(1). For others it is the caller's, and
   * where files have labels, which those of a new one are not; and where the
   * command could make devices of the machine's beside it.
   */
  private makeDevice(device: i32, isBound: bool): void {
    const mode = FileType.CHARACTER_DEVICE | 0o666;
    const path = pathOf(device);
    const isMade = !isBound && linux.mknodat(this.directory, path + PARENT_SIZE, mode, numberOf(device)) == 0;
    store<i32>(mounts + device * 4, isMade ? NOTHING : copyTree(AT_FDCWD, host.addressOf(path)));
  }

  private makeLinks(): void {
    this.link(bytes("/proc/self/fd/0"), bytes("stdin"));
    this.link(bytes("/proc/self/fd/1"), bytes("stdout"));
    this.link(bytes("/proc/self/fd/2"), bytes("stderr"));
    this.link(bytes("/proc/self/fd"), bytes("fd"));
    this.link(bytes("/proc/kcore"), bytes("core"));
    this.link(bytes("pts/ptmx"), bytes("ptmx"));
  }

  private link(target: usize, name: usize): void {
    must(linux.symlinkat(host.addressOf(target), this.directory, host.addressOf(name)), WHAT, host.addressOf(name));
  }

  /**
   * Mounts a device on a new file. A file of another kind or another device in its
   * place, as an image may bring along, is not what is asked for (CVE-2025-31133,
   * runc).
   */
  private bind(device: i32): void {
    const mount = load<i32>(mounts + device * 4);
    if (mount == NOTHING) return;
    const path = pathOf(device);
    const number = numberOf(device);
    must(
      mount,
      words("Can't make|Can't bind mount /oldroot% on /newroot%: Unable to mount source on destination"),
      host.addressOf(path),
    );
    if (number != ANY && deviceOf(mount) != number)
      giveUp(putPath(problem(), host.addressOf(path)).text(" is another file than the device of this name"));
    // Read-only is the file, which whoever is root in a user namespace could give another mode, owner and time: the caller's,
    // for all who use it. To a device one may write on a read-only mount as well.
    // Without NO_EXECUTION, as /dev/zero is mapped for code, too; what it takes to execute a file no device has.
    const attributes = Attribute.READ_ONLY | Attribute.NO_SET_UID;
    must(restrict(mount, attributes, 0), WHAT, host.addressOf(path));
    const name = path + PARENT_SIZE;
    const flags = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.CLOSE_ON_EXEC;
    linux.close(must(linux.openat(this.directory, name, flags, 0o444), WHAT, host.addressOf(path)));
    this.putOn(name, mount);
  }

  private putOn(name: usize, mount: i32): void {
    must(attachIn(mount, this.directory, name), WHAT, host.addressOf(name));
    linux.close(mount);
  }
}

/** `hasGroup`: the terminals are of the group tty, 5 everywhere: before glibc 2.33 grantpt(3) wants it, and who is not root cannot change it. */
function mountTerminals(hasGroup: bool): i32 {
  const terminals = new NewFileSystem(bytes("devpts"))
    .flag(bytes("newinstance"))
    .set(bytes("ptmxmode"), host.addressOf(bytes("0666")))
    .set(bytes("mode"), host.addressOf(bytes("0620")));
  if (hasGroup) terminals.set(bytes("gid"), host.addressOf(bytes("5")));
  return terminals.mount(Attribute.NO_SET_UID | Attribute.NO_EXECUTION);
}

function pathOf(device: i32): usize {
  switch (device) {
    case 0:
      return bytes("/dev/null");
    case 1:
      return bytes("/dev/zero");
    case 2:
      return bytes("/dev/full");
    case 3:
      return bytes("/dev/random");
    case 4:
      return bytes("/dev/urandom");
    case 5:
      return bytes("/dev/tty");
    case CONSOLE:
      return bytes("/dev/console");
    default:
      return unreachable();
  }
}

function numberOf(device: i32): i32 {
  return load<i32>(numbers + device * 4);
}

/** A terminal that is our output is also /dev/console: ttyname(3) finds it then. Returns its mount; NOTHING for none. */
function copyConsole(): i32 {
  if (linux.ioctl(1, TIOCGPGRP, terminalPath) < 0) return NOTHING;
  const size = linux.readlinkat(AT_FDCWD, descriptorPath(1), terminalPath, CAPACITY - 1);
  if (size <= 0) return NOTHING;
  store<u8>(terminalPath + size, 0);
  // The path is that of the terminal's own mounts, and with us there may be another one there, or none (CVE-2025-52565).
  const mount = copyTree(AT_FDCWD, host.addressOf(terminalPath));
  if (mount < 0) return NOTHING;
  if (isSameFile(mount, 1) > 0) return mount;
  linux.close(mount);
  return NOTHING;
}
