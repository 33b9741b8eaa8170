import { statusOf } from "../linux/file-status";
import * as linux from "../linux/linux";
import { contents } from "../linux/small-file";

/** statfs(2) */
const PIPEFS_MAGIC: u64 = 0x5049_5045;
const DEVPTS_SUPER_MAGIC: u64 = 0x1cd1;
const TMPFS_MAGIC: u64 = 0x0102_1994;
/** struct statfs: how large it may become. */
const BLOCKS: usize = 16;
/** The id stays. */
const UNCHANGED: u32 = 0xffff_ffff;

/**
 * Gives the standard streams to the user that the payload is going to be, as
 * runc does (fixStdioPermissions()): /dev/stdout is opened anew by whoever logs
 * there, and Docker's pipes and terminals are root's. Not what has a name
 * elsewhere, as a log of the host's, nor what cannot be opened anew: a socket.
 * A terminal that outlives us is no container's, but that of a shell: any
 * process of the user's would read what root types there afterwards.
 */
export function giveStreams(uid: u32, withTerminal: bool): void {
  for (let file = 0; file <= 2; file++) {
    // Only tried for: without CAP_CHOWN, or where the kernel knows no such user, the payload still has what is open.
    if (isGiven(file, withTerminal)) linux.fchown(file, uid, UNCHANGED);
  }
}

function isGiven(file: i32, withTerminal: bool): bool {
  // Nobody has it open.
  if (linux.fstatfs(file, contents) < 0) return false;
  const magic = load<u64>(contents);
  if (magic == PIPEFS_MAGIC) return true;
  // Memory files are in a tmpfs of the kernel's own, which alone has no size (shmem_statfs(), shmem.c).
  const isOfMemory = magic == TMPFS_MAGIC && load<u64>(contents + BLOCKS) == 0;
  if (!isOfMemory && (magic != DEVPTS_SUPER_MAGIC || !withTerminal)) return false;
  const status = statusOf(file);
  if (status == null) return false;
  // A memory file has no name. The terminal of who came by sudo(8) stays theirs.
  return isOfMemory ? status.links == 0 : status.uid == <u32>linux.getuid();
}
