// What a caller handed in, as plain data of our own. It is asked for each value once, so that what was checked is what is
// used. Only an object's own properties count: one that inherits others, as an instance of a class does, is refused, for
// passing over a getter named `capabilities` would run the program with all of them. And what every object inherits, when
// somebody has written to Object.prototype, nobody has handed in: a copy has no prototype.

import { types } from "node:util";
import { OptionError } from "../shared/errors.ts";
import { OWN_OPTIONS } from "./arguments.ts";
import { refuse, text } from "./values.ts";

/** How far options are nested: `identity.uidMap[0].inside`. One that contains itself has no end. */
const DEEPEST = 4;

/**
 * Copies of what stands behind the name in a call: arguments and options, or options alone. Anything else throws an
 * `OptionError`: were options behind options passed over, the program would run without them.
 */
export function argumentsAndOptions<Options>(call: readonly unknown[]): { args: unknown[]; options: Options } {
  if (call.length > 2) throw new OptionError("options", "there are more arguments behind them");
  const [first = [], second] = call;
  const hasArguments = Array.isArray(first);
  if (typeof first === "string") refuse("args", first, `an array: give [${JSON.stringify(first)}]`);
  if (!hasArguments && call.length > 1) refuse("args", first, "an array");
  const options = hasArguments ? second : first;
  return { args: hasArguments ? elements("args", first) : [], options: copyOptions(options) as Options };
}

/** Those of this package to the last value, execa's as they are. */
function copyOptions(options: unknown = {}): object {
  const copy = ownProperties("options", options);
  for (const [key, value] of Object.entries(copy)) if (OWN_OPTIONS.has(key)) copy[key] = copied(key, value, 1);
  if (copy.env !== undefined) copy.env = copyVariables(copy.env);
  return copy;
}

/** Each as the text that the program gets: with another one at a second look, options could be put between those of --args. */
function copyVariables(env: unknown): Record<string, string | undefined> {
  if (typeof env !== "object" || env === null || types.isProxy(env)) refuse("env", env, "an object that is no Proxy");
  const copy: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(env))
    copy[name] = value === undefined ? undefined : text(`env[${JSON.stringify(name)}]`, String(value));
  return copy;
}

/** The same properties, and no others: `{ ...options }` would inherit what somebody wrote to Object.prototype. */
export function withoutPrototype<T extends object>(options: T): T {
  return Object.assign(Object.create(null), options);
}

function copied(option: string, value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  // What is in it may be changed while the program is being started.
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (depth > DEEPEST) throw new OptionError(option, "is nested too deep");
  if (Array.isArray(value)) {
    return elements(option, value).map((element, index) => copied(`${option}[${index}]`, element, depth + 1));
  }
  const copy = ownProperties(option, value);
  for (const [key, one] of Object.entries(copy)) copy[key] = copied(`${option}.${key}`, one, depth + 1);
  return copy;
}

/** By their numbers: a subclass's own `map` or iterator may leave some out. */
function elements<T>(option: string, value: readonly T[]): T[] {
  if (types.isProxy(value)) refuse(option, value, "a plain array: a Proxy may have more than it shows");
  return Array.from({ length: value.length }, (_, index) => {
    if (Object.hasOwn(value, index)) return value[index] as T;
    throw new OptionError(`${option}[${index}]`, "there is a hole in the array");
  });
}

function ownProperties(option: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || !isPlain(value)) {
    refuse(option, value, "a plain object: what another one inherits or computes would be passed over");
  }
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.getOwnPropertyNames(value)) copy[key] = (value as Record<string, unknown>)[key];
  return copy;
}

function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isForeignObjectPrototype(prototype as object);
}

/** Object.prototype of another realm, as of node:vm or Jest: that is built in and inherits nothing. */
function isForeignObjectPrototype(prototype: object): boolean {
  if (types.isProxy(prototype) || Object.getPrototypeOf(prototype) !== null) return false;
  const method: unknown = Object.getOwnPropertyDescriptor(prototype, "isPrototypeOf")?.value;
  return typeof method === "function" && Function.prototype.toString.call(method).includes("[native code]");
}
