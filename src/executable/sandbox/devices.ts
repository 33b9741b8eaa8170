import { descriptorPath } from "../linux/descriptor-path";
import { AT_FDCWD, Open, TIOCGPGRP } from "../linux/flags";
import * as host from "../linux/host";
import * as linux from "../linux/linux";
import { Attribute, FileType } from "../linux/mount-flags";
import { room } from "../support/room";
import { giveUp, must, problem, putPath } from "./failure";
import { attach, attachIn, copyTree, NewFileSystem, permit, restrict } from "./mount";
import { deviceOf, isSameFile } from "./place";
import { Root } from "./root";
import { FileOperation, Sandbox } from "./sandbox";

const CAPACITY = 4096;
const terminalPath = room(CAPACITY);
const WHAT = prose("Can't make");
/** Of `/dev/`. */
const PARENT_SIZE = 5;
/** The caller's mounts are those of the sandbox, and what `--ro-bind / /` made of them is not for devices. */
let isRestricted: bool = false;

/** `--dev`: a new directory of the devices that every program may have. */
export function makeDevices(root: Root, sandbox: Sandbox, operation: FileOperation, place: i32): void {
  const files = new NewFileSystem(bytes("tmpfs")).set(bytes("mode"), host.addressOf(bytes("0755")));
  const directory = must(files.mount(Attribute.NO_SET_UID), WHAT, operation.target);
  makeLinks(directory);
  makeDirectory(directory, bytes("shm"));
  makeDirectory(directory, bytes("pts"));
  isRestricted = root.isCallers;
  // All that is the caller's before that is covered: the new directory may come to lie on its own /dev.
  const isLabelled = sandbox.execLabel != 0 || sandbox.fileLabel != 0;
  const sink = makeDevice(directory, bytes("/dev/null"), 0x103, isLabelled);
  const zero = makeDevice(directory, bytes("/dev/zero"), 0x105, isLabelled);
  const full = makeDevice(directory, bytes("/dev/full"), 0x107, isLabelled);
  const random = makeDevice(directory, bytes("/dev/random"), 0x108, isLabelled);
  const urandom = makeDevice(directory, bytes("/dev/urandom"), 0x109, isLabelled);
  const tty = makeDevice(directory, bytes("/dev/tty"), 0x500, isLabelled);
  const console = copyConsole();
  must(attach(directory, place), prose("Can't mount on"), operation.target);
  linux.close(place);
  bind(directory, bytes("null"), sink);
  bind(directory, bytes("zero"), zero);
  bind(directory, bytes("full"), full);
  bind(directory, bytes("random"), random);
  bind(directory, bytes("urandom"), urandom);
  bind(directory, bytes("tty"), tty);
  bind(directory, bytes("console"), console);
  const terminals = new NewFileSystem(bytes("devpts"))
    .flag(bytes("newinstance"))
    .set(bytes("ptmxmode"), host.addressOf(bytes("0666")))
    .set(bytes("mode"), host.addressOf(bytes("0620")));
  const mount = terminals.mount(Attribute.NO_SET_UID | Attribute.NO_EXECUTION);
  putOn(directory, bytes("pts"), must(mount, WHAT, host.addressOf(bytes("devpts"))));
  linux.close(directory);
}

function makeDirectory(directory: i32, name: usize): void {
  must(linux.mkdirat(directory, host.addressOf(name), 0o755), WHAT, host.addressOf(name));
}

/**
 * Who may makes a device of the sandbox's own, so that whoever is root there
 * does not change the caller's with chmod(1). For others it is the caller's, and
 * where files have labels, which those of a new one are not: then a mount of it
 * is returned, which is to be put there, else -1. A file of another kind or
 * another device in its place, as an image may bring along, is not what is asked
 * for (CVE-2025-31133, runc).
 */
function makeDevice(directory: i32, path: usize, number: i32, isLabelled: bool): i32 {
  const mode = FileType.CHARACTER_DEVICE | 0o666;
  if (!isLabelled && linux.mknodat(directory, path + PARENT_SIZE, mode, number) == 0) return -1;
  const mount = must(copyTree(AT_FDCWD, host.addressOf(path)), WHAT, host.addressOf(path));
  if (deviceOf(mount) != number)
    giveUp(putPath(problem(), host.addressOf(path)).text(" is another file than the device of this name"));
  return mount;
}

function makeLinks(directory: i32): void {
  link(directory, bytes("/proc/self/fd/0"), bytes("stdin"));
  link(directory, bytes("/proc/self/fd/1"), bytes("stdout"));
  link(directory, bytes("/proc/self/fd/2"), bytes("stderr"));
  link(directory, bytes("/proc/self/fd"), bytes("fd"));
  link(directory, bytes("/proc/kcore"), bytes("core"));
  link(directory, bytes("pts/ptmx"), bytes("ptmx"));
}

function link(directory: i32, target: usize, name: usize): void {
  must(linux.symlinkat(host.addressOf(target), directory, host.addressOf(name)), WHAT, host.addressOf(name));
}

/** Mounts a device on a new file; -1 stands for none. */
function bind(directory: i32, name: usize, mount: i32): void {
  if (mount < 0) return;
  if (isRestricted) permit(mount, Attribute.READ_ONLY | Attribute.NO_DEVICES);
  must(restrict(mount, Attribute.NO_SET_UID | Attribute.NO_EXECUTION, 0), WHAT, host.addressOf(name));
  const flags = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.CLOSE_ON_EXEC;
  linux.close(must(linux.openat(directory, name, flags, 0o444), WHAT, host.addressOf(name)));
  putOn(directory, name, mount);
}

function putOn(directory: i32, name: usize, mount: i32): void {
  must(attachIn(mount, directory, name), WHAT, host.addressOf(name));
  linux.close(mount);
}

/** A terminal that is our output is also /dev/console: ttyname(3) finds it then. Returns its mount; -1 for none. */
function copyConsole(): i32 {
  if (linux.ioctl(1, TIOCGPGRP, terminalPath) < 0) return -1;
  const size = linux.readlinkat(AT_FDCWD, descriptorPath(1), terminalPath, CAPACITY - 1);
  if (size <= 0) return -1;
  store<u8>(terminalPath + size, 0);
  // The path is that of the terminal's own mounts, and with us there may be another one there, or none (CVE-2025-52565).
  const mount = copyTree(AT_FDCWD, host.addressOf(terminalPath));
  if (mount < 0 || isSameFile(mount, 1)) return mount;
  linux.close(mount);
  return -1;
}
