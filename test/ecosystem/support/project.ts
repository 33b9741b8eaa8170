// An application's folder as a stranger has it: the tarball is installed by npm, and the tools are found above it.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { after, type TestContext } from "node:test";
import type { Node } from "../../library/support/nodes.ts";
import { tarball } from "../../package/support/tarball.ts";
import { type Options, type Result, type Running, runCommand, startCommand } from "../../support/rein.ts";
import { type Collection, packages } from "./packages.ts";

/** Files by their paths in the folder; objects are written as JSON. */
export type Files = Readonly<Record<string, string | object>>;

const templates = new Map<Collection, string>();

/** A folder in which npm has installed the tarball, without scripts. */
function template(collection: Collection): string {
  const known = templates.get(collection);
  if (known !== undefined) return known;
  const { folder } = packages(collection);
  mkdirSync(join(folder, "applications"), { recursive: true });
  const made = mkdtempSync(join(folder, "applications", "template-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  writeFileSync(join(made, "package.json"), JSON.stringify({ name: "application", private: true }));
  const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", tarball];
  const npm = spawnSync("npm", words, { cwd: made, encoding: "utf8" });
  if (npm.status !== 0) throw new Error(`npm cannot install the tarball: ${npm.stderr}`);
  templates.set(collection, made);
  return made;
}

/** Writes files into a folder. */
export function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
}

/** An application with these files, which goes with the test. */
export function project(t: TestContext, files: Files, collection: Collection = "npm"): string {
  const folder = make(files, collection);
  t.after(() => remove(folder));
  return folder;
}

/** One for all tests of a file, which write nothing to it; to be asked for outside of them. It is made for the first. */
export function sharedProject(files: Files, collection: Collection = "npm"): () => string {
  let folder: string | undefined;
  after(() => folder !== undefined && remove(folder));
  return () => {
    folder ??= make(files, collection);
    return folder;
  };
}

function make(files: Files, collection: Collection): string {
  const from = template(collection);
  const folder = mkdtempSync(join(dirname(from), "application-"));
  cpSync(join(from, "node_modules"), join(folder, "node_modules"), { recursive: true });
  write(folder, { "package.json": { name: "application", private: true, type: "module" }, ...files });
  return folder;
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

const outside = ["NODE_TEST_CONTEXT", "REIN_ECOSYSTEM_ROWS", "NODE_OPTIONS", "FORCE_COLOR", "npm_config_prefix"];

/** The words with which this Node.js is the one on PATH, and nothing is known of the test runner around. */
function within(node: Node, folder: string, words: readonly string[], options: Options): [string[], Options] {
  const tools = ["node_modules/.bin", "../../node_modules/.bin"].map((path) => join(folder, path));
  const path = [...tools, dirname(node.path), process.env.PATH].join(delimiter);
  const environment = { PATH: path, NO_COLOR: "1", ...options.environment };
  const given = Object.keys(options.environment ?? {});
  const unset = outside.filter((name) => !given.includes(name)).flatMap((name) => ["-u", name]);
  return [["env", ...unset, ...words], { directory: folder, ...options, environment }];
}

/** Runs a command in the folder to its end. */
export function execute(
  t: TestContext,
  node: Node,
  folder: string,
  words: readonly string[],
  options: Options = {},
): Promise<Result> {
  return runCommand(t, ...within(node, folder, words, options));
}

/** Starts one. */
export function begin(
  t: TestContext,
  node: Node,
  folder: string,
  words: readonly string[],
  options: Options = {},
): Running {
  return startCommand(t, ...within(node, folder, words, options));
}

/** A command's output without the space around it; it has to end with 0. */
export async function output(...run: Parameters<typeof execute>): Promise<string> {
  const { status, signal, stdout, stderr } = await execute(...run);
  if (status !== 0) throw new Error(`${run[3].join(" ")}: ended with ${status ?? signal}\n${stdout}${stderr}`);
  return stdout.trim();
}
