/** Mounts by descriptor: made or copied unattached, given their attributes, and only then put in their place. */

import * as host from "../host/host";
import { staticBuffer } from "../support/static-buffers";
import { AT_EMPTY_PATH, AT_FDCWD, AT_RECURSIVE } from "./flags";
import * as linux from "./linux";
import {
  Attribute,
  Configure,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MOUNT_ATTRIBUTES_SIZE,
  MOVE_MOUNT_FROM_DESCRIPTOR,
  MOVE_MOUNT_TO_DESCRIPTOR,
  MountAttributes,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
} from "./mount-flags";

const nothing = bytes("");
const attributesBuffer = staticBuffer(MOUNT_ATTRIBUTES_SIZE);

let namesSources: bool = false;

/** From now on a new file system's source is its type, where /proc/self/mountinfo would say `none`. */
export function nameSources(): void {
  namesSources = true;
}

/** A file system that is being configured. */
export class NewFileSystem {
  private context: i32;
  /** The first failure, `-errno`. */
  private failure: i32 = 0;

  constructor(type: usize) {
    this.context = linux.fsopen(type, FSOPEN_CLOEXEC);
    this.failure = min(this.context, 0);
    if (namesSources) this.set(bytes("source"), host.addressOf(type));
  }

  /** Sets `key` to the NUL-terminated bytes at `value`. */
  set(key: usize, value: u64): NewFileSystem {
    return this.configure(Configure.STRING, key, value);
  }

  flag(key: usize): NewFileSystem {
    return this.configure(Configure.FLAG, key, 0);
  }

  /** Makes a mount of it that is not attached. Returns its descriptor, or `-errno`. */
  mount(attributes: u64): i32 {
    this.configure(Configure.CREATE, 0, 0);
    let mount = this.failure;
    if (mount == 0) mount = linux.fsmount(this.context, FSMOUNT_CLOEXEC, <u32>attributes);
    linux.close(this.context);
    return mount;
  }

  private configure(command: u32, key: usize, value: u64): NewFileSystem {
    if (this.failure == 0) this.failure = linux.fsconfig(this.context, command, key, value, 0);
    return this;
  }
}

/** A copy of what is mounted at `path` in `directory` and below. Returns its descriptor, or `-errno`. */
export function copyTree(directory: i32, path: u64): i32 {
  return linux.open_tree(directory, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

/** A copy of what is mounted at the open place. */
export function copyTreeAt(place: i32): i32 {
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | <u32>AT_EMPTY_PATH;
  return linux.open_tree(place, host.addressOf(nothing), flags);
}

/** Adds attributes to a mount, with AT_RECURSIVE also to all mounts below it. Returns 0 or `-errno`. */
export function restrict(mount: i32, attributes: u64, flags: u32): i32 {
  const wanted = changetype<MountAttributes>(attributesBuffer);
  wanted.set = attributes;
  wanted.propagation = 0;
  return linux.mount_setattr(mount, nothing, <u32>AT_EMPTY_PATH | flags, attributesBuffer, MOUNT_ATTRIBUTES_SIZE);
}

/** Makes a mount writable that was made read-only. Returns 0 or `-errno`. */
export function permitWriting(mount: i32): i32 {
  const wanted = changetype<MountAttributes>(attributesBuffer);
  wanted.clear = Attribute.READ_ONLY;
  const result = restrict(mount, 0, 0);
  wanted.clear = 0;
  return result;
}

/** Sets the propagation of every mount below our root (mount_namespaces(7)). Returns 0 or `-errno`. */
export function propagateAll(type: u64): i32 {
  const wanted = changetype<MountAttributes>(attributesBuffer);
  wanted.set = 0;
  wanted.propagation = type;
  return linux.mount_setattr(AT_FDCWD, bytes("/"), AT_RECURSIVE, attributesBuffer, MOUNT_ATTRIBUTES_SIZE);
}

/** Sets the propagation of one mount. */
export function propagate(mount: i32, type: u64): i32 {
  const wanted = changetype<MountAttributes>(attributesBuffer);
  wanted.set = 0;
  wanted.propagation = type;
  return linux.mount_setattr(mount, nothing, <u32>AT_EMPTY_PATH, attributesBuffer, MOUNT_ATTRIBUTES_SIZE);
}

/** Puts a mount in its place. Returns 0 or `-errno`. */
export function attach(mount: i32, place: i32): i32 {
  return linux.move_mount(mount, place, nothing, MOVE_MOUNT_FROM_DESCRIPTOR | MOVE_MOUNT_TO_DESCRIPTOR);
}

/** The same, on the file `name` of a directory that nobody else can change. No link is followed. */
export function attachIn(mount: i32, directory: i32, name: usize): i32 {
  return linux.move_mount(mount, directory, name, MOVE_MOUNT_FROM_DESCRIPTOR);
}
