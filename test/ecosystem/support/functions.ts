// What test/ecosystem/programs/functions.mjs does with the functions that it registers, seen from outside.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Node } from "../../library/support/nodes.ts";
import { environment, processes } from "../../support/processes.ts";
import type { Result } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import { execute, type Files, project } from "./project.ts";

/** ESM. */
export const program: string = readFileSync(join(import.meta.dirname, "../programs/functions.mjs"), "utf8");
/** CommonJS has no await outside of a function. */
export const withoutAwait: string = program.replace("await main()", "main()");
export const inCommonJs: string = withoutAwait.replaceAll(/^import (.*) from (.*);$/gm, "const $1 = require($2);");

/** TypeScript that Node.js alone does not run. */
export const typed = (code: string): string => `${code}\nexport enum Kind { One }\n`;

/** An application with the program in it, and what its processes note down. */
export class Functions {
  readonly folder: string;
  readonly #t: TestContext;
  readonly #node: Node;

  constructor(t: TestContext, node: Node, files: Files = {}) {
    this.#t = t;
    this.#node = node;
    this.folder = project(t, {
      "functions.mjs": program,
      "functions.cjs": inCommonJs,
      log: "",
      ...files,
    });
  }

  get environment(): Record<string, string> {
    return { FUNCTIONS_LOG: join(this.folder, "log") };
  }

  /** The option for `command()`. */
  get script(): Record<string, string> {
    return { FUNCTIONS_OPTIONS: JSON.stringify({ script: join(this.folder, "functions.mjs") }) };
  }

  /** Runs a command to its end. */
  run(words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Result> {
    return execute(this.#t, this.#node, this.folder, words, { environment: { ...this.environment, ...more } });
  }

  /** Writes another text into one of its files. */
  change(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Under which names the program was started since it was asked last. */
  started(): string[] {
    const log = join(this.folder, "log");
    const names = readFileSync(log, "utf8").trim().split("\n").filter(Boolean);
    writeFileSync(log, "");
    return names.sort();
  }

  /** Waits until none of the processes is there that have the application's variables. */
  async nobodyIsLeft(): Promise<void> {
    const mark = `\0FUNCTIONS_LOG=${this.environment.FUNCTIONS_LOG}\0`;
    await eventually("nobody is left", () => !processes().some((pid) => environment(pid).includes(mark)));
  }

  /** The command runs the program; each function is started once, its output and status arrive, and nobody is left. */
  async work(words: readonly string[], { more = {}, status = 7, main = "node" } = {}): Promise<void> {
    const result = await this.run(words, more);
    this.#tells(result.stdout + result.stderr);
    assert.equal(result.status, status, result.stderr);
    assert.doesNotMatch(result.stderr, /REIN_NO_EXECUTABLE/);
    assert.deepEqual(this.started(), [main, "failing", "inner", "outer", "words"].sort());
    await this.nobodyIsLeft();
  }

  #tells(output: string): void {
    const [line] = /\{"words":.*/.exec(output) ?? [];
    assert.ok(line !== undefined, output);
    const told = { words: ["one -e --watch", "", 3], outer: ["inner", "", 0], failing: ["", "it fails", 1] };
    assert.deepEqual(JSON.parse(line), told);
  }

  /** It is refused to start a function, as the main script is not the program, and nothing is started. */
  async refuse(words: readonly string[], reason: RegExp, main: readonly string[] = ["node"]): Promise<void> {
    const { stdout, stderr, status } = await this.run(words);
    const output = stdout + stderr;
    const [message] = /ReexecError\]?: .*/.exec(output) ?? [output];
    assert.match(message, reason);
    assert.match(message, /; give the option script: /);
    assert.notEqual(status, 0);
    assert.deepEqual(this.started(), main);
    await this.nobodyIsLeft();
  }

  /** Is refused, and works with the option. */
  async needScript(words: readonly string[], reason: RegExp, { status = 7 } = {}): Promise<string> {
    await this.refuse(words, reason);
    await this.work(words, { more: this.script, status });
    return "with `script`";
  }
}
