/**
 * Docker's reexec: functions are registered under names, and a program that is
 * started under such a name, as the base name of argv[0], runs that function in
 * place of its own main (moby/sys/reexec). Stages and dialects are both that.
 */
import { argument, argumentCount } from "../linux/arguments";
import { stringFrom } from "../support/bytes";

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

/**
 * Registers `entrypoint` under `name`, which holds no slash and is registered
 * once: a test reads main.ts for that, as asking it of a dozen names at every
 * start took a quarter of all instructions.
 */
export function register(name: string, entrypoint: Entrypoint): void {
  latest = new Registration(name, entrypoint, latest);
}

/** Runs what is registered under our own name, or `otherwise` when nothing is. Returns the exit status. */
export function dispatch(otherwise: Entrypoint): i32 {
  const registration = find(self());
  return registration == null ? otherwise() : registration.entrypoint();
}

function find(name: string): Registration | null {
  let registration = latest;
  while (registration != null && registration.name != name) registration = registration.previous;
  return registration;
}

/** The base name of argv[0]; empty when there is none. */
export function self(): string {
  if (argumentCount() == 0) return "";
  const path = stringFrom(argument(0));
  return path.substring(path.lastIndexOf("/") + 1);
}
