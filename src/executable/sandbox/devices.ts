import { descriptorPath } from "../linux/descriptor-path";
import { AT_FDCWD, Open, TIOCGPGRP } from "../linux/flags";
import * as host from "../linux/host";
import * as linux from "../linux/linux";
import { Attribute } from "../linux/mount-flags";
import { room } from "../support/room";
import { giveUp, must, problem, putPath } from "./failure";
import { attach, copyTree, NewFileSystem, restrict } from "./mount";
import { deviceOf, isSameFile } from "./place";
import { FileOperation } from "./sandbox";

const CAPACITY = 4096;
const terminalPath = room(CAPACITY);
const WHAT = prose("Can't make");

/** `--dev`: a new directory of the devices that every program may have, each the caller's own. */
export function makeDevices(operation: FileOperation, place: i32): void {
  const files = new NewFileSystem(bytes("tmpfs")).set(bytes("mode"), host.addressOf(bytes("0755")));
  const mount = must(files.mount(Attribute.NO_SET_UID), WHAT, operation.target);
  makeLinks(mount);
  must(linux.mkdirat(mount, host.addressOf(bytes("shm")), 0o755), prose("Can't make shm"));
  must(linux.mkdirat(mount, host.addressOf(bytes("pts")), 0o755), prose("Can't make pts"));
  must(attach(mount, place), prose("Can't mount on"), operation.target);
  linux.close(place);
  bindDevice(mount, bytes("null"), bytes("/dev/null"), 0x103);
  bindDevice(mount, bytes("zero"), bytes("/dev/zero"), 0x105);
  bindDevice(mount, bytes("full"), bytes("/dev/full"), 0x107);
  bindDevice(mount, bytes("random"), bytes("/dev/random"), 0x108);
  bindDevice(mount, bytes("urandom"), bytes("/dev/urandom"), 0x109);
  bindDevice(mount, bytes("tty"), bytes("/dev/tty"), 0x500);
  const terminals = new NewFileSystem(bytes("devpts"))
    .flag(bytes("newinstance"))
    .set(bytes("ptmxmode"), host.addressOf(bytes("0666")))
    .set(bytes("mode"), host.addressOf(bytes("0620")));
  const attributes = Attribute.NO_SET_UID | Attribute.NO_EXECUTION;
  putOn(mount, bytes("pts"), must(terminals.mount(attributes), prose("Can't make devpts")));
  bindConsole(mount);
  linux.close(mount);
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

/**
 * A device of the caller's, by its number: a file of another kind or another
 * device in its place, as an image may bring along, is not what is asked for
 * (CVE-2025-31133, runc).
 */
function bindDevice(directory: i32, name: usize, source: usize, number: i32): void {
  const tree = must(copyTree(AT_FDCWD, host.addressOf(source)), WHAT, host.addressOf(source));
  if (deviceOf(tree) != number)
    giveUp(putPath(problem(), host.addressOf(source)).text(" is another file than the device of this name"));
  bind(directory, name, source, tree);
}

function bind(directory: i32, name: usize, source: usize, tree: i32): void {
  must(restrict(tree, Attribute.NO_SET_UID | Attribute.NO_EXECUTION, 0), WHAT, host.addressOf(source));
  const flags = Open.WRITE | Open.CREATE | Open.EXCLUSIVE | Open.CLOSE_ON_EXEC;
  linux.close(must(linux.openat(directory, name, flags, 0o444), WHAT, host.addressOf(name)));
  putOn(directory, name, tree);
}

function putOn(directory: i32, name: usize, mount: i32): void {
  const place = linux.openat(directory, name, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  must(attach(mount, place), WHAT, host.addressOf(name));
  linux.close(place);
  linux.close(mount);
}

/** A terminal that is our output is also /dev/console: ttyname(3) finds it then. */
function bindConsole(directory: i32): void {
  if (linux.ioctl(1, TIOCGPGRP, terminalPath) < 0) return;
  const size = linux.readlinkat(AT_FDCWD, descriptorPath(1), terminalPath, CAPACITY - 1);
  if (size <= 0) return;
  store<u8>(terminalPath + size, 0);
  // The path is that of the terminal's own mounts, and with us there may be another one there, or none (CVE-2025-52565).
  const tree = copyTree(AT_FDCWD, host.addressOf(terminalPath));
  if (tree < 0) return;
  if (isSameFile(tree, 1)) bind(directory, bytes("console"), terminalPath, tree);
  else linux.close(tree);
}
