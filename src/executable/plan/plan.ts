import { Signal, signalBit } from "../linux/signals";
import { Messages } from "../report/messages";
import { CgroupLimit } from "./cgroup-limit";
import { Descriptors } from "./descriptors";
import { EnvironmentChange } from "./environment-change";
import { Filter } from "./filter";
import { Landlock } from "./landlock";
import { ResourceLimit } from "./resource-limit";
import { Sandbox } from "./sandbox";

/** A duration that was not given: no such waiting. */
export const NEVER: i64 = -1;
const CAP_SYS_ADMIN: u64 = 21;
const CAP_MKNOD: u64 = 27;

/**
 * What is to be done: filled by a dialect, read by the stages. The defaults are
 * those of `rein` without options; durations are milliseconds.
 */
export class Plan {
  /** Where in argv the payload's own arguments begin. */
  payloadIndex: i32 = 0;
  /** There is no payload: the init reaps until a stop signal comes. */
  pauses: bool = false;

  // Signals

  /** Signals go to the payload's process group instead of to the payload alone. */
  toGroup: bool = false;
  /** The payload stays in the caller's process group; the terminal is not touched. */
  sharesGroup: bool = false;
  /** Behind a PID namespace it shares that group only for the sake of a terminal. */
  leavesGroup: bool = false;
  /**
   * The payload leads a session of its own, with the caller's terminal where the
   * caller led the session. Its group gets SIGTERM when it has ended.
   */
  newSession: bool = false;
  /** SIGTSTP, SIGTTIN and SIGTTOU stop the init itself, whatever the payload makes of them; else it stops when the payload has. */
  stopsOnSignal: bool = false;
  /** The payload is in a session of its own: the terminal sends it nothing. */
  hasOwnSession: bool = false;
  /** A signal to a sandbox's supervisor acts on that alone, as on any program. */
  endsBySignals: bool = false;
  /** The payload is PID 1 of its namespace: the kernel throws signals away that it has no handler for. */
  payloadIsPid1: bool = false;
  /** What each signal goes on as; 0 drops it. */
  rewrite: Table = new Table(Signal.RTMAX + 1);
  /** The signals that ask for an end: they wait for `stopDelay` and start `grace`. */
  stopSignals: u64 = signalBit(Signal.TERM) | signalBit(Signal.INT);
  /** How long the first of them waits before it goes on. */
  stopDelay: i64 = NEVER;

  // The end

  /** How long after a stop signal went on whoever is left gets SIGKILL. */
  grace: i64 = NEVER;
  /** The init stays until the last process has ended; a stop signal that comes after the payload's end is for those left. */
  waitsForAll: bool = false;
  /** The init inside a sandbox ends with the last process there; its caller has the payload's status before. */
  lingers: bool = false;
  /** How long the others may take after the payload's end, from their SIGTERM to their SIGKILL. */
  drain: i64 = NEVER;
  /** What each exit status of the payload becomes. */
  exitStatus: Table = new Table(256);
  /** The status of a command that could not be run becomes another one likewise. */
  mapsFailures: bool = false;

  // The init itself

  subreaper: bool = true;
  /** The signal that the init gets when its own parent dies; 0 for none. */
  parentDeathSignal: i32 = 0;
  warnOnReap: bool = false;
  /** Where JSON status lines go; -1 for nowhere. */
  statusFile: i32 = -1;
  messages: Messages;
  /** The init inside a sandbox, and the sources of the mounts there, are called what bubblewrap calls them. */
  namesAsBubblewrap: bool = false;
  /** What the init keeps open for itself. */
  kept: Descriptors = new Descriptors();

  // The payload's world

