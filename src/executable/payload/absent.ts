/** What the caller's variables name, and a sandbox has not: a program that finds them set fails, or waits in vain. */

import { Errno } from "../linux/errno";
import { AT_FDCWD, F_OK } from "../linux/flags";
import * as linux from "../linux/linux";
import { Descriptors } from "../plan/descriptors";
import { bytesFrom } from "../support/bytes";
import { parseWhole } from "../support/numbers";
import { wordAt } from "../support/word-list";
import { Environment } from "./environment";

/** Those of socket activation, how many there are first (sd_listen_fds(3)). */
const sockets = wordList("LISTEN_FDS,LISTEN_FDNAMES,LISTEN_PID,LISTEN_PIDFDID");
/** Those that a path is the value of. What the watchdog waits for goes to the first one's. */
const paths = wordList("NOTIFY_SOCKET,SSH_AUTH_SOCK,XDG_RUNTIME_DIR,CREDENTIALS_DIRECTORY,MEMORY_PRESSURE_WATCH");
const SLASH: u8 = 0x2f;
const AT: u8 = 0x40;

/** `kept`: the descriptors that the payload has; `ownNetwork`: none of its caller's abstract sockets. */
export function unsetAbsent(environment: Environment, kept: Descriptors, ownNetwork: bool): void {
  if (!areKept(environment.get(wordAt(sockets, 0)!), kept)) {
    for (let name = wordAt(sockets, 0), i = 1; name != null; name = wordAt(sockets, i++)) environment.unset(name);
  }
  for (let name = wordAt(paths, 0), i = 1; name != null; name = wordAt(paths, i++))
    if (unsetPath(environment, name, ownNetwork) && i == 1) environment.unset("WATCHDOG_USEC");
}

/** Whether so many descriptors from 3 on are kept (sd_listen_fds(3)). */
function areKept(count: string | null, kept: Descriptors): bool {
  if (count == null) return true;
  const number = parseWhole(count, i32.MAX_VALUE);
  for (let i: i64 = 0; i < number; i++) if (!kept.has(<i32>i + 3)) return false;
  return number >= 0;
}

/** Returns whether it has gone. */
function unsetPath(environment: Environment, name: string, ownNetwork: bool): bool {
  const value = environment.valueOf(name);
  if (value == 0) return false;
  const path = bytesFrom(value);
  const first = load<u8>(path);
  const isAbsent = first == SLASH ? linux.faccessat(AT_FDCWD, path, F_OK) == -Errno.ENOENT : first == AT && ownNetwork;
  if (isAbsent) environment.unset(name);
  return isAbsent;
}
