/**
 * `node --import rein/auto server.js`, the same in NODE_OPTIONS, or the first
 * import of a program: a container's first process becomes the executable, with
 * the same Node.js command line as its payload. Anything else goes on as it is.
 *
 * Options for the executable are in the variable REIN_OPTIONS, or else in the
 * program's package.json: `"rein": ["--grace", "10s"]`.
 */
import { createRequire } from "node:module";

// Loaded only where it is of use, as this costs every other process its time; and by require, since a module that
// awaits cannot be required itself.
if (process.pid === 1 && process.platform === "linux") createRequire(import.meta.url)("./takeover.js");
