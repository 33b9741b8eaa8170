// Signals to bubblewrap's outer process: what its parent sees, and who is left.

import { constants } from "node:os";
import { inspector } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";

const compareSignal = client({ name: "signals to the outer process" });

const everything = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];

for (const options of [
  [],
  ["--die-with-parent"],
  ["--new-session"],
  ["--unshare-pid"],
  ["--unshare-pid", "--die-with-parent"],
  ["--unshare-pid", "--as-pid-1"],
  ["--unshare-pid", "--as-pid-1", "--die-with-parent"],
  ["--unshare-user", "--unshare-pid", "--die-with-parent", "--new-session"],
]) {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const) {
    compareSignal({
      name: [signal, ...options].join(" "),
      // An ordinary user's is the same code.
      ...(!options.includes("--unshare-user") && { person: "root" }),
      blind: true,
      request: () => ({
        command: ["bwrap", ...everything, ...options, "--", inspector, "wait"],
        patience: 5000,
        async meanwhile({ running, client }) {
          await running.lineMatching(/^ready$/);
          process.kill(await client(), constants.signals[signal]);
        },
      }),
    });
  }
}

for (const options of [[], ["--unshare-pid"]]) {
  compareSignal({
    name: ["the end of the caller", "--die-with-parent", ...options].join(" "),
    blind: true,
    request: () => ({
      // The shell is ended, and has what it started not as its own any more.
      command: [
        "sh",
        "-c",
        '"$@" & wait',
        "sh",
        "bwrap",
        ...everything,
        "--die-with-parent",
        ...options,
        "--",
        inspector,
        "wait",
      ],
      async meanwhile({ running, client }) {
        await running.lineMatching(/^ready$/);
        process.kill(await client(), "SIGKILL");
      },
    }),
  });
}

/** How the command ends, as the caller sees it. */
for (const [name, script] of [
  ["an exit status", "exit 42"],
  ["a signal", "kill -TERM $$"],
  ["a signal that dumps core", "ulimit -c 0; kill -SEGV $$"],
  ["a child in the background", "sleep 1000 & exit 5"],
] as const) {
  for (const options of [[], ["--unshare-pid"], ["--unshare-pid", "--as-pid-1"]]) {
    compareSignal({
      name: [`the command ends with ${name}`, ...options].join(" "),
      blind: true,
      request: () => ({ command: ["bwrap", ...everything, ...options, "--", "sh", "-c", script] }),
    });
  }
}
