import { executableHelp } from "./executable-help.ts";
import { executableOptions } from "./executable-options.ts";
import type { GeneratedFile } from "./file.ts";
import { reference } from "./reference.ts";

/** Everything that is generated from the table of options. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [executableOptions(), executableHelp(), reference()];
}
