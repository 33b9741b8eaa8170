import { Errno } from "../../linux/errno";
import { AT_FDCWD, F_OK } from "../../linux/flags";
import * as linux from "../../linux/linux";
import { contents, readSmallFile } from "../../linux/small-file";
import { beyond } from "../../report/wording";
import { Line } from "../../support/line";

const ZERO: u8 = 0x30;
const ONE: u8 = 0x31;

/** Puts the way out into a message about a call of the set-up, where there is one that is known. */
export function putAdvice(line: Line, errno: i32): Line {
  if (errno == Errno.ENOSYS)
    return beyond(line).text("it takes Linux 5.12 or newer, and a seccomp filter that allows the call");
  if (errno == Errno.ENOENT && linux.faccessat(AT_FDCWD, bytes("/proc/self"), F_OK) < 0)
    return beyond(line).text("is /proc mounted?");
  return line;
}

/** The same about namespaces that could not be made or used. */
export function putNamespaceAdvice(line: Line, errno: i32, wantsUser: bool): Line {
  if (errno == Errno.ENOSPC) {
    if (wantsUser && isSwitchedOff())
      return beyond(line).text("user namespaces are switched off here: sysctl user.max_user_namespaces is 0");
    return beyond(line).text("there are as many as the limits in /proc/sys/user allow, or they are nested too deep");
  }
  if (errno == Errno.EINVAL && wantsUser) return beyond(line).text("the kernel may have no such namespaces");
  if (errno != Errno.EPERM && errno != Errno.EACCES) return line;
  if (!wantsUser) return beyond(line).text("without privileges a user namespace is needed too: give --unshare-user");
  if (saysOf(bytes("/proc/sys/kernel/unprivileged_userns_clone"), ZERO))
    return beyond(line).text("only root may make user namespaces here: sysctl kernel.unprivileged_userns_clone is 0");
  if (saysOf(bytes("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"), ONE))
    return beyond(line).text(
      "AppArmor restricts user namespaces here: give this program a profile with userns, or set sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    );
  return beyond(line).text(
    "user namespaces are not allowed here: by a seccomp filter, as a container's, or in a chroot",
  );
}

/**
 * Whether the system's administrator wants no user namespaces. (bubblewrap also
 * looks at the module parameter of Red Hat's 3.10, which has not the calls that
 * a sandbox of ours takes.)
 */
export function isSwitchedOff(): bool {
  return saysOf(bytes("/proc/sys/user/max_user_namespaces"), ZERO);
}

function saysOf(path: usize, value: u8): bool {
  return readSmallFile(path) > 0 && load<u8>(contents) == value && load<u8>(contents + 1) <= 0x20;
}
