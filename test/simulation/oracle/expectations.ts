// The oracle's second half: what carrying a request out looks like from outside.

import { type Account, accountOf, errorTexts, readingOf } from "./accounts.ts";
import { shown } from "./message.ts";
import { LAST_CAPABILITY } from "./names.ts";
import { moments, read } from "./reading.ts";
import { type ChildStep, fatalPrefix, lookUp, Refused, type Request, refusalStatus } from "./request.ts";
import { Timeline } from "./timeline.ts";
import { whole } from "./values.ts";
import { fileOf, OWN_CAPABILITIES, type Vector } from "./vector.ts";

export interface Run {
  readonly request: Request;
  readonly trace: readonly string[];
  readonly executions: readonly { readonly path: string; readonly argv: readonly string[] }[];
  /** What execve is given. */
  readonly environment: readonly string[];
  readonly status: number;
  /** How the message begins that says why the payload does not start. */
  readonly failure: string | undefined;
  /** What stderr has to say, and what it must not. */
  readonly says: readonly (readonly [text: string, expected: boolean])[];
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** The longest variable, name and NUL included (MAX_ARG_STRLEN). */
const LONGEST_VARIABLE = 131_072;
/** PATH_MAX without the NUL: execvp(3) leaves longer ones out. */
const LONGEST_PATH = 4095;
const SYS_ADMIN = 21n;
const ENOENT = 2;
const ENOEXEC = 8;
const EACCES = 13;
/** The errors of execve after which the next directory of PATH is tried, whatever is there. */
const absent = [20, 36, 19, 116, 110];

/** What the executable is to do. Throws `Refused`, `Printed` or `Undecided`. */
export function expect(given: Vector): Run {
  const { argv, envp, scenario } = given;
  const request = read(argv, envp, scenario.pid);
  const prefix = fatalPrefix(request.dialect, scenario.pid);
  const account = request.user === undefined ? undefined : accountOf(request.user, given, prefix);
  const environment = environmentFor(request, given, account, prefix);
  const vector = request.expands ? { ...given, argv: expandedFrom(request.payload, argv, environment, prefix) } : given;
  const child = new ChildSteps(request, vector, account, environment);
  checkStatusFile(request, prefix);
  const timeline = new Timeline(request, vector, child.failureStatus);
  return {
    request,
    trace: [
      ...(request.parentDeathSignal === 0 ? [] : [`parent-death ${request.parentDeathSignal}`]),
      ...(request.subreaper && scenario.pid !== 1 ? ["subreaper"] : []),
      ...(request.pauses ? [] : ["clone", ...child.trace.map((step) => `child ${step}`)]),
      ...(request.sharesGroup || request.newSession || request.pauses
        ? []
        : [`setpgid ${scenario.pid + 1} ${scenario.pid + 1}`]),
      "chdir /",
      ...timeline.trace,
    ],
    executions: child.executions,
    environment,
    status: timeline.isKilled ? timeline.status : endingStatus(request, child.failureStatus, timeline.status),
    failure: child.failure,
    says: sayings(request, vector, child.failure === undefined, timeline.hasReapedOrphan),
  };
}

/** `failure` is the status of a command that could not be run: tini maps that as well. */
function endingStatus({ dialect, exitStatus }: Request, failure: number | undefined, payload: number): number {
  if (failure !== undefined && dialect !== "tini") return failure;
  const status = failure ?? payload;
  return exitStatus.get(status) ?? status;
}

/** `--expand`: the words from `first` on, with their variables. */
function expandedFrom(
  first: number,
  argv: readonly string[],
  environment: readonly string[],
  prefix: string,
): string[] {
  return argv.map((word, index) => {
    if (index < first) return word;
    return word.replace(
      /\$(?:\$|\{([A-Za-z0-9_]+)(?::-([^}$]*))?\}|)/g,
      (found, name: string | undefined, otherwise?: string) => {
        if (found === "$$") return "$";
        if (name === undefined) throw new Refused(`${prefix}--expand: "${shown(word)}": give `);
        const value = lookUp(environment, name);
        if (value === undefined && otherwise === undefined)
          throw new Refused(`${prefix}--expand: "${shown(word)}": ${name} is not set`);
        return value || (otherwise ?? "");
      },
    );
  });
}

function checkStatusFile({ statusFile }: Request, prefix: string): void {
  if (statusFile === undefined || (statusFile > 0 && statusFile <= 3)) return;
  const reason = statusFile === 0 ? "it is not open for writing" : "Bad file descriptor";
  throw new Refused(`${prefix}--json-status-fd ${statusFile}: ${reason}`);
}

