// A checkout in miniature: the scripts as they are, and in place of what they call, programs that tell that they were
// called. Nothing is fetched, and only what a script really needs is on PATH.

import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";

export const root: string = join(import.meta.dirname, "../../..");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Checkout {
  /** Where it is, alone in a folder. */
  readonly folder: string;
  /** The folder of what stands in for programs, which is first on PATH. */
  readonly programs: string;
  readonly #calls: string;

  constructor(t: TestContext) {
    const parent = mkdtempSync(join(tmpdir(), "rein-checkout-"));
    t.after(() => rmSync(parent, { recursive: true, force: true }));
    // With a space, as people have them.
    this.folder = join(parent, "a checkout");
    this.programs = join(parent, "programs");
    this.#calls = join(parent, "calls");
    this.write("package-lock.json", "{}");
    for (const path of ["scripts", "package.json"]) cpSync(join(root, path), this.path(path), { recursive: true });
    mkdirSync(this.programs);
    // Newer than package-lock.json: the dependencies are there.
    this.write("node_modules/.package-lock.json", "{}");
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    chmodSync(this.path(name), mode);
  }

  /** A program of PATH that notes its name and arguments, and then does what the lines of sh say. */
  stand(name: string, lines = ""): void {
    writeFileSync(join(this.programs, name), this.#script(name, lines), { mode: 0o755 });
  }

  /** The same for a program of the dependencies. */
  standInDependencies(name: string, lines = ""): void {
    this.write(`node_modules/.bin/${name}`, this.#script(name, lines), 0o755);
  }

  #script(name: string, lines: string): string {
    return `#!/bin/sh\necho "${name} $*" >>'${this.#calls}'\n${lines}\n`;
  }

  /** What was called so far, a line each. */
  calls(): string[] {
    return existsSync(this.#calls) ? readFileSync(this.#calls, "utf8").trim().split("\n") : [];
  }

  /** Runs a command in the checkout. */
  run(words: readonly string[], environment: Record<string, string> = {}, input = ""): Ended {
    const [file = "", ...args] = words;
    // Tests that run tests: those would think that they are part of these.
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const env = { ...inherited, PATH: `${this.programs}:/usr/sbin:/usr/bin:/sbin:/bin`, ...environment };
    const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: this.folder, encoding: "utf8", env, input });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  }
}

// As an ordinary user with a user namespace, in which mounting is allowed.
const unshare = ["unshare", "--mount", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];
const probe = spawnSync(unshare[0] as string, [...unshare.slice(1), "mount", "-t", "tmpfs", "none", tmpdir()]);

/** Why nothing can be mounted here, or false. */
export const mountsUnavailable: string | false =
  probe.status !== 0 && `nothing can be mounted here: ${probe.error?.message ?? probe.stderr.toString().trim()}`;

/** The words that run a command after lines of sh, in a mount namespace of their own; the command's words follow. */
export function afterMounting(lines: string): string[] {
  return [...unshare, "sh", "-ec", `${lines}\nexec "$@"`, "sh"];
}
