/**
 * Docker's reexec: functions are registered under names, and a program that is
 * started under such a name, as the base name of argv[0], runs that function in
 * place of its own main (moby/sys/reexec). Stages and dialects are both that.
 */
import * as host from "../host/host";
import { argument, argumentCount } from "../linux/arguments";
import { AT_FDCWD } from "../linux/flags";
import * as linux from "../linux/linux";
import { stringAt, stringFrom } from "../support/bytes";
import { scratch } from "../support/scratch";

/** getauxval(3): the path that was executed. */
const AT_EXECFN: i32 = 31;
const LONGEST_PATH = 4096;

/** What runs under a name: returns the exit status. */
export type Entrypoint = () => i32;

class Registration {
  constructor(
    readonly name: string,
    readonly entrypoint: Entrypoint,
    readonly previous: Registration | null,
  ) {}
}

let latest: Registration | null = null;

/** The name of our file, where that decided and not argv[0]; else empty. */
export let decidingFile: string = "";

/**
 * Registers `entrypoint` under `name`, which holds no slash and is registered
 * once: a test reads main.ts for that, as asking it of a dozen names at every
 * start took a quarter of all instructions.
 */
export function register(name: string, entrypoint: Entrypoint): void {
  latest = new Registration(name, entrypoint, latest);
}

/**
 * Runs what is registered under our own name, or else under our file's, or else
 * `otherwise`. Returns the exit status.
 */
export function dispatch(otherwise: Entrypoint): i32 {
  let registration = find(self());
  if (registration == null) registration = findFile();
  return registration == null ? otherwise() : registration.entrypoint();
}

function find(name: string): Registration | null {
  let registration = latest;
  while (registration != null && registration.name != name) registration = registration.previous;
  return registration;
}

/**
 * Callers give argv[0] as they like: `exec -a jailshell bwrap`, or `-bwrap` for a
 * login shell. The path that was executed tells then, and what the kernel calls
 * the file where that has only a descriptor's number (fexecve(3)) or a link's name.
 */
function findFile(): Registration | null {
  const address = host.auxiliaryValue(AT_EXECFN);
  const path = address == 0 ? "" : stringFrom(address);
  const registration = findDialect(isScript(path) ? "" : path);
  if (registration != null) return registration;
  const size = linux.readlinkat(AT_FDCWD, bytes("/proc/self/exe"), scratch, LONGEST_PATH);
  return findDialect(stringAt(scratch, max(size, 0)));
}

/** Whether it is a script that has us as its interpreter: its name is its author's, and a word of ours (execve(2)). */
function isScript(path: string): bool {
  for (let i = 1; i <= 2 && i < argumentCount(); i++) if (stringFrom(argument(i)) == path) return true;
  return false;
}

/** No stage: whoever may name files only is not to begin in the middle. */
function findDialect(path: string): Registration | null {
  const name = baseName(path);
  if (name.startsWith("rein-")) return null;
  const registration = find(name);
  if (registration != null) decidingFile = name;
  return registration;
}

/** The base name of argv[0]; empty when there is none. */
export function self(): string {
  return argumentCount() == 0 ? "" : baseNameAt(argument(0));
}

/** Of the NUL-terminated path at `address`, which is as long as the caller likes: nothing of its folders stays on the heap. */
function baseNameAt(address: u64): string {
  const slash = bytes("/");
  let start = address + host.length(address);
  while (start > address && host.startsWith(start - 1, slash, 1) == 0) start--;
  return stringFrom(start);
}

function baseName(path: string): string {
  return path.substring(path.lastIndexOf("/") + 1);
}
