#!/usr/bin/env node
// The command `rein` of an installed package: becomes the executable.

import { become, refuse } from "./become.ts";
import { findExecutable } from "./executable.ts";

const words = process.argv.slice(2);
try {
  if (words[0] === "--install") {
    const { install } = await import("./install.ts");
    install(words.slice(1));
  } else {
    const executable = findExecutable();
    if (executable !== undefined) become(executable, words);
    const { runPortably } = await import("./portable.ts");
    process.exit(await runPortably(words));
  }
} catch (error) {
  refuse(error);
}
