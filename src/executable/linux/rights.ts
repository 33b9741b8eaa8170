/** Open files that are sent over a socket, two at a time (unix(7), SCM_RIGHTS). */

import * as host from "../host/host";
import { staticBuffer } from "../support/static-buffers";
import * as linux from "./linux";

/** struct msghdr, and where its fields stand. */
const PIECES: usize = 16;
const PIECE_COUNT: usize = 24;
const CONTROL: usize = 32;
const CONTROL_SIZE: usize = 40;
/** Behind it a struct iovec, and the control message. */
const PIECE: usize = 56;
const FILES: usize = 72;
/** struct cmsghdr, before two files. */
const CONTROL_HEADER: u64 = 16;
const CONTROL_SPACE: u64 = CONTROL_HEADER + 8;
/** SOL_SOCKET, and behind it SCM_RIGHTS. */
const RIGHTS: u64 = 0x1_0000_0001;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x4000_0000;

const header = staticBuffer(96);

function prepare(data: usize, size: i32): void {
  store<u64>(header, host.addressOf(header + PIECE), PIECES);
  store<u64>(header, 1, PIECE_COUNT);
  store<u64>(header, host.addressOf(header + FILES), CONTROL);
  store<u64>(header, CONTROL_SPACE, CONTROL_SIZE);
  store<u64>(header, host.addressOf(data), PIECE);
  store<u64>(header, size, PIECE + 8);
}

/** Sends `size` bytes at `data` with two files, without waiting. Returns `-errno` where it cannot be. */
export function sendFiles(socket: i32, data: usize, size: i32, first: i32, second: i32): i32 {
  prepare(data, size);
  store<u64>(header, CONTROL_SPACE, FILES);
  store<u64>(header, RIGHTS, FILES + 8);
  store<i32>(header, first, FILES + 16);
  store<i32>(header, second, FILES + 20);
  return linux.sendmsg(socket, header, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/** As read(2), without waiting; what files come along are closed on exec. */
export function readWithFiles(socket: i32, data: usize, size: i32): i32 {
  prepare(data, size);
  store<u64>(header, u64.MAX_VALUE, FILES + 16);
  return linux.recvmsg(socket, header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
}

/** The first and the second file that came with what was read last; -1 where it could not be taken. */
export function firstFile(): i32 {
  return load<i32>(header, FILES + 16);
}

export function secondFile(): i32 {
  return load<i32>(header, FILES + 20);
}
