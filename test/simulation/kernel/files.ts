// Open files, pipes among them, and the descriptors that stand for them.

import { Errno } from "./errno.ts";
import { Signal } from "./signal-set.ts";

/** The other end of a pipe, as far as the writer can tell. */
export type Reader = "reads" | "stalls" | "gone";

export class Pipe {
  readonly kind = "pipe";
  #reader: Reader;
  /** Nobody has read what fills it. */
  isFull: boolean;
  /** What was written. */
  text = "";

  constructor(reader: Reader) {
    this.#reader = reader;
    this.isFull = reader === "stalls";
  }

  get reader(): Reader {
    return this.#reader;
  }

  /** One who goes leaves unread what is there. */
  set reader(reader: Reader) {
    this.#reader = reader;
    if (reader !== "gone") this.isFull = reader === "stalls";
  }
}

export interface TextFile {
  readonly kind: "text";
  readonly text: string;
  position: number;
}

/** A FIFO, for reading. */
export interface FifoFile {
  readonly kind: "fifo";
  readonly text: string;
  /** Somebody has it open for writing from the beginning. */
  readonly hasWriter: boolean;
  /** When the text comes, and its end with it. */
  readonly readyAt: number;
  position: number;
}

export interface DirectoryFile {
  readonly kind: "directory";
  /** Where it is, if paths are to begin there. */
  readonly path?: string;
  readonly names: readonly string[];
  position: number;
}

/** A file that may not grow (RLIMIT_FSIZE). */
export interface LimitedFile {
  readonly kind: "limited";
}

export interface NullFile {
  readonly kind: "null";
}

/** The terminal, of which there is one. */
export interface TerminalFile {
  readonly kind: "terminal";
}

/** pidfd_open(2): the process itself, whoever has its number later. */
export interface ProcessFile {
  readonly kind: "process";
  /** What stands for it (Processes). */
  readonly reference: number;
}

/** signalfd(2) */
export interface SignalsFile {
  readonly kind: "signals";
  readonly set: bigint;
}

/** A setting of the process itself, as the files of /proc/self are: what is written changes it. */
export interface SettingFile {
  readonly kind: "setting";
  readonly set: (text: string) => number;
}

export type OpenFile =
  | Pipe
  | TextFile
  | FifoFile
  | DirectoryFile
  | LimitedFile
  | NullFile
  | TerminalFile
  | ProcessFile
  | SignalsFile
  | SettingFile;

/** What a write does beside its result: the signal that it raises in the writer, or that it has to wait. */
export interface WriteResult {
  readonly result: number;
  readonly raises?: number;
  readonly waits?: true;
}

export function writeTo(file: OpenFile, text: string): WriteResult {
  switch (file.kind) {
    case "pipe":
      if (file.reader === "gone") return { result: -Errno.EPIPE, raises: Signal.PIPE };
      if (file.reader === "stalls") return { result: -Errno.EAGAIN, waits: true };
      file.text += text;
      return { result: text.length };
    case "limited":
      return { result: -Errno.EFBIG, raises: Signal.XFSZ };
    case "directory":
    case "process":
    case "signals":
      return { result: -Errno.EBADF };
    case "setting":
      return { result: file.set(text) };
    default:
      return { result: text.length };
  }
}

/** The descriptors of one process. */
export class FileTable {
  readonly files: Map<number, OpenFile>;

  constructor(files: ReadonlyMap<number, OpenFile>) {
    this.files = new Map(files);
  }

  get(descriptor: number): OpenFile | undefined {
    return this.files.get(descriptor);
  }

  /** Gives the file the lowest free descriptor, from `first` on. */
  add(file: OpenFile, first = 0): number {
    let descriptor = first;
    while (this.files.has(descriptor)) descriptor++;
    this.files.set(descriptor, file);
    return descriptor;
  }

  close(descriptor: number): number {
    return this.files.delete(descriptor) ? 0 : -Errno.EBADF;
  }

  closeRange(first: number, last: number): number {
    if (first > last) return -Errno.EINVAL;
    for (const descriptor of this.files.keys())
      if (descriptor >= first && descriptor <= last) this.files.delete(descriptor);
    return 0;
  }
}
