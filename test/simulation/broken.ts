// The module again, built from sources in which one thing is broken on purpose.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { ascOptions, withByteLiterals } from "../../scripts/module-source.ts";

const root = join(import.meta.dirname, "../..");

/** A change to the executable's own text that breaks it. */
export interface Breakage {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The invariant that finds it. */
  readonly kinds: readonly string[];
  /** Within how many schedules it is found. */
  readonly within: number;
}

export const breakages: readonly Breakage[] = [
  {
    name: "one child a SIGCHLD",
    file: "init/reap.ts",
    from: "else if (!isStop) this.report.reaped(pid, status);",
    to: "else if (!isStop) this.report.reaped(pid, status);\n      return;",
    kinds: ["a zombie is left"],
    within: 500,
  },
  {
    name: "SIGCHLD is not heeded",
    file: "init/init.ts",
    from: "if (signal == Signal.CHLD) reaper.reapAll();",
    to: "if (signal == Signal.CHLD) continue;",
    kinds: ["a zombie is left"],
    within: 500,
  },
  {
    name: "a lost exit status",
    file: "payload/payload.ts",
    from: "this.waitStatus = waitStatus;",
    to: "this.waitStatus = waitStatus & 0x7f;",
    kinds: ["a wrong exit status"],
    within: 500,
  },
  {
    name: "an exit status by an orphan",
    file: "init/reap.ts",
    from: "else if (!isStop) this.report.reaped(pid, status);",
    to: "else if (!isStop) {\n this.report.reaped(pid, status);\n this.payload.ended(status);\n }",
    kinds: ["the init ended early", "a wrong exit status"],
    within: 500,
  },
  {
    name: "a signal forwarded twice",
    file: "init/forward.ts",
    from: "const result = this.send(signal);",
    to: "let result = this.send(signal);\n    if (original >= Signal.RTMIN) result = this.send(signal);",
    kinds: ["a signal too many"],
    within: 2000,
  },
  {
    name: "a signal forgotten while the payload is stopped",
    file: "init/forward.ts",
    from: "private pass(original: i32): void {",
    to: "private pass(original: i32): void {\n    if (this.groupIsStopped && original != Signal.CONT) return;",
    kinds: ["a signal was lost", "a time is missed"],
    within: 5000,
  },
  {
    name: "no grace timer",
    file: "init/shutdown.ts",
    from: "if (next == NEVER || (this.killAt != NEVER && this.killAt < next)) next = this.killAt;",
    to: "",
    kinds: ["a time is missed"],
    within: 1000,
  },
  {
    name: "the grace timer starts anew at every signal",
    file: "init/shutdown.ts",
    from: "this.plan.grace != NEVER && this.killAt == NEVER &&",
    to: "this.plan.grace != NEVER &&",
    kinds: ["a time is missed"],
    within: 10_000,
  },
  {
    name: "no release after the stop delay",
    file: "init/init.ts",
    from: "forwarder.release();",
    to: "",
    kinds: ["a time is missed", "the init spins", "a signal was lost"],
    within: 1000,
  },
  {
    name: "memory taken in the loop",
    file: "init/forward.ts",
    from: "const signal = this.plan.rewrite[original];",
    to: "const signal = this.plan.rewrite[original];\n    if (original == Signal.HUP) heap.alloc(16);",
    kinds: ["the heap grew"],
    within: 1000,
  },
  {
    name: "own SIGPIPE forwarded",
    file: "init/forward.ts",
    from: "return information.pid == this.self && (OWN & signalBit(information.signal)) != 0;",
    to: "return false;",
    kinds: ["a signal too many", "the init spins"],
    within: 1000,
  },
  {
    name: "the terminal is kept",
    file: "init/init.ts",
    from: "terminal.takeBackFrom(payload.pid);",
    to: "",
    kinds: ["the terminal was kept"],
    within: 1000,
  },
];

/** Builds the module with a breakage, or, to see that it is the same, without one; `options` are the compiler's. */
export async function build(breakage?: Breakage, options: readonly string[] = []): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  let isBroken = breakage === undefined;
  const main = "src/executable/main.ts";
  const { error, stderr } = await asc.main([main, ...ascOptions, ...options, "--baseDir", root, "-o", "module.wasm"], {
    readFile(name, base) {
      const path = join(base, name);
      if (!existsSync(path)) return null;
      let code = readFileSync(path, "utf8");
      if (breakage !== undefined && path === join(root, dirname(main), breakage.file)) {
        if (!code.includes(breakage.from)) throw new Error(`${breakage.file} has no ${breakage.from}`);
        code = code.replace(breakage.from, () => breakage.to);
        isBroken = true;
      }
      return withByteLiterals(code);
    },
    writeFile(name, contents) {
      if (name === "module.wasm") wasm = contents as Uint8Array;
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`${breakage?.name}: ${error?.message} ${stderr}`);
  if (!isBroken) throw new Error(`${breakage?.file} is not among the sources`);
  return wasm;
}
