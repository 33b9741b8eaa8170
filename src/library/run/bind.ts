// How `run` and `runSync` are called: with a file, a template, or options that are bound.

import { fileURLToPath } from "node:url";
import { mergeOptions } from "../options/bound.ts";
import { checkNames } from "../options/execa-options.ts";
import { argumentsAndOptions } from "../options/handed-in.ts";
import type { ReinOptions } from "../options/options.ts";
import { list, name, text } from "../options/values.ts";
import type { Label } from "./child-process.ts";
import type { Program } from "./start.ts";
import { asTemplate } from "./template.ts";

/** All options that are taken from callers, whose values are not checked yet. */
type Options = ReinOptions & { readonly argv0?: string };

/** What starts a program; the names of the options were checked. */
type Start<Taken extends Options> = (program: Program, options: Taken) => unknown;

/** The function that takes any of these calls, and those that are made of it by binding options. */
export function bindable<Taken extends Options>(
  caller: "run" | "runSync",
  start: Start<Taken>,
  bound: object = {},
): (...call: readonly unknown[]) => unknown {
  const merged = (call: readonly unknown[]): Taken => {
    const { options } = argumentsAndOptions<object>(call);
    checkNames(options, caller);
    return mergeOptions(bound, options);
  };
  return (...call) => {
    const template = asTemplate(call);
    if (template !== undefined) return start(...programOf(template, merged([])));
    const [file, ...more] = call;
    if (isOptions(file)) return bindable(caller, start, merged(call));
    const { args, options } = argumentsAndOptions<object>(more);
    const path = name("file", file instanceof URL ? fileURLToPath(file) : file);
    return start(...programOf({ file: path, args: list("args", args, text) }, merged([options])));
  };
}

function isOptions(first: unknown): boolean {
  return typeof first === "object" && first !== null && !Array.isArray(first) && !(first instanceof URL);
}

function programOf<Taken extends Options>(label: Label, options: Taken): [Program, Taken] {
  const words = "file" in label ? [label.file, ...label.args] : [];
  const argv0 = options.argv0 === undefined ? undefined : text("argv0", options.argv0);
  return [{ label, words, image: undefined, argv0 }, options];
}
