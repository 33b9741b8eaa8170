// `sh -c 'a | b'`: the shell passes no signal on, and as PID 1 it does not even get one.

import { join } from "node:path";
import { writeIdler } from "./support/idler.ts";
import { tryOut } from "./support/scenario.ts";

const program = {
  name: "dash",
  file: "/usr/bin/dash",
  package: "dash",
  version: ["dpkg-query", "--show", "dash"],
} as const;

function pipeline(name: string, options: readonly string[], outcome: string): void {
  tryOut({
    name: `sh -c 'a | b' ${name}`,
    program,
    options,
    signal: "SIGTERM",
    status: 143,
    outcome,
    command(folder) {
      for (const part of ["a", "b"]) writeIdler(join(folder, part), `echo ${part} cleaned up >&2`);
      // What is said goes to stderr: the standard output of a is the pipe.
      return ["dash", "-c", `sh ${folder}/a >&2 | sh ${folder}/b >&2`];
    },
    async use({ running }) {
      for (let i = 0; i < 2; i++) await running.errorLineMatching(/^ready$/);
      return async () => {
        const said = (await running.stderr.rest()).filter((line) => line.endsWith(" cleaned up"));
        return said.length === 2 ? "both cleaned up" : "both cut off";
      };
    },
  });
}

// The shell ends, and with it PID 1: the kernel kills the parts.
pipeline("ends with its shell", [], "both cut off");
pipeline("drains its parts", ["--drain", "10s"], "both cleaned up");
pipeline("ends as a group", ["-g", "--drain", "10s"], "both cleaned up");
