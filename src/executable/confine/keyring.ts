/** The session keyring (keyrings(7)): a process has its parent's, and with it whatever keys the caller has put there. */

import { Errno } from "../linux/errno";
import * as linux from "../linux/linux";

/** keyctl(2) */
const KEYCTL_GET_KEYRING_ID: i32 = 0;
const KEYCTL_JOIN_SESSION_KEYRING: i32 = 1;
const KEY_SPEC_SESSION_KEYRING: i64 = -3;

/**
 * Gives the calling process a session keyring of its own, an empty one, also for
 * what it starts. Neither a new user nor a namespace does. Returns 0 or
 * `-errno`; it is no failure where there are no keyrings, or where a filter that
 * descendants inherit keeps them from every keyctl(2).
 */
export function leaveKeyring(): i32 {
  const result = linux.keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0);
  if (result >= 0 || result == -Errno.ENOSYS) return 0;
  const isFiltered =
    result == -Errno.EPERM && linux.keyctl(KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING) == -Errno.EPERM;
  return isFiltered ? 0 : result;
}

/** What to say where that fails: an ordinary user has 200 keys, unless somebody has changed that. */
export const noKeyring: usize = words(
  "cannot make a session keyring (are there /proc/sys/kernel/keys/maxkeys of them?)",
);
