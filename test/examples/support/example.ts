// The examples' commands, run as a container would, but on this machine.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Mode, pid1 } from "../../support/modes.ts";
import { executable, type Running, startCommand } from "../../support/rein.ts";

export const examples: string = join(import.meta.dirname, "../../../examples");

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "rein-example-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a Dockerfile's stage says, by instruction, in order; without a name it is the last one. */
export function stageOf(path: string, stage?: string): Map<string, string[]> {
  let instructions = new Map<string, string[]>();
  for (const line of readFileSync(join(examples, path), "utf8").split("\n")) {
    const [, name = "", words = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === "FROM") {
      if (stage !== undefined && instructions.get("FROM")?.[0]?.endsWith(` AS ${stage}`)) break;
      instructions = new Map();
    }
    if (name !== "") instructions.set(name, [...(instructions.get(name) ?? []), words]);
  }
  return instructions;
}

/** The command of an image: ENTRYPOINT and CMD, both in the form of lists. */
export function commandOf(path: string, stage?: string): string[] {
  const instructions = stageOf(path, stage);
  const words = (name: string): string[] => JSON.parse(instructions.get(name)?.at(-1) ?? "[]") as string[];
  return [...words("ENTRYPOINT"), ...words("CMD")];
}

export interface Container {
  /** The folder that stands for the image's WORKDIR. */
  readonly directory?: string;
  /** The image's programs: name and where it is here. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly mode?: Mode;
  readonly extraPipes?: number;
}

/** Starts an image's command, with `rein` and the other programs first on PATH. */
export async function startContainer(
  t: TestContext,
  command: readonly string[],
  { directory = "/", programs = {}, mode = pid1, extraPipes = 0 }: Container,
): Promise<Running> {
  const bin = join(temporaryFolder(t), "bin");
  mkdirSync(bin);
  for (const [name, path] of Object.entries({ rein: executable, ...programs })) symlinkSync(path, join(bin, name));
  const environment = { PATH: `${bin}:${process.env.PATH}`, HOST: "127.0.0.1", PORT: "0" };
  const running = startCommand(t, [...mode.prefix, ...command], { directory, environment, extraPipes });
  await running.findInit(mode);
  return running;
}

/** The port that a server says it listens on. */
export async function portOf(running: Running): Promise<number> {
  return Number((await running.lineMatching(/^listening on port (\d+)$/))[1]);
}

export interface Exchange {
  /** Sends the request's body, and with it its end. */
  finish(text?: string): void;
  readonly answer: Promise<string>;
}

/** Begins a request, over a connection of its own. */
export function begin(port: number, method: "GET" | "POST", length = 0): Exchange {
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
  const headers = { "content-length": length };
  const exchange = request({ host: "127.0.0.1", port, method, headers, agent: false }, async (response) => {
    let text = "";
    for await (const piece of response.setEncoding("utf8")) text += piece;
    resolve(`${response.statusCode} ${text}`);
  }).on("error", reject);
  // It may fail before anybody waits for it.
  answer.catch(() => {});
  exchange.flushHeaders();
  return { finish: (text = "") => exchange.end(text), answer };
}

export async function get(port: number): Promise<string> {
  const { finish, answer } = begin(port, "GET");
  finish();
  return answer;
}

/** Stops a server that sorts lines while it has lines to sort: it sorts them, and ends with status 0. */
export async function assertSortsAndStops(running: Running, port: number): Promise<void> {
  const lines = "b\na\n";
  const first = begin(port, "POST", lines.length);
  first.finish(lines);
  assert.equal(await first.answer, "200 a\nb\n");
  await running.lineMatching(/^sorting$/);
  const second = begin(port, "POST", lines.length);
  await running.lineMatching(/^sorting$/);
  running.signal(15);
  await running.lineMatching(/^closing$/);
  second.finish(lines);
  assert.equal(await second.answer, "200 a\nb\n");
  assert.deepEqual(await running.exit(), { status: 0, signal: null });
  assert.deepEqual(await running.stdout.rest(), ["closed"]);
}

/** What an option of rein's is given in a command, in seconds; 0 when it is not there. */
export function secondsOf(command: readonly string[], option: string): number {
  const at = command.indexOf(option);
  if (at < 0) return 0;
  const seconds = /^(\d+)s$/.exec(command[at + 1] ?? "")?.[1];
  if (seconds === undefined) throw new Error(`${option} ${command[at + 1]} is not given in seconds`);
  return Number(seconds);
}
