import type { Options as ExecaOptions, SyncOptions } from "execa";
import type { Capability } from "./capabilities.ts";
import type { MemorySize } from "./control-group.ts";
import type { Identity } from "./identity.ts";
import type { Landlock } from "./landlock.ts";
import type { Limit, LimitName } from "./limits.ts";
import type { Mount } from "./mounts.ts";
import type { NamespaceName } from "./namespaces.ts";
import type { Duration, Signal } from "./values.ts";

/** What this package adds to execa's options. */
export interface ReinOptions {
  /**
   * Whether an init of the executable is PID 1 of the new PID namespace, or
   * stands before the program where there is none: it forwards signals, reaps
   * zombies, and ends the program's whole tree. With false the program is PID 1
   * of its namespace itself, in a session of its own; and where nothing else is
   * asked for that needs the executable, the program is started directly.
   * @default true
   */
  readonly init?: boolean;
  /**
   * How long those may live who were sent a signal to stop; then they are
   * killed. False never kills.
   * @default execa's forceKillAfterDelay: 5 seconds
   */
  readonly grace?: Duration | false;
  /**
   * When the program has ended, what it left running is sent SIGTERM, and is
   * killed after this time. False leaves it running.
   * @default 5 seconds
   */
  readonly drain?: Duration | false;
  /**
   * It has ended only when the last process that it has left running has; `drain`
   * begins then with a signal to stop.
   */
  readonly waitForAll?: boolean;
  /** How long the first signal to stop is held back. */
  readonly stopDelay?: Duration;
  /** Signals that ask for an end besides SIGTERM and SIGINT. */
  readonly stopSignals?: readonly Signal[];
  /** What is sent in a signal's place; 0 drops it: `{ SIGTERM: "SIGQUIT" }`. */
  readonly rewriteSignals?: Readonly<Record<string, Signal | 0>>;
  /** Signals go to the program's whole process group. */
  readonly signalGroup?: boolean;
  /**
   * What the program gets when this process, or the worker that started it,
   * ends, even by SIGKILL. False for nothing.
   * @default "SIGTERM"; false with execa's `cleanup: false`
   */
  readonly parentDeathSignal?: Signal | false;
  /** Exit codes that become others: `{ 143: 0 }`. */
  readonly mapExit?: Readonly<Record<number, number>>;
  /**
   * Whether status events are sent. Without them a failed start has no typed
   * `cause`; but the pipe for them keeps this process from ending.
   * @default true
   */
  readonly events?: boolean;

  /** `USER[:GROUP]`, names or numbers, of the `/etc/passwd` and `/etc/group` that the program sees. */
  readonly user?: string;
  /** The same where this process is root's (in a sandbox: where it is root inside); else it changes nothing. */
  readonly userIfRoot?: string;
  /** "none" for no supplementary groups. @default those of this process, or of `user` */
  readonly groups?: "none";
  /**
   * Where the program starts, as it sees it; `cwd` is seen from here.
   * @default cwd; `mounts` that do not have it there are an error
   */
  readonly directory?: string;
  /** `["PASSWORD"]`: PASSWORD becomes what the file in PASSWORD_FILE holds. */
  readonly fileEnv?: readonly string[];
  readonly rlimits?: Readonly<Partial<Record<LimitName, Limit>>>;
  /** What new files of the program are not given, 0 to 0o777. @default that of this process */
  readonly umask?: number;
  /**
   * Limits of the program and all that it starts together, in a control group of their own (`--cgroup-memory`): they
   * take a group that may be written to. Bytes, or `"512M"`; `"max"` is no limit, here and below.
   */
  readonly memory?: MemorySize;
  /** Processes and threads at once. */
  readonly processes?: number | "max";
  /** CPU time in percent of one CPU's, as `"150%"`. */
  readonly cpu?: `${number}%` | "max";
  /** From -1000, spare it, to 1000, kill it first. */
  readonly oomScoreAdjustment?: number;
  /** No set-uid program gives it more rights. */
  readonly noNewPrivileges?: boolean;
  readonly capabilities?: { readonly add?: readonly Capability[]; readonly drop?: readonly Capability[] };

