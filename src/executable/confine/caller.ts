/** Whether whoever started us has fewer rights than we. */

import * as host from "../host/host";
import * as linux from "../linux/linux";
import { hasMoreThanAmbient } from "./capabilities";

/** getauxval(3) */
const AT_NULL: u64 = 0;
const AT_UID: u64 = 11;
const AT_EUID: u64 = 12;
const AT_GID: u64 = 13;
const AT_EGID: u64 = 14;
const AT_SECURE: u64 = 23;

/**
 * Whether our file is set-uid, set-gid or has capabilities, and its caller not
 * the same: any command would run with those rights. AT_SECURE alone does not
 * tell, as security modules set it too, where they change the domain.
 */
export function hasFilesRights(): bool {
  const vector = host.auxiliaryVector();
  if (auxiliaryValue(vector, AT_SECURE) == 0) return false;
  const isOther =
    auxiliaryValue(vector, AT_UID) != auxiliaryValue(vector, AT_EUID) ||
    auxiliaryValue(vector, AT_GID) != auxiliaryValue(vector, AT_EGID);
  return isOther || (linux.getuid() != 0 && hasMoreThanAmbient());
}

/** What the auxiliary vector has under `wanted`; 0 where it has nothing. */
function auxiliaryValue(vector: u64, wanted: u64): u64 {
  let i = 0;
  let type = host.loadAddress(vector, i);
  for (; type != wanted && type != AT_NULL; type = host.loadAddress(vector, i)) i += 2;
  return type == wanted ? host.loadAddress(vector, i + 1) : 0;
}
