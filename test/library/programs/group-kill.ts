// Runs a command that is PID 1 itself, and kills its whole process group: whoever shares it is gone.

import { run } from "rein";

const script = "(kill -KILL 0) & wait; kill -KILL 0; exit 5";
const options = { namespaces: ["user", "pid"], init: false, stdio: "inherit", reject: false } as const;
const { exitCode } = await run("sh", ["-c", script], options);
console.log(`there, after ${exitCode}`);
