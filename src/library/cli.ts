#!/usr/bin/env node
// The command `rein` of an installed package: becomes the executable.

import { become, refuse } from "./pid-1/become.ts";
import { findExecutable } from "./shared/executable.ts";

const words = process.argv.slice(2);
try {
  if (words[0] === "--install") {
    const { install } = await import("./pid-1/install.ts");
    install(words.slice(1));
  } else {
    const executable = findExecutable();
    if (executable !== undefined) become(executable, words);
    const { runPortably } = await import("./portable/run-portably.ts");
    process.exit(await runPortably(words));
  }
} catch (error) {
  refuse(error);
}
