import type { execa as Execa } from "execa";
import { UnsupportedError } from "../shared/errors.ts";

let provided: typeof Execa | undefined;

/** For a bundle, in which there is nothing to be loaded later. */
export function provideExeca(execa: typeof Execa): void {
  provided = execa;
}

/** execa, whose hundred modules a function that was started by `command`, and starts nothing, need not wait for. */
export function loadedExeca(): typeof Execa {
  provided ??= load();
  return provided;
}

function load(): typeof Execa {
  const { url }: Partial<ImportMeta> = import.meta;
  if (url === undefined)
    throw new UnsupportedError(["execa"], "this bundle was made without it; take the condition module");
  const { createRequire } = process.getBuiltinModule("node:module");
  return (createRequire(url)("execa") as { execa: typeof Execa }).execa;
}
