import * as host from "../../host/host";
import { descriptorPath } from "../../linux/descriptor-path";
import { Errno } from "../../linux/errno";
import { AT_FDCWD, Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { copyTree, NewFileSystem } from "../../linux/mount";
import { Attribute, MS_NODEV, MS_NOSUID } from "../../linux/mount-flags";
import { FileOperation, Operation } from "../../plan/file-operation";
import { isBubblewraps } from "../../report/wording";
import { putDigits } from "../../support/numbers";
import { staticBuffer } from "../../support/static-buffers";
import { must, mustBut, mustFind } from "../failure/failure";
import { Root } from "./root";
import { openPlace } from "./whole-root";

/** What mount(2) takes for its data: a page. */
const CAPACITY = 4096;
const data = staticBuffer(CAPACITY);
const path = staticBuffer(CAPACITY);
const overlay = bytes("overlay");
/** The layers of each temporary overlay have names of their own: `u0` and `w0`, `u1` and `w1`. */
const layerName = staticBuffer(16);
const UPPER: u8 = 0x75;
const WORK: u8 = 0x77;
const SLASH: u8 = 0x2f;
const UPPER_KEY = bytes("upperdir");
const WORK_KEY = bytes("workdir");
const LIMITS = words("the kernel takes 500 layers, and before Linux 6.8 a page of their paths");

/**
 * An overlay of the sources before it, the last one on top. Made in a hidden
 * place with mount(2), for /proc/self/mountinfo then says their paths, of which a
 * string of fsconfig(2) holds 255 bytes, and for Linux before 6.8; and taken from
 * there. Returns the mount's descriptor.
 */
export function mountOverlay(root: Root, operation: FileOperation): i32 {
  const what = words("Can't make overlay mount on");
  const hidden = root.hidden();
  if (putOptions(hidden, root.layers, operation, false) < 0) {
    if (operation.kind == Operation.TEMPORARY_OVERLAY) root.layers++;
    return mustBut(Errno.EINVAL, LIMITS, mountLayers(hidden, operation), what, operation.target);
  }

  const made = linux.mkdirat(hidden, host.addressOf(overlay), 0o755);
  // An overlay before this one has made it.
  must(made == -Errno.EEXIST ? 0 : made, what, operation.target);
  const place = must(linux.openat(hidden, overlay, Open.PATH | Open.CLOSE_ON_EXEC, 0), what, operation.target);
  const mounted = linux.mount(overlay, descriptorPath(place), overlay, MS_NOSUID | MS_NODEV, data);
  if (mounted < 0 && isBubblewraps()) {
    putOptions(hidden, root.layers, operation, true);
    operation.source = host.addressOf(data);
  }
  must(
    mounted,
    words(
      "Can't make overlay mount on|40 Can't make overlay mount on /newroot/> with options <: Overlay directories may not overlap!|Can't make overlay mount on /newroot/> with options <",
    ),
    operation.target,
  );
  if (operation.kind == Operation.TEMPORARY_OVERLAY) root.layers++;
  linux.close(place);
  return copyTree(hidden, host.addressOf(overlay));
}

/** The same of layers that are given one by one, for more than a page takes. */
function mountLayers(hidden: i32, operation: FileOperation): i32 {
  const files = new NewFileSystem(overlay);
  if (operation.kind == Operation.OVERLAY) {
    setLayer(files, UPPER_KEY, openSource(operation.source, operation.tree));
    setLayer(files, WORK_KEY, openSource(operation.work, operation.file));
  } else if (operation.kind == Operation.TEMPORARY_OVERLAY) {
    setLayer(files, UPPER_KEY, openLayer(hidden, UPPER, operation));
    setLayer(files, WORK_KEY, openLayer(hidden, WORK, operation));
  }
  let source = operation.previous;
  while (source != null) {
    const current: FileOperation = source;
    if (current.kind != Operation.OVERLAY_SOURCE) break;
    setLayer(files, bytes("lowerdir+"), openSource(current.source, current.tree));
    source = current.previous;
  }
  return files.flag(bytes("userxattr")).mount(Attribute.NO_SET_UID | Attribute.NO_DEVICES);
}

/** Sets a layer by its descriptor, which the kernel needs no longer then. */
function setLayer(files: NewFileSystem, key: usize, file: i32): void {
  files.set(key, host.addressOf(descriptorPath(file)));
  linux.close(file);
}

/** Opens one of those that `putTemporaryLayers` has made. */
function openLayer(hidden: i32, kind: u8, operation: FileOperation): i32 {
  store<u8>(layerName, kind);
  const file = linux.openat(hidden, layerName, Open.PATH | Open.CLOSE_ON_EXEC, 0);
  return must(file, words("Can't make a layer for"), operation.target);
}

function openSource(source: u64, taken: i32): i32 {
  return taken >= 0 ? taken : mustFind(openPlace(source), words("Can't find source path"), source);
}

/**
 * Makes the text that mount(2) is given for an overlay, in `data`; or what
 * bubblewrap says that it gave. Returns 0, or `-errno` where it is too long.
 */
function putOptions(hidden: i32, layer: i32, operation: FileOperation, isSaid: bool): i32 {
  const options = new OverlayOptions(layer, isSaid);
  if (operation.kind == Operation.OVERLAY) {
    options.putText(bytes("upperdir="));
    options.putSource(operation.source, operation.tree);
    options.putText(bytes(",workdir="));
    options.putSource(operation.work, operation.file);
    options.putText(bytes(","));
  } else if (operation.kind == Operation.TEMPORARY_OVERLAY) options.putTemporaryLayers(hidden, operation);
  options.putText(bytes("lowerdir="));
  let source = operation.previous;
  for (let isFirst = true; source != null; isFirst = false) {
    const current: FileOperation = source;
    if (current.kind != Operation.OVERLAY_SOURCE) break;
    if (!isFirst) options.putText(bytes(":"));
    options.putSource(current.source, current.tree);
    source = current.previous;
  }
  // Without privileges outside its user namespace the kernel keeps its notes in attributes that we may write.
  options.putText(bytes(",userxattr"));
  if (options.size >= CAPACITY) return -Errno.ENAMETOOLONG;
  store<u8>(data + options.size, 0);
  return 0;
}

/** What mount(2) is given for an overlay, as text in `data`. */
class OverlayOptions {
  size: i32 = 0;
  /** `layer`: the number that the layers of a temporary one have in their names. */
  constructor(
    private readonly layer: i32,
    private readonly isSaid: bool,
  ) {}

  putTemporaryLayers(hidden: i32, operation: FileOperation): void {
    putDigits(layerName + 1, this.layer);
    this.putText(bytes("upperdir="));
    this.putLayer(hidden, UPPER, operation);
    this.putText(bytes(",workdir="));
    this.putLayer(hidden, WORK, operation);
    this.putText(bytes(","));
  }

  private putLayer(hidden: i32, kind: u8, operation: FileOperation): void {
    if (this.isSaid) {
      this.putText(kind == UPPER ? bytes("/tmp-overlay-upper-") : bytes("/tmp-overlay-work-"));
      this.putText(layerName + 1);
      return;
    }
    store<u8>(layerName, kind);
    const made = linux.mkdirat(hidden, host.addressOf(layerName), 0o755);
    must(made, words("Can't make a layer for"), operation.target);
    this.putText(descriptorPath(hidden));
    this.put(SLASH);
    this.putText(layerName);
  }

  /** Puts the absolute path of a source, with what separates options escaped; or that of its descriptor, where it was taken ahead. */
  putSource(source: u64, taken: i32): void {
    if (this.isSaid) this.putText(bytes("/oldroot"));
    else if (taken >= 0) {
      this.putText(descriptorPath(taken));
      return;
    }
    const file = openSource(source, -1);
    const length = linux.readlinkat(AT_FDCWD, descriptorPath(file), path, CAPACITY - 1);
    must(length, words("Can't find source path"), source);
    linux.close(file);
    for (let i = 0; i < length; i++) {
      const byte = load<u8>(path + i);
      if (byte == 0x5c || byte == 0x2c || byte == 0x3a) this.put(0x5c);
      this.put(byte);
    }
  }

  putText(text: usize): void {
    for (let at = text; load<u8>(at) != 0; at++) this.put(load<u8>(at));
  }

  private put(byte: u8): void {
    if (this.size < CAPACITY) store<u8>(data + this.size++, byte);
  }
}
