// Runs a shell script that nobody trusts: with a folder that it may write to, or else with all that there is to be read.

import { type RunOptions, run } from "rein";

const [script = "", folder] = process.argv.slice(2);
const narrow: RunOptions = {
  preset: "untrusted",
  directory: "/work",
  env: { KEY: "a secret" },
  mounts: [
    { type: "bind", source: folder ?? "", target: "/work" },
    { type: "file", target: "/etc/note", content: "noted\n" },
  ],
};
const wide: RunOptions = {
  preset: "untrusted",
  shareNetwork: true,
  init: false,
  mounts: [{ type: "bind", source: "/", target: "/", readOnly: true }],
};
await run("sh", ["-c", script], { ...(folder === undefined ? wide : narrow), stdio: "inherit" });
