// A template, and options that are bound.

import { run } from "rein";

const start = run({ env: { A: "1" } });
console.log((await start`sh -c ${'echo $A $0 "$1"'} ${["x", "y z"]}`).stdout);
