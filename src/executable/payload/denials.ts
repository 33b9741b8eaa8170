/**
 * `--log-denied`: what the built-in filter refuses is told, by seccomp's user
 * notification (seccomp_unotify(2)). A process of its own listens, as long as
 * there is anybody whom the filter holds: not the init, whose loop is no place
 * for a million refusals. It knows one answer, EPERM; the kernel's own when
 * nobody listens any more is ENOSYS. It never lets a call go on: what it was
 * shown of its arguments may be others by then.
 */

import { PROFILE_ERRNO } from "../confine/filter-assembler";
import { tellListener } from "../confine/seccomp";
import { LAST_DENIED } from "../confine/seccomp-calls";
import * as host from "../host/host";
import { Errno } from "../linux/errno";
import { CLONE_PARENT, Namespace, Prctl } from "../linux/flags";
import * as linux from "../linux/linux";
import { listenerIs } from "../linux/listener";
import { path } from "../linux/proc";
import { Signal } from "../linux/signals";
import { POLL_SIZE, Poll, TIME_SIZE, Time } from "../linux/structures";
import { Plan } from "../plan/plan";
import { HandshakeMessage, sendWith } from "../reexec/handshake";
import { Messages, say } from "../report/messages";
import { StatusLines } from "../report/status-lines";
import { putPhrase } from "../support/phrases";
import { staticBuffer } from "../support/static-buffers";
import { closeAllButForCertain } from "./close-descriptors";

const CLONE_FILES: i32 = 0x400;
const AF_UNIX = 1;
/** SOCK_STREAM | SOCK_CLOEXEC */
const STREAM = 1 | 0o2000000;
/** linux/seccomp.h */
const SECCOMP_IOCTL_NOTIF_RECV: u32 = 0xc050_2100;
const SECCOMP_IOCTL_NOTIF_SEND: u32 = 0xc018_2101;
/** struct seccomp_notif: where the call's number stands. */
const NOTIFICATION_SIZE = 80;
const AT_NUMBER: usize = 16;
/** struct seccomp_notif_resp. */
const RESPONSE_SIZE = 24;
const AT_ERROR: usize = 16;
/** More than there are calls. */
const CALLS = 1024;
/** How long the filter may take to be loaded. */
const PATIENCE_SECONDS: i64 = 10;

/** One buffer, which no other run touches. */
const notification = staticBuffer(512);
const response = notification + NOTIFICATION_SIZE;
const seen = response + RESPONSE_SIZE;
const polled = seen + CALLS / 8;
const time = polled + POLL_SIZE;
const pair = time + TIME_SIZE;

/** From 425 on, of which each has the same number everywhere, those that are refused. */
const FIRST_NEWER: i32 = 425;
const newer = phrases(
  "io_uring_setup,io_uring_enter,io_uring_register,open_tree,move_mount,fsopen,fsconfig,fsmount,fspick,,,,,pidfd_getfd,,process_madvise,,mount_setattr,quotactl_fd",
);
/** The profiles' names for what they refuse, in the order of `SystemCall` (confine/seccomp-calls.ts). */
const names = phrases(
  "clone,unshare,personality,ioctl,socket,socketpair,mknod,mknodat,_sysctl,acct,add_key,adjtimex,bpf,clock_adjtime,clock_settime,create_module,delete_module,fanotify_init,finit_module,get_kernel_syms,get_mempolicy,init_module,ioperm,iopl,kcmp,kexec_file_load,kexec_load,keyctl,lookup_dcookie,mbind,migrate_pages,mount,move_pages,nfsservctl,open_by_handle_at,perf_event_open,pivot_root,query_module,quotactl,reboot,request_key,set_mempolicy,setdomainname,sethostname,setns,settimeofday,swapoff,swapon,sysfs,syslog,umount2,uselib,userfaultfd,ustat,vhangup",
);
const NAMED: i32 = LAST_DENIED + 1;
let listening: Plan | null = null;

/**
 * Starts it, in the command's process just before the filter is loaded: it has
 * that one's descriptors, and so the listener's when that is made, and the
 * init for its parent, which is told its pid. Returns that, or `-errno`.
 */