  /** `user[:group]` as given; null to stay who one is. */
  user: string | null = null;
  /** The last `--user-if-root` was read by somebody else: no variable changes that. */
  staysUser: bool = false;
  /** The same by numbers; -1 to stay who one is. */
  uid: i64 = -1;
  gid: i64 = -1;
  /** It has no supplementary groups. */
  dropsGroups: bool = false;
  /** Variables are put into its words. */
  expands: bool = false;
  directory: string | null = null;
  /** The mask for the modes of new files (umask(2)); -1 for the caller's. */
  umask: i32 = -1;
  /** The latest; each knows the one before it. */
  environment: EnvironmentChange | null = null;
  /** The latest; each knows the one before it. */
  limits: ResourceLimit | null = null;
  /** Those of the control group that it is born in, the latest; null where it stays in the caller's. */
  cgroupLimits: CgroupLimit | null = null;
  /** As the kernel reads it. */
  oomScoreAdjustment: string | null = null;
  noNewPrivileges: bool = false;
  /** The latest; each knows the one before it. */
  filters: Filter | null = null;
  /** What the first built-in one refuses is told. */
  tellsDenials: bool = false;
  landlock: Landlock = new Landlock();
  /** Even with CAP_SYS_ADMIN it cannot undo the sandbox's mounts. */
  locksMounts: bool = false;
  /** It may share the caller's terminal, but not type there. */
  refusesTyping: bool = false;
  /** It has a session keyring of its own. */
  leavesKeyring: bool = false;
  /** The capabilities to give up, a bit each. */
  droppedCapabilities: u64 = 0;

  /** Capabilities that it has although its user is not root, a bit each. */
  addedCapabilities: u64 = 0;
  /** What it is not given whatever is asked for: root lacks it as the caller, a bit each. */
  lackingCapabilities: u64 = 0;
  /** It has no others than the added ones, as a sandbox's payload. */
  hasOnlyAdded: bool = false;
  /** What is left after giving some up is inheritable too. */
  inheritsCapabilities: bool = false;
  /** In place of its name as argv[0]; 0 for that. */
  zerothArgument: u64 = 0;
  payloadDescriptors: Descriptors = new Descriptors();
  /** It gets no descriptors but the standard streams and those that are named. */
  closesDescriptors: bool = false;

  // A stage's

  /** The socket to the supervisor; -1 when there is none. */
  handshake: i32 = -1;
  /** The supervisor is to know whether the payload could be executed. */
  tellsExecution: bool = false;
  /** The supervisor found that there may be a terminal. */
  hasTerminal: bool = true;
  /** The end of the supervisor is not the payload's. */
  outlivesSupervisor: bool = false;
  /** The supervisor's pid as its caller knows it; 0 without one. */
  supervisor: i32 = 0;

  /** The namespaces and the root file system in which all this is; null for the caller's. */
  sandbox: Sandbox | null = null;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  /** The sandbox, asked for from now on. */
  get askedSandbox(): Sandbox {
    let sandbox = this.sandbox;
    if (sandbox == null) {
      sandbox = new Sandbox();
      this.sandbox = sandbox;
    }
    return sandbox;
  }

  /** Whether the payload is to have the terminal's foreground. */
  get passesTerminal(): bool {
    return this.hasTerminal && !this.sharesGroup && !this.newSession && !this.pauses;
  }

  /** Whether an option takes something away from the payload that others keep. */
  get confines(): bool {
    const loses = this.droppedCapabilities != 0 || this.noNewPrivileges;
    return loses || this.user != null || this.filters != null || this.landlock.isWanted;
  }

  /** Whether root's payload is left CAP_SYS_ADMIN. */
  get leavesSysAdmin(): bool {
    return this.leaves(CAP_SYS_ADMIN);
  }

  /**
   * Whether root's payload could make a device of the machine's in a directory
   * that may hold devices, and is kept from having one otherwise: with
   * CAP_SYS_ADMIN it mounts one, where no filter refuses that.
   */
  get makesDevices(): bool {
    return this.leaves(CAP_MKNOD) && (this.filters != null || !this.leavesSysAdmin);
  }

  private leaves(capability: u64): bool {
    const given = this.hasOnlyAdded ? this.addedCapabilities : ~this.droppedCapabilities;
    return ((given >> capability) & 1) != 0;
  }

  get hasIds(): bool {
    return this.uid >= 0 || this.gid >= 0;
  }
}

/** What each number becomes: at first itself. Without a change, as mostly, it takes no memory and no time. */
class Table {
  private size: i32;
  private changed: StaticArray<u8> | null = null;

  constructor(size: i32) {
    this.size = size;
  }

  set(from: i32, to: i32): void {
    let table = this.changed;
    if (table == null) {
      table = new StaticArray<u8>(this.size);
      for (let i = 0; i < this.size; i++) table[i] = <u8>i;
      this.changed = table;
    }
    table[from] = <u8>to;
  }

  get(from: i32): i32 {
    const table = this.changed;
    return table == null ? from : table[from];
  }
}