  /**
   * What a program gets that nobody trusts, as by the executable's `--confine`
   * (docs/sandbox-limits.md): every namespace, no network, no capabilities, /usr
   * to read, an empty /tmp, and limits. All other options add to it: `mounts` what
   * it may see and write, `shareNetwork` the network. It starts in `directory`, or
   * in `cwd`, which it must have then, or in its /tmp. Of the variables it has
   * PATH, HOME and those of `env`, and others of this process only with
   * `extendEnv: true`.
   */
  readonly preset?: "untrusted";
  /** It has this network after all, in spite of `preset` or of `namespaces: "all"`. */
  readonly shareNetwork?: boolean;
  /**
   * The namespaces that it gets for its own; "all" is every kind but the time
   * namespace. Whoever is not root gets a user namespace with any other. A mount
   * namespace without `mounts` has what is mounted here, and a /proc of its own
   * with a PID namespace of its own.
   */
  readonly namespaces?: readonly NamespaceName[] | "all";
  /** Namespaces to join, each by a path as `/proc/1/ns/net`. */
  readonly join?: Readonly<Partial<Record<NamespaceName, string>>>;
  readonly identity?: Identity;
  /**
   * The program's root, from nothing, in this order: a mount that lies below
   * another one's place stands behind it, or would be covered by it.
   */
  readonly mounts?: readonly Mount[];
  /**
   * Whether what is mounted outside later comes in as well ("slave"), in
   * which case it is writable also below what is bound to be read only.
   * @default "private"
   */
  readonly propagation?: "private" | "slave";
  readonly hostName?: string;
  readonly domainName?: string;
  /** Added to the clocks of its time namespace, in seconds. */
  readonly clockOffsets?: { readonly monotonic?: number; readonly boottime?: number };
  /** A session without a terminal: nothing can be typed into the caller's (CVE-2017-5226). */
  readonly newSession?: boolean;
  /** It cannot make user namespaces of its own. */
  readonly disableUserNamespaces?: boolean;
  /** Files that are locked as long as it runs, as it sees them. */
  readonly lockFiles?: readonly string[];
  readonly landlock?: Landlock;
  /** A list of system calls that it may make, out of the executable. */
  readonly seccompProfile?: "default" | "strict";
  /** The event `denied`, and a line on stderr, tell of each system call that the profile refuses, once. */
  readonly logDenied?: boolean;
}

/** Those of execa's that make no sense with the executable in between. */
export type RefusedOption = "shell" | "node" | "nodePath" | "detached" | "killDescendants";

/** Of these `false` asks for what is there anyway. */
type MayBeFalse = "shell" | "node" | "detached" | "killDescendants" | "ipc" | "gracefulCancel";

type Refused<Name extends string> = { readonly [Key in Name]?: Key extends MayBeFalse ? false : never };

/** The options of `run`: execa's, and this package's. `argv0` is what the program finds as its own name. */
export type RunOptions = ExecaOptions & ReinOptions & Refused<RefusedOption | "nodeOptions" | "script">;

/** Those that need this thread while the program runs. */
export type WaitingOption =
  | ("ipc" | "ipcInput" | "serialization" | "cancelSignal" | "gracefulCancel")
  | ("forceKillAfterDelay" | "cleanup" | "events");

/** The options of `runSync`: those of execa's `execaSync`, and this package's. SIGKILL would leave the program's tree. */
export type RunSyncOptions = SyncOptions &
  Omit<ReinOptions, WaitingOption> &
  Refused<RefusedOption | WaitingOption | "nodeOptions" | "script"> & {
    readonly killSignal?: Exclude<SyncOptions["killSignal"], "SIGKILL" | undefined>;
  };

/** The options of `command`: execa's, and this package's. `nodeOptions` are Node.js's own. */
export type CommandOptions = ExecaOptions & ReinOptions & Script & Refused<RefusedOption | "argv0">;

interface Script {
  /**
   * The script that registers the function, by an absolute path:
   * `import.meta.filename`. It is run as the main one, so that it must call
   * `init` or `dispatch` itself. For where the main script is another program's,
   * as under a test runner or in a framework's server.
   * @default the main script
   */
  readonly script?: string;
}

/** What a call without options has. */
export type NoOptions = Readonly<Record<never, never>>;
