/** What an operation on the new root's files does. */
export enum Operation {
  BIND,
  BIND_FILE,
  REMOUNT_READ_ONLY,
  OVERLAY_SOURCE,
  OVERLAY,
  TEMPORARY_OVERLAY,
  READ_ONLY_OVERLAY,
  PROC,
  DEVICES,
  TEMPORARY,
  MESSAGE_QUEUES,
  DIRECTORY,
  FILE,
  DATA,
  LINK,
  CHANGE_MODE,
  MASK,
  READ_ONLY_PATH,
  NO_EXECUTION,
  SYSTEM_FILES,
  CONTROL_GROUPS,
}

/** An operation on the new root's files, as an option asks for it; they are done in the order of the options. */
export class FileOperation {
  next: FileOperation | null = null;
  previous: FileOperation | null = null;
  /** Native addresses of NUL-terminated paths; 0 for none. */
  source: u64 = 0;
  target: u64 = 0;
  /** A third path: an overlay's work directory. */
  work: u64 = 0;
  /** Where the content comes from, or what is bound; an overlay's work directory, where it was opened ahead; -1 for no descriptor. */
  file: i32 = -1;
  /** The file's or directory's mode; -1 when none was given. */
  mode: i32 = -1;
  /** A tmpfs's largest size in bytes; 0 for the kernel's own limit. */
  size: u64 = 0;
  /** What a mount is given besides what the kind of operation gives it: `Attribute`. */
  attributes: u64 = 0;
  /** A source that is not there is passed over. */
  mayBeMissing: bool = false;
  /** A tmpfs with a largest size holds only so many files as well, directories and links among them. */
  countsFiles: bool = false;
  /** The copy of the source, where it was made ahead; of an overlay's, the open source. */
  tree: i32 = -1;

  constructor(
    public kind: Operation,
    /** The option's name, for messages. */
    public option: string,
  ) {}
}
