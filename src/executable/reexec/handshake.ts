/**
 * The supervisor and the stage talk over a pair of sockets. The stage waits for
 * the message to go; the end of the file in its place means that the supervisor is
 * gone, and the stage goes too. (An eventfd, as bubblewrap has it, knows no end
 * of file: its stage then waits for ever.)
 */

import * as host from "../host/host";
import { Errno } from "../linux/errno";
import { F_SETFL, F_SETOWN, F_SETSIG, O_ASYNC, Open, SIOCOUTQ } from "../linux/flags";
import * as linux from "../linux/linux";
import { listenerIs } from "../linux/listener";
import { firstFile, readWithFiles, secondFile, sendFiles } from "../linux/rights";
import { Signal } from "../linux/signals";
import { POLL_SIZE, Poll, TIME_SIZE } from "../linux/structures";
import { loopBuffer, staticBuffer } from "../support/static-buffers";
import { awayFromStreams } from "./standard-streams";

/** socketpair(2) */
const AF_UNIX = 1;
const PACKETS = 5 | 0o2000000;
const STREAM = 1 | 0o2000000;

/** What the stage tells of the payload. What is none of these is the number of the signal that has stopped it. */
export enum HandshakeMessage {
  NOTHING = 0,
  GO = 1,
  /** All is set up: the payload is being executed. */
  READY = 2,
  /** It could not be executed. */
  FAILED = 3,
  /** It is in the last of its namespaces; the stage waits for GO. Where something is told of the sandbox. */
  SETTLED = 4,
  /** It has ended, and others in the sandbox have not; with its wait status. */
  ENDED = 5,
  /** Who listens to what its filter refuses is the supervisor's child; with its pid. */
  LISTENS = 6,
  /** With one end of a pair of sockets, in which mount points wait for the end (sandbox/root/ghosts.ts). */
  MADE = 7,
  /** With a directory, and the name of the mount point that is made there next. */
  MAKES = 8,
  /** SIGKILL has ended it, whose number this is: no stop's. */
  KILLED = 9,
}

const pair = loopBuffer(8);
/** A message is a byte, and a number of three or the longest name with its NUL may come behind it. */
const NUMBER_SIZE = 4;
const LONGEST_NAME = 256;
const MESSAGE_SIZE = 1 + LONGEST_NAME;
const message = staticBuffer(MESSAGE_SIZE);
const number = loopBuffer(4);
const poll = loopBuffer(POLL_SIZE);
/** What came with `MADE`. */
let madePlaces: i32 = -1;
/** What came with `MAKES`, where that was the last message. */
let nextDirectory: i32 = -1;
const noTime = loopBuffer(TIME_SIZE);

/** Makes the pair: the supervisor's end, then the stage's. Both are closed on exec. Returns 0, or `-errno`. */
export function openHandshake(): i32 {
  const result = linux.socketpair(AF_UNIX, PACKETS, 0, pair);
  if (result < 0) return result;
  store<i32>(pair, awayFromStreams(supervisorsEnd()));
  store<i32>(pair, awayFromStreams(stagesEnd()), 4);
  return min(supervisorsEnd(), stagesEnd());
}

export function supervisorsEnd(): i32 {
  return load<i32>(pair);
}

export function stagesEnd(): i32 {
  return load<i32>(pair, 4);
}

/** From now on no message is waited for at the supervisor's end. */
export function stopWaiting(): void {
  linux.fcntl(supervisorsEnd(), F_SETFL, Open.NON_BLOCKING);
}

/**
 * The same, and has the kernel send `self`, the supervisor, a SIGCHLD for every
 * message: PID 1 in a namespace can neither stop nor signal who is outside.
 */
export function listenToStage(self: i32): void {
  const socket = supervisorsEnd();
  linux.fcntl(socket, F_SETOWN, self);
  linux.fcntl(socket, F_SETSIG, Signal.CHLD);
  linux.fcntl(socket, F_SETFL, O_ASYNC | Open.NON_BLOCKING);
}

