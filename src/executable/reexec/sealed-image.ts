import * as host from "../host/host";
import { copyFile } from "../linux/copy-file";
import { onlyRootWrites } from "../linux/file-status";
import { AT_FDCWD, Open } from "../linux/flags";
import * as linux from "../linux/linux";
import { createExecutable, seal } from "../linux/memory-file";
import { copyTree, restrict } from "../linux/mount";
import { Attribute } from "../linux/mount-flags";
import { Sandbox } from "../plan/sandbox";
import { awayFromStreams } from "./standard-streams";

const own = bytes("/proc/self/exe");

/**
 * This program as nobody in the sandbox can write to it. The stages there run
 * from it: the payload finds no way through /proc/PID/exe to the file outside
 * (CVE-2019-5736). Returns its descriptor, or `-errno`.
 *
 * The file itself will do where the caller is not root and only root may write
 * to it; else a read-only mount of it that is attached nowhere: with the
 * descriptor closed nobody can change that mount any more, for mount_setattr(2)
 * wants one in the caller's namespace. Both share memory with every other rein,
 * and save the copying. Where somebody else may be in the namespaces already,
 * that is too late.
 */
export function sealedImage(sandbox: Sandbox): i32 {
  return awayFromStreams(sealed(sandbox));
}

function sealed(sandbox: Sandbox): i32 {
  if (sandbox.hasStrangers) return copyInMemory();
  if (linux.getuid() != 0 && sandbox.uidMap == null) {
    const file = openOwn();
    if (file < 0 || onlyRootWrites(file)) return file;
    linux.close(file);
  }
  const tree = copyTree(AT_FDCWD, host.addressOf(own));
  if (tree < 0) return copyInMemory();
  const restricted = restrict(tree, Attribute.READ_ONLY, 0);
  return restricted < 0 ? restricted : tree;
}

function openOwn(): i32 {
  return linux.openat(AT_FDCWD, own, Open.READ | Open.CLOSE_ON_EXEC, 0);
}

function copyInMemory(): i32 {
  const file = openOwn();
  if (file < 0) return file;
  const image = createExecutable();
  let result = image < 0 ? image : copyFile(file, image);
  if (result >= 0) result = seal(image);
  linux.close(file);
  return result < 0 ? result : image;
}
