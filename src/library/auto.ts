/**
 * `node --import rein/auto server.js`, the same in NODE_OPTIONS, or the first
 * import of a program: a container's first process becomes the executable, with
 * the same Node.js command line as its payload. Anything else goes on as it is.
 *
 * Options for the executable are in the variable REIN_OPTIONS, or else in the
 * application's package.json: `"rein": ["--grace", "10s"]`.
 */
import { takeOver } from "./pid-1/take-over.ts";

// Nothing is loaded only here: a bundle has no file beside it, and a module that awaits could not be required.
if (process.pid === 1 && process.platform === "linux") takeOver();