/** It fails where the other end is closed: its process is gone, which `receive`, `isAlone` or a signal tell. */
export function send(socket: i32, value: HandshakeMessage): void {
  store<u8>(message, <u8>value);
  linux.write(socket, message, 1);
}

/** The same, with a wait status (wait(2)) or a pid, in one packet. */
export function sendWith(socket: i32, value: HandshakeMessage, number: i32): void {
  store<i32>(message, value | (number << 8));
  linux.write(socket, message, NUMBER_SIZE);
}

/** Makes a pair of sockets, and sends one end. Returns the other one, or `-errno`. */
export function openPlaces(socket: i32): i32 {
  // In the stage the numbers of the first pair are not needed any more.
  const result = linux.socketpair(AF_UNIX, STREAM, 0, pair);
  if (result < 0) return result;
  store<u8>(message, HandshakeMessage.MADE);
  const sent = sendFiles(socket, message, 1, supervisorsEnd(), supervisorsEnd());
  linux.close(supervisorsEnd());
  return sent < 0 ? sent : stagesEnd();
}

/** Sends the directory, and the NUL-terminated name of what is made there next. Returns `-errno` where it cannot be sent. */
export function sendNext(socket: i32, directory: i32, name: usize): i32 {
  const address = host.addressOf(name);
  const size = host.length(address) + 1;
  if (size > LONGEST_NAME) return -Errno.ENAMETOOLONG;
  store<u8>(message, HandshakeMessage.MAKES);
  memory.copy(message + 1, name, size);
  return sendFiles(socket, message, 1 + size, directory, directory);
}

/** Where what was told last is made, if nothing was told after it; else -1. */
export function toldDirectory(): i32 {
  return nextDirectory;
}

/** Its NUL-terminated name. */
export function toldName(): usize {
  return message + 1;
}

/** The end that was sent, once the last message was read; -1 where none was. */
export function toldPlaces(): i32 {
  return madePlaces;
}

/** What was told with the message `ENDED` that came last. */
export function toldWaitStatus(): i32 {
  return load<u16>(message, 1);
}

/** Waits for a message, where the end blocks. `NOTHING` when the other end is closed; else `-errno` when there is none. */
export function receive(socket: i32): i32 {
  let size = linux.read(socket, message, MESSAGE_SIZE);
  while (size == -Errno.EINTR) size = linux.read(socket, message, MESSAGE_SIZE);
  return size > 0 ? load<u8>(message) : size;
}

/** Sends a number, which is no message; as `send`. */
export function sendNumber(socket: i32, value: i32): void {
  store<i32>(number, value);
  linux.write(socket, number, 4);
}

/** Waits for a number. -1 when the other end is closed. */
export function receiveNumber(socket: i32): i32 {
  return linux.read(socket, number, 4) == 4 ? load<i32>(number) : -1;
}

/** The last message that was sent, without waiting for another: the supervisor's end does not block by now. */
export function lastMessage(socket: i32): HandshakeMessage {
  let last = HandshakeMessage.NOTHING;
  while (readWithFiles(socket, message, MESSAGE_SIZE) > 0) {
    const next = <HandshakeMessage>load<u8>(message);
    if (nextDirectory >= 0) linux.close(nextDirectory);
    nextDirectory = -1;
    if (next == HandshakeMessage.LISTENS) listenerIs(load<i32>(message) >> 8);
    else if (next == HandshakeMessage.MADE) {
      madePlaces = firstFile();
      linux.close(secondFile());
    } else if (next == HandshakeMessage.MAKES) {
      nextDirectory = firstFile();
      linux.close(secondFile());
    } else last = next;
  }
  return last;
}

/** Whether all that was sent at this end has been read. Nobody can read any more where the other end is closed. */
export function isRead(socket: i32): bool {
  return linux.ioctl(socket, SIOCOUTQ, number) < 0 || load<i32>(number) == 0;
}

/** Whether the other end is closed: its process is gone. */
export function isAlone(socket: i32): bool {
  const polled = changetype<Poll>(poll);
  polled.file = socket;
  polled.events = 0;
  return linux.ppoll(poll, 1, noTime) > 0;
}
