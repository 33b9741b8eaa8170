import { CAP_NET_ADMIN } from "../confine/capabilities";
import * as linux from "../linux/linux";
import { staticBuffer } from "../support/static-buffers";
import { putLackingAdvice } from "./failure/advice";
import { giveUp, knownFailure, must } from "./failure/failure";

/** socket(2): AF_INET, SOCK_DGRAM | SOCK_CLOEXEC. */
const AF_INET = 2;
const DATAGRAMS = 2 | 0o2000000;
/** netdevice(7) */
const SIOCSIFFLAGS: u32 = 0x8914;
const IFF_UP: u16 = 1;
const IFF_RUNNING: u16 = 0x40;

/** struct ifreq: a name of 16 bytes, then the flags. */
const request = staticBuffer(40);
const FLAGS: usize = 16;

/** Brings the loopback device of a new network namespace up; the kernel then gives it its address (inetdev_event()). */
export function raiseLoopback(): void {
  const what = words("cannot bring the loopback up|loopback: Failed RTM_NEWADDR");
  const socket = must(
    linux.socket(AF_INET, DATAGRAMS, 0),
    // bubblewrap's if_nametoindex(3) says of all sockets that are refused what it found last, whether there is X.25 (glibc).
    words("cannot bring the loopback up|loopback: Failed to look up lo: No such file or directory!"),
  );
  memory.copy(request, bytes("lo"), 3);
  store<u16>(request + FLAGS, IFF_UP | IFF_RUNNING);
  const result = linux.ioctl(socket, SIOCSIFFLAGS, request);
  if (result < 0) giveUp(putLackingAdvice(knownFailure(what, -result), -result, CAP_NET_ADMIN, bytes("CAP_NET_ADMIN")));
  linux.close(socket);
}
