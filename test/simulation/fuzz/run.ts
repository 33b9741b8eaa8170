// Runs the executable once on a vector, and tells what came of it.

import { Instance, ProcessEnded, type Program } from "../kernel/module.ts";
import { quietScenario, type Vector } from "../oracle/vector.ts";
import type { FuzzKernel } from "./kernel.ts";

export interface Outcome<Kernel extends FuzzKernel = FuzzKernel> {
  readonly kernel: Kernel;
  /** The exit status, without memory too; undefined when it did not come to an end. */
  readonly status: number | undefined;
  /** What was thrown in place of an end. */
  readonly thrown: Error | undefined;
  /** The allocator asked for more memory than there is: the host ends the process with a message of its own. */
  readonly ranOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export class Runner<Kernel extends FuzzKernel = FuzzKernel> {
  readonly #instance: Instance;
  readonly #boot: (vector: Vector, instance: Instance) => Kernel;
  /** Where in the wasm a trap is that stands for the memory's end. */
  readonly #end: string;

  constructor(program: Program, boot: (vector: Vector, instance: Instance) => Kernel) {
    this.#instance = new Instance(program);
    this.#boot = boot;
    const tooLong = this.run({ argv: ["rein", "x".repeat(8_000_000)], envp: [], scenario: quietScenario });
    this.#end = placeOf(tooLong.thrown);
    if (this.#end === "") throw new Error("eight megabytes of options did not end in a trap");
  }

  run(vector: Vector): Outcome<Kernel> {
    const kernel = this.#boot(vector, this.#instance);
    this.#instance.reset(kernel, vector.argv, vector.envp);
    let status: number | undefined;
    let thrown: Error | undefined;
    try {
      status = this.#instance.main() & 0xff;
    } catch (reason) {
      if (reason instanceof ProcessEnded) status = reason.waitStatus >> 8;
      else thrown = reason instanceof Error ? reason : new Error(String(reason));
    }
    const ranOut = thrown !== undefined && placeOf(thrown) === this.#end;
    if (ranOut) status = this.#statusWithoutMemory(thrown);
    return {
      kernel,
      status,
      thrown,
      ranOut,
      stdout: textOn(kernel, 1),
      stderr: textOn(kernel, 2),
    };
  }

  /** What the host does when there is no more memory ends the process. */
  #statusWithoutMemory(trap: unknown): number | undefined {
    try {
      this.#instance.runOut(trap);
    } catch (end) {
      if (end instanceof ProcessEnded) return end.waitStatus >> 8;
      throw end;
    }
    return undefined;
  }
}

/** The place in the wasm where a trap happened. */
function placeOf(trap: Error | undefined): string {
  return trap instanceof WebAssembly.RuntimeError
    ? (/wasm-function\[\d+\]:0x[0-9a-f]+/.exec(trap.stack ?? "")?.[0] ?? "")
    : "";
}

function textOn(kernel: FuzzKernel, file: number): string {
  let text = "";
  for (const piece of kernel.written) if (piece.file === file) text += piece.text;
  return text;
}
