/**
 * `node --import rein/auto server.js`, the same in NODE_OPTIONS, or the first
 * import of a program: a container's first process becomes the executable, with
 * the same Node.js command line as its payload. Anything else goes on as it is.
 *
 * Options for the executable are in the variable REIN_OPTIONS, or else in the
 * program's package.json: `"rein": ["--grace", "10s"]`.
 */
export {};

if (process.pid === 1 && process.platform === "linux") {
  // Loaded only here, as it costs time that all other processes are to be spared; and by require, since a module that
  // awaits could not be required itself.
  const { createRequire } = process.getBuiltinModule("node:module");
  createRequire(import.meta.url)("./takeover.js");
}
