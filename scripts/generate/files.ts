import { bashCompletion } from "./completions/bash.ts";
import { fishCompletion } from "./completions/fish.ts";
import { zshCompletion } from "./completions/zsh.ts";
import { executableHelp } from "./executable-help.ts";
import { executableOptions } from "./executable-options.ts";
import type { GeneratedFile } from "./file.ts";
import { reinManual } from "./manual/rein.ts";
import { bwrapManual } from "./manual/rein-bwrap.ts";
import { portableOptions } from "./portable-options.ts";
import { reference } from "./reference.ts";
import { executableWords, libraryWords } from "./words.ts";

/** Everything that is generated from the table of options. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [
    executableOptions(),
    executableHelp(),
    executableWords(),
    libraryWords(),
    portableOptions(),
    reference(),
    reinManual(),
    bwrapManual(),
    bashCompletion(),
    zshCompletion(),
    fishCompletion(),
  ];
}
