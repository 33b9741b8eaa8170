// A terminal to run things on, and an interactive shell to type at.

import { once } from "node:events";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { TestContext } from "node:test";
import { compile, payload, payloadUnavailable } from "./payload.ts";
import { children } from "./processes.ts";
import { type Ending, executable, type Options, type Running, startCommand } from "./rein.ts";
import { eventually, within } from "./waiting.ts";

let path = "";
let reason: string | false = payloadUnavailable;
try {
  path = compile("terminal", [join(import.meta.dirname, "terminal.c")]);
} catch (error) {
  reason = error instanceof Error ? error.message : String(error);
}

/** Why there is no terminal, or false. */
export const terminalUnavailable: string | false = reason;

export const CTRL_C = "\x03";
export const CTRL_Z = "\x1a";
export const CTRL_BACKSLASH = "\x1c";

/** A pseudo terminal with a command as the leader of its session: see terminal.c. Without echo: what it shows, a program wrote. */
export class Terminal {
  readonly running: Running;
  readonly #control: Writable;

  constructor(running: Running) {
    this.running = running;
    this.#control = running.process.stdio[3] as Writable;
    this.#control.on("error", () => {});
  }

  /** As if typed: control characters are what they are to a terminal. */
  type(text: string): void {
    this.running.stdin.write(text);
  }

  /** The next line on the screen. */
  line(): Promise<string> {
    return this.running.line();
  }

  /** The next line on the screen that matches; the ones before it are passed over. */
  lineMatching(pattern: RegExp): Promise<RegExpExecArray> {
    return this.running.lineMatching(pattern);
  }

  ready(): Promise<void> {
    return this.running.ready();
  }

  resize(rows: number, columns: number): void {
    this.#control.write(`size ${rows} ${columns}\n`);
  }

  /** Takes the terminal away from all that run on it. */
  hangUp(): void {
    this.#control.write("hangup\n");
  }

  /** The foreground process group, as a number outside all namespaces. */
  async foreground(): Promise<number> {
    this.#control.write("foreground\n");
    return Number(await this.running.extra.get(4)?.next());
  }

  /** Waits until the foreground process group is one that is wanted, and returns it. */
  foregroundThat(what: string, isWanted: (group: number) => boolean): Promise<number> {
    const ask = async (): Promise<number> => {
      for (;;) {
        const group = await this.foreground();
        if (isWanted(group)) return group;
      }
    };
    return within(`the foreground to be ${what}`, ask(), () => this.running.seen());
  }

  /** The process so many generations below the terminal, each the only child: 1 is the session's leader. */
  descendant(generation: number): Promise<number> {
    return eventually(`generation ${generation} is there\n${this.running.seen()}`, () => {
      let pid = this.running.process.pid;
      for (let i = 0; i < generation && pid !== undefined; i++) pid = children(pid)[0];
      return pid;
    });
  }

  /** How the session's leader ended. */
  ending(): Promise<Ending> {
    return this.running.exit();
  }
}

/** Opens a terminal that runs a command; it and all that it started end with the test. */
export function openTerminal(t: TestContext, command: readonly string[], options: Options = {}): Terminal {
  return new Terminal(startCommand(t, [path, ...command], { ...options, extraPipes: 2 }));
}

const PROMPT = "prompt>";

/** An interactive bash that asks for commands with a line of its own. A bash script would not pass PS1 on to it. */
export const bash: readonly string[] = [
  ...["env", `PS1=${PROMPT}\n`, "HISTFILE=", "LC_ALL=C"],
  ...["bash", "--norc", "--noprofile", "--noediting", "-i"],
];

/** Names for command lines: "$REIN" and "$PAYLOAD" are the two executables, */
export const shellEnvironment: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  REIN: executable,
  PAYLOAD: payload,
};

/**
 * A payload that says "ready" and stays until a signal ends or stops it. Not
 * `sh -c "echo ready; exec sleep"`: a Ctrl-C that dash catches just before the
 * exec is lost with it.
 */
export const stayer: readonly string[] = [payload, "delay", "10", "0", "0"];

/** `bash` as a command line has to have it. */
export const bashLine: string = bash.map((word) => `$'${word.replace("\n", "\\n")}'`).join(" ");

/** An interactive bash on a terminal, by itself or under something else. */
export class Shell {
  readonly terminal: Terminal;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** The lines up to the next prompt. */
  async prompt(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.terminal.line();
      if (line === PROMPT) return lines;
      lines.push(line);
    }
  }

  /** Types a command that is not waited for. */
  type(command: string): void {
    this.terminal.type(`${command}\n`);
  }

  /** Types a command, and returns what is shown up to the next prompt. */
  run(command: string): Promise<string[]> {
    this.type(command);
    return this.prompt();
  }

  /** The last command's exit status. */
  async status(): Promise<number> {
    const lines = await this.run("echo status=$?");
    return Number(lines.at(-1)?.replace("status=", ""));
  }
}

/** Opens a terminal with an interactive bash on it; `prefix` are words that stand before it. */
export async function openShell(t: TestContext, prefix: readonly string[] = []): Promise<Shell> {
  const shell = new Shell(openTerminal(t, [...prefix, ...bash], { environment: shellEnvironment }));
  await shell.prompt();
  return shell;
}

/** Waits until the terminal is gone for all: what it showed is complete then. */
export async function screenEnds(terminal: Terminal): Promise<void> {
  const stream = terminal.running.process.stdout;
  if (stream !== null && !stream.closed) {
    await within("the screen's end", once(stream, "close"), () => terminal.running.seen());
  }
}
