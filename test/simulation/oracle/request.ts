// What a command line and its variables ask for, and how a reading of them may end.

import type { Plan } from "./plan.ts";
import type { Step } from "./vector.ts";

export type Change =
  | { readonly kind: "clear" }
  | { readonly kind: "unset" | "file"; readonly name: string }
  | { readonly kind: "set"; readonly name: string; readonly value: string };

/** Something that is done between clone and execve. */
export interface ChildStep {
  /** What a scenario calls it that makes it fail. */
  readonly step?: Step;
  /** What the kernel sees of it. */
  readonly trace: string;
  /** What a message about its failure begins with. */
  readonly message?: string;
}

/** What is asked for. */
export interface Request extends Omit<Plan, "dialect" | "directory" | "limits" | "noNewPrivileges" | "oomScore"> {
  readonly dialect: "rein" | "tini" | "dumb-init" | "catatonit" | "pause";
  /** There is no payload. */
  pauses: boolean;
  newSession: boolean;
  /** The init stays until the last process has ended. */
  waitsForAll: boolean;
  stopsOnSignal: boolean;
  subreaper: boolean;
  warnsOfReaping: boolean;
  verbosity: number;
  /** Whether root starts it. */
  isRoot: boolean;
  /** `--expand` */
  expands: boolean;
  /** `--groups none` */
  dropsGroups: boolean;
  /** `--user-if-root` leaves the user as it is. */
  staysUser: boolean;
  /** The environment that options look into. */
  variables: readonly string[];
  readonly ownVariables: string[];
  readonly changes: Change[];
  /** What single options have done in the command's process, by `moments` of reading.ts. */
  readonly steps: Map<string, readonly ChildStep[]>;
  /** Where in argv the payload begins. */
  payload: number;
  /** `tini PROGRAM -- ARGUMENT`: the dashes are not the program's. */
  dropsDashes: boolean;
}

/** The process ends with a message; `begins` is how stderr begins, `usage` whether tini's usage follows. */
export class Refused {
  readonly begins: string;
  readonly usage: boolean;
  constructor(begins: string, usage = false) {
    this.begins = begins;
    this.usage = usage;
  }
}

/** A text is printed that was asked for; `holds` is some of it. */
export class Printed {
  readonly holds: string;
  constructor(holds: string) {
    this.holds = holds;
  }
}

/** How the dialect begins a message that says why the payload does not start. */
export function fatalPrefix(dialect: Request["dialect"], pid: number): string {
  switch (dialect) {
    case "tini":
      return `[FATAL tini (${pid})] `;
    case "dumb-init":
      return "[dumb-init] ";
    case "catatonit":
      return `ERROR (catatonit:${pid}): `;
    default:
      return "rein: ";
  }
}

export function refusalStatus(dialect: Request["dialect"]): number {
  return dialect === "rein" || dialect === "pause" ? 125 : 1;
}

const dialects = new Map<string, Request["dialect"]>([
  ...["tini", "tini-static", "docker-init"].map((name) => [name, "tini"] as const),
  ...["catatonit", "podman-init"].map((name) => [name, "catatonit"] as const),
  ["dumb-init", "dumb-init"],
  ["pause", "pause"],
]);

/** What the executable is under that argv[0]. */
export function dialectOf(path: string): Request["dialect"] {
  return dialects.get(path.replace(/^[\s\S]*\//, "")) ?? "rein";
}

/** The value of the first entry with that name. */
export function lookUp(environment: readonly string[], name: string): string | undefined {
  return environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The process ends at once, with this status and these texts. */
export class Said {
  readonly status: number;
  readonly stderr: RegExp;
  readonly stdout: RegExp;
  constructor(status: number, stderr: RegExp, stdout = /^$/) {
    this.status = status;
    this.stderr = stderr;
    this.stdout = stdout;
  }
}