function environmentFor(request: Request, vector: Vector, account: Account | undefined, prefix: string): string[] {
  const { pid } = vector.scenario;
  let variables = [...vector.envp];
  const unset = (name: string): void => {
    variables = variables.filter((entry) => !entry.startsWith(`${name}=`));
  };
  const set = (name: string, value: string): void => {
    const index = variables.findIndex((entry) => entry.startsWith(`${name}=`));
    variables.splice(index < 0 ? variables.length : index, 1, `${name}=${value}`);
  };
  for (const name of request.ownVariables) unset(name);
  const isOurs = (name: string): boolean => whole(lookUp(variables, name) ?? "", 2n ** 31n - 1n) === BigInt(pid);
  if (isOurs("WATCHDOG_PID")) unset("WATCHDOG_PID");
  if (isOurs("LISTEN_PID")) {
    set("LISTEN_PID", `${pid + 1}`);
    unset("LISTEN_PIDFDID");
  }
  const setHome = (): void => {
    if (account !== undefined) set("HOME", account.home);
  };
  setHome();
  for (const change of request.changes) {
    if (change.kind === "clear") {
      variables = [];
      setHome();
    } else if (change.kind === "unset") unset(change.name);
    else if (change.kind === "set") set(change.name, change.value);
    else {
      const { name } = change;
      const path = lookUp(variables, `${name}_FILE`);
      if (path === undefined) continue;
      const isSet = lookUp(variables, name) !== undefined;
      set(name, secretOf(vector, name, path, isSet, `${prefix}--file-env ${shown(name)}: `));
      unset(`${name}_FILE`);
    }
  }
  return variables;
}

function secretOf(vector: Vector, name: string, path: string, isSet: boolean, prefix: string): string {
  if (isSet) throw new Refused(`${prefix}it is set itself, and so is `);
  const held = readingOf(vector, path);
  if (typeof held === "number") throw new Refused(`${prefix}${shown(path)}: ${errorTexts[held]}`);
  const value = held.replace(/\n$/, "");
  if (value.includes("\0")) throw new Refused(`${prefix}${shown(path)}: it holds a NUL byte`);
  if (name.length + value.length + 2 > LONGEST_VARIABLE)
    throw new Refused(`${prefix}${shown(path)}: it is longer than`);
  return value;
}

/** What happens between clone and execve. */
class ChildSteps {
  readonly trace: string[] = [];
  readonly executions: { path: string; argv: string[] }[] = [];
  failure: string | undefined;
  failureStatus: number | undefined;
  readonly #request: Request;
  readonly #vector: Vector;
  readonly #prefix: string;

  constructor(request: Request, vector: Vector, account: Account | undefined, environment: readonly string[]) {
    this.#request = request;
    this.#vector = vector;
    this.#prefix = fatalPrefix(request.dialect, vector.scenario.pid + 1);
    if (request.pauses) return;
    if (request.newSession) this.trace.push("setsid");
    else if (!request.sharesGroup) this.trace.push("setpgid 0 0");
    if (!this.#take(this.#steps(account))) return;
    if (vector.scenario.pid !== 1) this.trace.push("parent-death 9");
    this.#execute(lookUp(environment, "PATH") ?? DEFAULT_PATH);
  }

  #steps(account: Account | undefined): ChildStep[] {
    const { steps } = this.#request;
    return moments.flatMap((moment) => {
      if (moment === "typing") return this.#typing(account);
      return moment === "identity" ? this.#identity(account) : (steps.get(moment) ?? []);
    });
  }

