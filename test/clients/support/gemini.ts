// Runs a command as Gemini CLI does, whose core library makes bubblewrap's options:
// node gemini.ts FILE-OF-THE-LIBRARY OPTIONS, where OPTIONS is JSON of GeminiRun.

import { spawn } from "node:child_process";

/** What is given to the library, in its words. */
export interface GeminiRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly mode: Readonly<Record<string, boolean>>;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly includeDirectories?: readonly string[];
  readonly forbidden?: readonly string[];
}

interface Prepared {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  cleanup?(): void;
}

interface Manager {
  prepareCommand(request: Readonly<Record<string, unknown>>): Promise<Prepared>;
  parseDenials(result: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined;
}

const [file = "", options = ""] = process.argv.slice(2);
const { command, args, mode, policy, includeDirectories, forbidden } = JSON.parse(options) as GeminiRun;
const { LinuxSandboxManager } = (await import(file)) as {
  LinuxSandboxManager: new (options: Readonly<Record<string, unknown>>) => Manager;
};
const workspace = process.cwd();
const manager = new LinuxSandboxManager({
  workspace,
  modeConfig: mode,
  includeDirectories,
  forbiddenPaths: async () => forbidden ?? [],
});
const prepared = await manager.prepareCommand({ command, args, cwd: workspace, env: process.env, policy });
const child = spawn(prepared.program, prepared.args, {
  cwd: prepared.cwd,
  env: prepared.env,
  stdio: ["inherit", "inherit", "pipe"],
});
let errors = "";
child.stderr.on("data", (data: Buffer) => {
  errors += String(data);
  process.stderr.write(data);
});
child.on("close", (exitCode, signal) => {
  prepared.cleanup?.();
  const denials = manager.parseDenials({ exitCode, output: errors });
  if (denials !== undefined) console.log(`denied: ${JSON.stringify(denials)}`);
  if (signal !== null) console.log(`ended by ${signal}`);
  process.exitCode = exitCode ?? 1;
});
