import * as host from "../../host/host";
import { Errno } from "../../linux/errno";
import { AT_FDCWD, AT_REMOVEDIR, Open } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { attach, NewFileSystem, permitWriting, propagate, restrict } from "../../linux/mount";
import { Attribute, MNT_DETACH, MS_PRIVATE, MS_UNBINDABLE } from "../../linux/mount-flags";
import { Sandbox } from "../../plan/sandbox";
import { must, mustBut } from "../failure/failure";
import { Devices } from "./devices";
import { isOurs } from "./ghosts";
import { Place } from "./place";
import { Beginning } from "./whole-root";

const slash = bytes("/");
const here = bytes(".");
const CANNOT_MOUNT = words("cannot mount the new root|Failed to mount tmpfs");
const CANNOT_LEAVE = words("cannot unmount the old root|unmount old root");
const CANNOT_HIDE = words("cannot use a directory for hidden files");
const hiddenName = bytes(".rein-hidden");

/**
 * The root file system in the making. The caller's root stays our root
 * meanwhile: the new one is mounted over it, where paths, which begin in the
 * root and not on top of it, lead by `..` alone; sources are found as the caller
 * would find them, before it is there, and the new root is reached by its
 * descriptor.
 */
export class Root {
  /** The path in it that is worked on. */
  readonly place: Place = new Place();
  /** The descriptor of the new root. */
  file: i32 = -1;
  /** The devices that were begun before anything was changed; null for none. */
  devices: Devices | null = null;
  /** The number of the next temporary overlay. */
  layers: i32 = 0;
  /** That of the first, empty one. */
  private base: i32 = -1;
  private hiddenFiles: i32 = -1;
  /** That of the caller's. */
  private readonly callers: i32;

  /**
   * Begins with an empty directory; or, where the root comes whole, with the
   * caller's: the empty one below, and the unmounting of what nobody has seen,
   * are a tenth of what a small sandbox takes to start. `hasAll`: what
   * `takeSources` has returned.
   */
  constructor(sandbox: Sandbox, hasAll: bool) {
    this.callers = must(linux.openat(AT_FDCWD, slash, Open.PATH | Open.CLOSE_ON_EXEC, 0), CANNOT_MOUNT);
    this.file = this.callers;
    const beginning = new Beginning(sandbox, hasAll, this.place);
    this.devices = beginning.devices;
    if (!beginning.isWhole) this.mountEmpty();
  }

  private mountEmpty(): void {
    const empty = new NewFileSystem(bytes("tmpfs")).set(bytes("mode"), host.addressOf(bytes("0755")));
    const attributes = Attribute.NO_SET_UID | Attribute.NO_DEVICES;
    const mount = must(empty.mount(attributes), CANNOT_MOUNT);
    isOurs(mount);
    // A copy of the caller's root, made for `--bind / /`, would have it on top.
    must(propagate(mount, MS_UNBINDABLE), CANNOT_MOUNT);
    must(attach(mount, this.file), CANNOT_MOUNT);
    this.replace(mount);
    this.base = mount;
  }

  /** Nothing is mounted over the caller's root. */
  get isCallers(): bool {
    return this.file == this.callers;
  }

  /** A place for files that are to be mounted, and have no name in the sandbox. Returns its descriptor. */
  hidden(): i32 {
    if (this.hiddenFiles >= 0) return this.hiddenFiles;
    must(linux.mkdirat(this.base, host.addressOf(hiddenName), 0o700), CANNOT_HIDE);
    const place = must(linux.openat(this.base, hiddenName, Open.PATH | Open.CLOSE_ON_EXEC, 0), CANNOT_HIDE);
    const mount = new NewFileSystem(bytes("tmpfs")).mount(Attribute.NO_SET_UID | Attribute.NO_DEVICES);
    must(mount, CANNOT_HIDE);
    must(attach(mount, place), CANNOT_HIDE);
    linux.close(place);
    this.hiddenFiles = mount;
    return mount;
  }

  private dropHidden(): void {
    if (this.hiddenFiles < 0) return;
    must(linux.fchdir(this.base), words("cannot enter the new root"));
    must(linux.umount2(hiddenName, MNT_DETACH), CANNOT_HIDE);
    if (linux.unlinkat(this.base, hiddenName, AT_REMOVEDIR) == -Errno.EROFS) {
      // `--remount-ro /`, which is about what the payload may do.
      must(permitWriting(this.base), CANNOT_HIDE);
      linux.unlinkat(this.base, hiddenName, AT_REMOVEDIR);
      must(restrict(this.base, Attribute.READ_ONLY, 0), CANNOT_HIDE);
    }
    linux.close(this.hiddenFiles);
  }

  /** What is mounted over the root is the root from then on. */
  replace(mount: i32): void {
    if (this.file != this.base && !this.isCallers) linux.close(this.file);
    this.file = mount;
  }

  /** Makes it the root, and lets go of the caller's. */
  enter(): void {
    this.dropHidden();
    if (this.base >= 0) must(propagate(this.base, MS_PRIVATE), CANNOT_MOUNT);
    if (!this.isCallers) this.leaveCallers();
    must(linux.chdir(slash), words("cannot enter the new root"));
    linux.close(this.file);
    if (!this.isCallers) linux.close(this.callers);
    if (this.base >= 0 && this.base != this.file) linux.close(this.base);
  }

  private leaveCallers(): void {
    must(linux.fchdir(this.file), words("cannot enter the new root"));
    // With the same directory for both, the old root comes to lie on top of the new one (pivot_root(2), NOTES).
    mustBut(Errno.EINVAL, words("an initramfs cannot be left so"), linux.pivot_root(here, here), bytes("pivot_root"));
    must(linux.fchdir(this.callers), CANNOT_LEAVE);
    // On top of it lie the roots that were mounted over, and whatever else has been: what the caller mounted there, or what an
    // image's link to / led there. The kernel takes off what is uppermost, and this one last: what is left would be at `/..`.
    let result = 0;
    while (result >= 0) result = linux.umount2(here, MNT_DETACH);
    if (result != -Errno.EINVAL) must(result, CANNOT_LEAVE);
    // It says so of a mount that is gone; and of one that a user namespace has locked there, which stays.
    if (restrict(this.callers, Attribute.READ_ONLY, 0) >= 0) must(-Errno.EBUSY, CANNOT_LEAVE);
  }
}