  /** There is no terminal here: it matters to whoever keeps CAP_SYS_ADMIN, who has them all. Another user has other keys. */
  #typing(account: Account | undefined): ChildStep[] {
    const { dropped, steps } = this.#request;
    const confines = dropped !== 0n || account !== undefined || steps.has("privileges");
    const leaves = ((dropped >> SYS_ADMIN) & 1n) === 0n && (account === undefined || account.uid === 0);
    const filter = confines && leaves ? [{ trace: "filter" }] : [];
    return account === undefined ? filter : [...filter, { trace: "keyring" }];
  }

  #identity(account: Account | undefined): ChildStep[] {
    const { dropped } = this.#request;
    const list: ChildStep[] = [];
    for (let i = 0; i <= LAST_CAPABILITY; i++)
      if (((dropped >> BigInt(i)) & 1n) === 1n)
        list.push({ step: "bounding", trace: `bounding ${i}`, message: "--cap-drop" });
    if (this.#request.dropsGroups)
      list.push({ step: "setgroups", trace: "setgroups ", message: "--groups: setgroups" });
    if (account !== undefined) {
      const { gid, uid } = account;
      const groups = this.#request.dropsGroups ? [] : account.groups;
      const ids = { setgroups: groups, setresgid: [gid, gid, gid], setresuid: [uid, uid, uid] };
      for (const step of ["setgroups", "setresgid", "setresuid"] as const)
        list.push({ step, trace: `${step} ${ids[step]}`, message: `--user: ${step}` });
    }
    if (dropped !== 0n) {
      const words = OWN_CAPABILITIES.map((word, i) =>
        Number(BigInt(word) & ~(dropped >> BigInt(32 * i)) & 0xffff_ffffn),
      );
      const trace = `capset ${words.flatMap((word) => [word, word, 0])}`;
      list.push({ step: "capset", trace, message: "--cap-drop" });
    }
    return list;
  }

  #take(list: readonly ChildStep[]): boolean {
    for (const { step, trace, message } of list) {
      if (step !== undefined && step === this.#vector.scenario.failing) {
        this.#fail(refusalStatus(this.#request.dialect), `${message}: Operation not permitted`);
        return false;
      }
      this.trace.push(trace);
    }
    return true;
  }

  #execute(searchPath: string): void {
    const { argv } = this.#vector;
    const name = argv[this.#request.payload] ?? "";
    const isPath = name.includes("/");
    let paths = [name];
    if (!isPath)
      paths = name === "" ? [] : searchPath.split(":").map((folder) => (folder === "" ? name : `${folder}/${name}`));
    if (!isPath) paths = paths.filter((path) => path.length <= LONGEST_PATH);
    let forbidden: string | undefined;
    for (const path of paths) {
      const errno = this.#try(path);
      if (errno === undefined) return;
      const isThere = typeof fileOf(this.#vector, path) === "string";
      const isAbsent = absent.includes(errno) || ((errno === ENOENT || errno === EACCES) && !isThere);
      if (isAbsent && !isPath) continue;
      if (errno !== EACCES || isPath) {
        this.#cannotExecute(path, errno);
        return;
      }
      forbidden ??= path;
    }
    if (forbidden === undefined) this.#cannotExecute(name, ENOENT);
    else this.#cannotExecute(forbidden, EACCES);
  }

  /** The errno of executing it; undefined when that worked. */
  #try(path: string): number | undefined {
    const { argv, scenario } = this.#vector;
    const errno = scenario.executions[this.executions.length];
    const rest = argv.slice(this.#request.payload + (this.#request.dropsDashes ? 2 : 1));
    this.executions.push({ path, argv: [argv[this.#request.payload] ?? "", ...rest] });
    const held = fileOf(this.#vector, path);
    if (errno !== ENOEXEC || (typeof held === "string" && held.startsWith("\x7fELF"))) return errno;
    const shell = scenario.executions[this.executions.length];
    this.executions.push({ path: "/bin/sh", argv: ["/bin/sh", path, ...rest] });
    return shell === undefined ? undefined : ENOEXEC;
  }

  #cannotExecute(path: string, errno: number): void {
    const { dialect } = this.#request;
    if (dialect === "dumb-init") this.#fail(2, `${shown(path)}: `);
    else if (dialect === "catatonit") this.#fail(1, `failed to exec ${shown(path)}: `);
    else if (dialect === "rein") {
      this.#fail([ENOENT, 20, 40, 36].includes(errno) ? 127 : 126, `cannot run ${shown(path)}: `);
    } else {
      const status = errno === ENOENT ? 127 : errno === EACCES ? 126 : 1;
      this.#fail(status, `exec ${shown(path)} failed: `);
    }
  }

  #fail(status: number, message: string): void {
    this.failureStatus = status;
    this.failure = this.#prefix + message;
  }
}

function sayings(request: Request, { scenario }: Vector, hasStarted: boolean, hasReaped: boolean): Run["says"] {
  const { dialect, verbosity, warnsOfReaping } = request;
  const isReaper = scenario.pid === 1 || request.subreaper;
  const reaping = warnsOfReaping || verbosity >= 3;
  const orphan = scenario.pid + 2;
  switch (dialect) {
    case "tini":
      return [
        ["Spawned child process '", hasStarted && verbosity >= 2],
        [`Reaped zombie process with pid=${orphan}`, warnsOfReaping && verbosity >= 1 && hasReaped],
        ["Tini is not running as PID 1", !isReaper && verbosity >= 1],
      ];
    case "dumb-init":
      return [
        [`[dumb-init] Child spawned with PID ${scenario.pid + 1}.\n`, hasStarted && verbosity >= 2],
        [`[dumb-init] A child with PID ${orphan} exited with exit status 0.\n`, verbosity >= 2 && hasReaped],
        ["setsid complete.\n", request.newSession && verbosity >= 2],
      ];
    case "catatonit":
      return [
        [`INFO (catatonit:${scenario.pid}): started `, hasStarted && !request.pauses && verbosity >= 2],
        [`WARN (catatonit:${scenario.pid}): reaped zombie process ${orphan}\n`, reaping && hasReaped],
      ];
    default:
      return [
        ["rein: started ", hasStarted && !request.pauses && verbosity >= 2],
        [`rein: reaped zombie process ${orphan}`, reaping && hasReaped],
        ["Warning: pause should be the first process\n", dialect === "pause" && !isReaper],
      ];
  }
}
