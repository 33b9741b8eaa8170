// What bundlers take for `rein`, by the condition "module": what is loaded late would not be in the bundle.

import { execa, execaSync } from "execa";
import { provideExeca } from "./run/execa.ts";

provideExeca({ execa, execaSync });

export * from "./index.ts";