export function listenToDenials(plan: Plan): i32 {
  listening = plan;
  const result = linux.socketpair(AF_UNIX, STREAM, 0, pair);
  if (result < 0) return result;
  tellListener(load<i32>(pair));
  // Not shared memory, which is the init's: the mark that nobody may trace it is copied along (PR_SET_DUMPABLE).
  const pid = linux.clone(CLONE_FILES | CLONE_PARENT | Signal.CHLD, listen.index);
  if (pid < 0) return pid;
  // The init's memory is ours. Without one inside it is the supervisor's child, to whom in another namespace the number says nothing.
  const sandbox = plan.sandbox;
  if (sandbox == null || sandbox.hasInit) listenerIs(pid);
  else if (sandbox.pidNamespace < 0 && !sandbox.joins(Namespace.PID))
    sendWith(plan.handshake, HandshakeMessage.LISTENS, pid);
  return pid;
}

function listen(): i32 {
  const plan = listening!;
  // The end of the init is its own. Where either is refused, it still ends with the last whom the filter holds.
  linux.prctl(Prctl.SET_PDEATHSIG, Signal.KILL, 0);
  linux.setpgid(0, 0);
  const told = load<i32>(pair + 4);
  // Killed in between, the command would never tell.
  if (!poll(told, PATIENCE_SECONDS) || linux.read(told, pair, 4) != 4) return 0;
  const listener = load<i32>(pair);
  // Whoever reads the command's output is to see its end.
  if (linux.unshare(CLONE_FILES) < 0) return 0;
  plan.kept.add(listener);
  plan.kept.add(plan.statusFile);
  if (listener > 1 && plan.statusFile != 1) linux.close(1);
  if (listener > 0 && plan.statusFile != 0) linux.close(0);
  closeAllButForCertain(plan.kept);
  const status = new StatusLines(plan.messages, plan.statusFile);
  while (poll(listener, -1)) {
    memory.fill(notification, 0, NOTIFICATION_SIZE + RESPONSE_SIZE);
    let result = linux.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notification);
    // Who asked may have been killed meanwhile; or we were stopped.
    if (result == -Errno.ENOENT || result == -Errno.EINTR) continue;
    // A filter around us may refuse it, now and for ever: whoever asks would wait as long.
    if (result < 0) return noMore(plan.messages, result);
    tell(plan.messages, status, load<i32>(notification + AT_NUMBER));
    store<u64>(response, load<u64>(notification));
    store<i32>(response + AT_ERROR, -PROFILE_ERRNO);
    result = linux.ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
    if (result < 0 && result != -Errno.ENOENT) return noMore(plan.messages, result);
  }
  return 0;
}

/** The kernel answers from now on. */
function noMore(messages: Messages, result: i32): i32 {
  messages.trouble(bytes("--log-denied: ioctl"), -result);
  return 0;
}

/** Whether something is to be read; false when nobody can write any more, or the time is over. Below zero it never is. */
function poll(file: i32, seconds: i64): bool {
  const place = changetype<Poll>(polled);
  place.file = file;
  place.events = Poll.IN;
  place.returned = 0;
  changetype<Time>(time).seconds = seconds;
  linux.ppoll(polled, 1, seconds < 0 ? 0 : time);
  return (place.returned & Poll.IN) != 0;
}

/** Each call once. */
function tell(messages: Messages, status: StatusLines, number: i32): void {
  const name = path;
  const place = seen + ((number & (CALLS - 1)) >> 3);
  const bit = 1 << (number & 7);
  if ((<i32>load<u8>(place) & bit) != 0) return;
  store<u8>(place, <u8>(load<u8>(place) | bit));
  let index = 0;
  while (index < NAMED && host.systemCallNumber(index) != number) index++;
  const isNewer = number >= FIRST_NEWER;
  const isNamed = isNewer
    ? putPhrase(name, newer, number - FIRST_NEWER)
    : index < NAMED && putPhrase(name, names, index);
  if (!isNamed) name.text("system call ").number(number);
  const text = name.terminated();
  say(messages.warning().text("refused by the seccomp profile: ").bytes(text));
  status.event(bytes("denied")).bytes(bytes("call"), text).number(bytes("number"), number).end();
}
