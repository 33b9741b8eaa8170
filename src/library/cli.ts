#!/usr/bin/env node
// The command `rein` of an installed package: becomes the executable.

import { become, refuse } from "./pid-1/become.ts";
import { install } from "./pid-1/install.ts";
import { findExecutable } from "./shared/executable.ts";

const args = process.argv.slice(2);
try {
  if (args[0] === "--install") install(args.slice(1));
  else {
    const executable = findExecutable();
    if (executable !== undefined) become(executable, args);
    // Loaded only here, with execa: where there is an executable it would be loaded for nothing.
    const { runPortably } = await import("./portable/run-portably.ts");
    process.exit(await runPortably(args));
  }
} catch (error) {
  refuse(error);
}
