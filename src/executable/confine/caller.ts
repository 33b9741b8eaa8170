/** Whether whoever started us has fewer rights than we. */

import * as host from "../host/host";
import * as linux from "../linux/linux";
import { hasMoreThanAmbient } from "./capabilities";

/** getauxval(3) */
const AT_UID: i32 = 11;
const AT_EUID: i32 = 12;
const AT_GID: i32 = 13;
const AT_EGID: i32 = 14;
const AT_SECURE: i32 = 23;

/**
 * Whether our file is set-uid, set-gid or has capabilities, and its caller not
 * the same: any command would run with those rights. AT_SECURE alone does not
 * tell, as security modules set it too, where they change the domain.
 */
export function hasFilesRights(): bool {
  if (host.auxiliaryValue(AT_SECURE) == 0) return false;
  const isOther =
    host.auxiliaryValue(AT_UID) != host.auxiliaryValue(AT_EUID) ||
    host.auxiliaryValue(AT_GID) != host.auxiliaryValue(AT_EGID);
  return isOther || (linux.getuid() != 0 && hasMoreThanAmbient());
}
