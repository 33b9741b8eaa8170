// The fuzzer's Linux as far as a sandbox goes before it has a namespace: none can
// be made here, and what comes before that is answered as the vector's scenario has it.

import { constants } from "node:os";
import type { Instance } from "../kernel/module.ts";
import { descriptorPath, stageOf } from "../oracle/sandbox-reading.ts";
import type { Vector } from "../oracle/vector.ts";
import { FuzzKernel } from "./kernel.ts";

const { EBADF, ENOENT, ENOSYS, EPERM } = constants.errno;
const F_GETFD = 1;
const F_GETFL = 3;
const LAST_STANDARD = 3;
const LANDLOCK_VERSION = 7;
/** prctl(2): PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_NAME, PR_GET_SECCOMP, PR_SET_SECCOMP, PR_GET_NO_NEW_PRIVS, PR_CAP_AMBIENT */
const ANSWERED = [4, 8, 15, 21, 22, 39, 47];
/** struct statx */
const STATUS_SIZE = 256;
const SET_SECCOMP = 22;
/** How many instructions the filter has that comes on its own: it keeps a confined command from its caller's terminal. */
const AGAINST_TYPING = 15;
/** The bytes of a word that a stage and its supervisor tell each other. */
const WORD = 1;

export class SandboxKernel extends FuzzKernel {
  /** A call has been refused that a sandbox or a filter needs. */
  hasRefused = false;
  /** How many filters were loaded that were asked for. */
  filters = 0;
  readonly #vector: Vector;
  readonly #instance: Instance;
  /** Of a stage. */
  readonly #socket: number | undefined;
  readonly #given = new Map<number, { readonly held: string; at: number }>();
  /** Files in memory. */
  readonly #memories = new Set<number>();
  #nextFile = 100;
  #isSupervisor = false;

  constructor(vector: Vector, instance: Instance) {
    super(vector, instance);
    this.#vector = vector;
    this.#instance = instance;
    const start = descriptorPath(0).slice(0, -1);
    for (const [path, held] of Object.entries(vector.scenario.files))
      if (path.startsWith(start) && typeof held === "string")
        this.#given.set(Number(path.slice(start.length)), { held, at: 0 });
    if (stageOf(vector) !== undefined) this.#socket = Number(BigInt.asIntN(32, BigInt(vector.argv[1] ?? "")));
  }

  /** Somebody is at the other end of the socket that a stage was started with. */
  get hasSupervisor(): boolean {
    return this.#socket !== undefined && this.#given.has(this.#socket);
  }

  /** Who has made a pair of sockets is a supervisor, and its child a stage. */
  override clone(flags: number, entry: number): number {
    return this.#isSupervisor ? this.#answer("clone", -EPERM) : super.clone(flags, entry);
  }

  override openat(directory: number, path: number): number {
    const result = super.openat(directory, path);
    if (result < 0 && this.#instance.memory.text(path) !== "/dev/tty") this.hasRefused = true;
    return result;
  }

  override read(file: number, buffer: number, size: number): number {
    const given = this.#given.get(file);
    if (given === undefined) return super.read(file, buffer, size);
    const { memory } = this.#instance;
    memory.place(buffer, size);
    const piece = given.held.slice(given.at, given.at + Math.min(size, 100_000));
    memory.putText(buffer, piece, size);
    given.at += piece.length;
    return piece.length;
  }

  override write(file: number, buffer: number, size: number): number {
    if (this.#memories.has(file)) return size;
    // A word of the handshake is no text, whatever it is that the stage was given for a socket.
    return file === this.#socket && size === WORD ? WORD : super.write(file, buffer, size);
  }

  /** What was given has something to read; what is asked for no event may be the stage's socket, or is not open. */
  override ppoll(files: number): number {
    const { memory } = this.#instance;
    const isAsked = memory.getU16(files + 4) !== 0;
    return isAsked || !this.#given.has(memory.getI32(files)) ? super.ppoll(files) : 0;
  }

  override close(file: number): number {
    return this.#given.delete(file) ? 0 : super.close(file);
  }

  override fcntl(file: number, command: number): number {
    const isOpen = file <= LAST_STANDARD || this.#given.has(file);
    if (command === F_GETFD) return isOpen ? 0 : -EBADF;
    return command === F_GETFL ? super.fcntl(file, command) : 0;
  }

  override prctl(option: number, argument: bigint, program: bigint): number {
    const isOurs = option === SET_SECCOMP && this.#instance.native.bytesAt(program, 1)[0] === AGAINST_TYPING;
    if (isOurs || !ANSWERED.includes(option)) return super.prctl(option, argument, program);
    if (option === SET_SECCOMP) this.filters++;
    return 0;
  }

  /** The standard streams are what any file is; nothing else is told. */
  override statx(file: number, path: number, _flags: number, _mask: number, result: number): number {
    const { memory } = this.#instance;
    if (memory.text(path) !== "" || file > 2) return -ENOSYS;
    memory.clear(result, STATUS_SIZE);
    return 0;
  }

  getcwd(buffer: number, size: number): number {
    return this.#instance.memory.putText(buffer, "/\0", size);
  }

  fcntl_lock(): number {
    return this.#answer("fcntl_lock", 0);
  }

  open_tree(_directory: number, path: bigint): number {
    return this.#answer("open_tree", this.#instance.native.textAt(path) === "/proc" ? -ENOENT : this.#nextFile++);
  }

  mount_setattr(): number {
    return this.#answer("mount_setattr", 0);
  }

  memfd_create(): number {
    const file = this.#nextFile++;
    this.#memories.add(file);
    return this.#answer("memfd_create", file);
  }

  lseek(_file: number, offset: bigint): bigint {
    return offset;
  }

  execveat(): number {
    return this.#answer("execveat", -EPERM);
  }

  socketpair(_family: number, _type: number, _protocol: number, pair: number): number {
    const { memory } = this.#instance;
    this.#isSupervisor = true;
    memory.putI32(pair, this.#nextFile++);
    memory.putI32(pair + 4, this.#nextFile++);
    return this.#answer("socketpair", 0);
  }

  /** Asked once more, after a clone that was refused: what is it that there can be none of? */
  unshare(): number {
    return -EPERM;
  }

  setns(): number {
    return this.#answer("setns", 0);
  }

  fchmod(): number {
    return 0;
  }

  landlock_create_ruleset(attributes: number): number {
    return this.#answer("landlock_create_ruleset", attributes === 0 ? LANDLOCK_VERSION : this.#nextFile++);
  }

  landlock_add_rule(): number {
    return this.#answer("landlock_add_rule", 0);
  }

  landlock_restrict_self(): number {
    return this.#answer("landlock_restrict_self", 0);
  }

  /** The errno that the scenario has for the call, or `otherwise`. */
  #answer(call: string, otherwise: number): number {
    const errno = this.#vector.scenario.refused[call];
    const result = errno === undefined ? otherwise : -errno;
    if (result < 0) this.hasRefused = true;
    return result;
  }
}
