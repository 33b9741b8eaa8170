// What cannot be executed is said in one line, and the exit status tells the two kinds apart:
// 127 for what is not there, 126 for what is there but cannot be executed.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { modes, pid1 } from "../support/modes.ts";
import { payload } from "../support/payload.ts";
import { executable, type Options, type Result, run, runCommand } from "../support/rein.ts";

const REFUSED = 125;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

const folder = mkdtempSync(join(realpathSync(tmpdir()), "rein-test-"));
chmodSync(folder, 0o755);
const noUser = process.getuid?.() !== 0 && "only root can be another user";
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer, permissions = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, permissions);
  return path;
}

function directory(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function link(name: string, target: string): string {
  const path = join(folder, name);
  symlinkSync(target, path);
  return path;
}

/** The first bytes of a 64-bit executable for a machine that there is not. */
function foreignProgram(): Buffer {
  const header = Buffer.alloc(120);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(2, 16); // an executable
  header.writeUInt16LE(0xfeba, 18); // the machine
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52); // this header's size
  return header;
}

function programWithoutLoader(): string {
  const source = file("loader.c", "int main(void) { return 0; }\n");
  const path = join(folder, "no-loader");
  const { status, stderr } = spawnSync("cc", ["-o", path, source, "-Wl,--dynamic-linker=/no/such/loader.so"], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return path;
}

/** Asserts a refusal: the status, and one line that names what failed and why; nothing was run. */
function assertRefused(result: Result, status: number, ...words: (string | RegExp)[]): void {
  assert.deepEqual([result.status, result.signal, result.stdout], [status, null, ""], result.stderr);
  const said =
    result.stderr.length > 500 ? `${result.stderr.slice(0, 200)}…${result.stderr.slice(-200)}` : result.stderr;
  assert.ok(/^rein: [^\n]*\n$/.test(result.stderr), `one line: ${said}`);
  for (const word of words) {
    const isSaid = typeof word === "string" ? result.stderr.includes(word) : word.test(result.stderr);
    assert.ok(isSaid, `${word} is said: ${said}`);
  }
}

interface Refusal {
  readonly what: string;
  readonly command: string;
  readonly status: number;
  readonly says: readonly (string | RegExp)[];
}

function refusals(): Refusal[] {
  if (payload === "") return [];
  const loop = link("loop", "loop");
  const plain = file("plain", "#!/bin/sh\necho ran\n", 0o644);
  const noLoader = programWithoutLoader();
  const longName = "n".repeat(300);
  const longPath = `/${"d/".repeat(2500)}`;
  const script = file("script", "#!/no/such/interpreter -x\necho ran\n");
  const windows = file("windows", "#!/bin/sh\r\necho ran\r\n");
  const foreign = file("foreign", foreignProgram());
  const pipe = join(folder, "pipe");
  assert.equal(spawnSync("mkfifo", ["-m", "777", pipe]).status, 0);
  return [
    // Opened to find out more about it, it would wait for a writer for ever.
    {
      what: "a named pipe",
      command: pipe,
      status: NOT_EXECUTABLE,
      says: [pipe, /permission denied/i, "(it is no regular file)"],
    },
    {
      what: "a path that is not there",
      command: "/no/such/program",
      status: NOT_FOUND,
      says: ["/no/such/program", /no such file|not found/i],
    },
    {
      what: "a name that is not in PATH",
      command: "no-such-program",
      status: NOT_FOUND,
      says: ["no-such-program", "PATH"],
    },
    {
      what: "an empty name",
      command: "",
      status: NOT_FOUND,
      says: [/\(its name is empty: is a variable not set\?\)$/m],
    },
    {
      what: "a dangling link",
      command: link("dangling", "/no/such/target"),
      status: NOT_FOUND,
      says: [
        join(folder, "dangling"),
        /no such file|not found/i,
        "(it is a link to what is not there: /no/such/target)",
      ],
    },
    {
      what: "a script for another interpreter without the permission to execute",
      command: file("python", "#!/usr/bin/env python3\n", 0o644),
      status: NOT_EXECUTABLE,
      says: ["give its interpreter: /usr/bin/env python3)"],
    },
    {
      what: "a program without the permission to execute",
      command: file("no-permission", foreignProgram(), 0o644),
      status: NOT_EXECUTABLE,
      says: ["(the file is not executable; chmod +x it)"],
    },
    {
      what: "a path below what is not there",
      command: "/no/such/program",
      status: NOT_FOUND,
      says: ["(there is no /no/)"],
    },
    {
      what: "a path from a directory that has it not",
      command: "./no-such-program",
      status: NOT_FOUND,
      says: ["(the working directory is /"],
    },
    ...["npm run start", "/bin/sh -c true"].map((command) => ({
      what: `a whole command in one word, ${command},`,
      command,
      status: NOT_FOUND,
      says: [`cannot run ${command}: No such file or directory (the whole command is one word: give each of its words`],
    })),
    { what: "a directory", command: folder, status: NOT_EXECUTABLE, says: [folder, /directory/i] },
    {
      what: "a file without the permission to execute",
      command: plain,
      status: NOT_EXECUTABLE,
      says: [plain, /permission/i, "(the file is not executable; chmod +x it, or give its interpreter: /bin/sh)"],
    },
    {
      what: "a file as a directory",
      command: `${plain}/program`,
      status: NOT_FOUND,
      says: [`${plain}/program`, /not a directory/i, `(it is no directory: ${plain}/)`],
    },
    { what: "a link to itself", command: loop, status: NOT_FOUND, says: [loop, /symbolic link|loop/i] },
    { what: "a name too long", command: `/${longName}`, status: NOT_FOUND, says: ["nnnn", /too long/i] },
    { what: "a path too long", command: longPath, status: NOT_FOUND, says: ["/d/d/d", /too long/i] },
    {
      what: "a script whose interpreter is not there",
      command: script,
      status: NOT_FOUND,
      says: [script, "/no/such/interpreter"],
    },
    {
      what: "a link to such a script",
      command: link("to-script", script),
      status: NOT_FOUND,
      says: ["(its interpreter is not there: /no/such/interpreter)"],
    },
    {
      what: "a script whose interpreter's loader is not there",
      command: file("by-no-loader", `#!${noLoader}\necho ran\n`),
      status: NOT_FOUND,
      says: ["(its interpreter's dynamic loader is not there: /no/such/loader.so)"],
    },
    {
      what: "a program of macOS",
      command: file("mach-o", Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1, 3, 0, 0, 0, 0x0a])),
      status: NOT_EXECUTABLE,
      says: [
        "Exec format error (it is neither a Linux program nor a script; give what opens it, as in java -jar FILE)",
      ],
    },
    // With chmod +x it would be run by sh.
    {
      what: "a script without #! and without the permission to execute",
      command: file("import.py", "import os\n", 0o644),
      status: NOT_EXECUTABLE,
      says: ["(the file is not executable, and has no line with #!; give its interpreter, as in sh FILE)"],
    },
    {
      what: "a JAR without the permission to execute",
      command: file("closed.jar", Buffer.from("PK\x03\x04\n\0\b\0\0\0META-INF/", "latin1"), 0o644),
      status: NOT_EXECUTABLE,
      says: [
        "Permission denied (it is neither a Linux program nor a script; give what opens it, as in java -jar FILE)",
      ],
    },
    // Their first line has no NUL, as bash looks for one.
    ...(
      [
        ["a JAR", "PK\x03\x04\n\0\b\0\0\0META-INF/"],
        ["a PNG", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
      ] as const
    ).map(([what, content]) => ({
      what,
      command: file(what.slice(2), Buffer.from(content, "latin1")),
      status: NOT_EXECUTABLE,
      says: [
        "Exec format error (it is neither a Linux program nor a script; give what opens it, as in java -jar FILE)",
      ],
    })),
    {
      what: "half a program of this machine's",
      command: file("half", readFileSync(payload).subarray(0, 64)),
      status: NOT_EXECUTABLE,
      says: ["Exec format error (it is built for another system, or damaged)"],
    },
    { what: "a script written on Windows", command: windows, status: NOT_FOUND, says: [windows, /carriage return|CR/] },
    {
      what: "a program whose loader is not there",
      command: noLoader,
      status: NOT_FOUND,
      says: [noLoader, "/no/such/loader.so"],
    },
    {
      what: "a program for another machine",
      command: foreign,
      status: NOT_EXECUTABLE,
      says: [foreign, /format|built for|machine/i],
    },
  ];
}

const all = refusals();

for (const mode of modes) {
  const skip = mode.unavailable;
  const attempt = (t: TestContext, command: string[], options?: Options): Promise<Result> =>
    run(t, mode, command, options);

  for (const { what, command, status, says } of all) {
    test(`${mode.name}: ${what} is refused with ${status} and said in one line`, { skip }, async (t) => {
      const environment = { PATH: "/usr/bin:/bin" };
      assertRefused(await attempt(t, [command, "argument"], { environment }), status, ...says);
    });
  }

  test(`${mode.name}: a text without #! is run by the shell, as a shell does`, { skip }, async (t) => {
    const text = file(`text-${mode.name}`, 'echo "$1 $#"\nexit 3\n');
    const byPath = await attempt(t, [text, "one two", "three"]);
    assert.deepEqual([byPath.status, byPath.stdout, byPath.stderr], [3, "one two 2\n", ""]);
    const byName = await attempt(t, [`text-${mode.name}`, "-e"], { environment: { PATH: `/usr/bin:/bin:${folder}` } });
    assert.deepEqual([byName.status, byName.stdout, byName.stderr], [3, "-e 1\n", ""]);
  });

  test(`${mode.name}: an empty file is a script that does nothing`, { skip }, async (t) => {
    const result = await attempt(t, [file(`empty-${mode.name}`, "")]);
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, "", ""]);
  });

  test(`${mode.name}: arguments beyond the kernel's limit are refused with 126`, { skip }, async (t) => {
    // A quarter of the stack's limit is what arguments may take.
    const words = Array.from({ length: 6 }, () => "x".repeat(100_000));
    const result = await attempt(t, [payload, "exit", "0", ...words], { options: ["--rlimit", "stack=1048576"] });
    assertRefused(result, NOT_EXECUTABLE, payload, /too (long|big|many)/i);
  });

  test(`${mode.name}: a program that is being written is refused with 126`, { skip }, async (t) => {
    const path = join(folder, `busy-${mode.name}`);
    copyFileSync(payload, path);
    chmodSync(path, 0o755);
    const writer = openSync(path, "r+");
    try {
      assertRefused(await attempt(t, [path, "exit", "0"]), NOT_EXECUTABLE, path, /busy|written/i);
    } finally {
      closeSync(writer);
    }
    assert.equal((await attempt(t, [path, "exit", "5"])).status, 5);
  });

  test(`${mode.name}: a program on a file system mounted noexec is refused with 126`, {
    skip: skip || pid1.unavailable,
  }, async (t) => {
    const place = directory(`noexec-${mode.name}`);
    const mounted = 'mount -t tmpfs -o noexec tmpfs "$1" && cp "$2" "$1/program" && shift 2 && exec "$@"';
    const inner = [...pid1.prefix, "sh", "-c", mounted, "sh", place, payload];
    // As subreaper below that shell's namespace: a namespace of its own is all that it lacks then.
    const init = mode === pid1 ? [executable] : ["sh", "-c", '"$@"; exit $?', "sh", executable];
    const result = await runCommand(t, [...inner, ...init, join(place, "program"), "exit", "0"]);
    assertRefused(result, NOT_EXECUTABLE, join(place, "program"), "(its file system is mounted noexec)");
  });

  test(`${mode.name}: what another user may not is said`, { skip: skip || noUser }, async (t) => {
    // An interpreter is one word.
    const closed = directory(`closed-${mode.name.replace(" ", "-")}`);
    copyFileSync(payload, join(closed, "program"));
    chmodSync(closed, 0o700);
    const asUser = (command: string[], options: string[] = [], path = "/usr/bin:/bin"): Promise<Result> =>
      attempt(t, command, { options: ["--user", "12345", ...options], environment: { PATH: path } });
    const own = file(`own-${mode.name}`, "#!/bin/sh\n", 0o700);
    const script = file(`by-closed-${mode.name}`, `#!${closed}/program\n`);
    const said = `(this user may not search ${closed}/)`;
    assertRefused(await asUser([join(closed, "program")]), NOT_EXECUTABLE, "Permission denied", said);
    assertRefused(await asUser([own]), NOT_EXECUTABLE, "(this user may not execute it)");
    assertRefused(await asUser([script]), NOT_EXECUTABLE, `(its interpreter may not be executed: ${closed}/program)`);
    const inPath = await asUser(["program"], [], `${closed}:/usr/bin`);
    assertRefused(inPath, NOT_FOUND, `(in PATH this user may not search ${closed}/)`);
    const within = await asUser(["true"], ["--chdir", closed]);
    assertRefused(within, REFUSED, `--chdir ${closed}: Permission denied; this user may not search ${closed}/`);
  });

  test(`${mode.name}: why a directory cannot be entered is said`, { skip }, async (t) => {
    const dangling = link(`dangling-${mode.name}`, "/no/such/target");
    for (const [path, known] of [
      ["/no/such/directory", "No such file or directory; there is no /no/"],
      [dangling, "No such file or directory; it is a link to what is not there: /no/such/target"],
      ["/bin/sh", "Not a directory; it is no directory: /bin/sh/"],
    ] as const) {
      assertRefused(await attempt(t, ["true"], { options: ["--chdir", path] }), REFUSED, `--chdir ${path}: ${known}`);
    }
  });

  test(`${mode.name}: PATH is searched as execvp does it`, { skip }, async (t) => {
    const base = directory(`path-${mode.name}`);
    const [first, second, third] = ["first", "second", "third"].map((name) => join(base, name));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    for (const one of [first, second, third]) mkdirSync(one);
    const inBase = base.slice(folder.length + 1);
    file(`${inBase}/first/tool`, "#!/bin/sh\necho first\n", 0o644);
    file(`${inBase}/second/tool`, "#!/bin/sh\necho second\n");
    file(`${inBase}/third/tool`, "#!/bin/sh\necho third\n");
    file(`${inBase}/first/broken`, "#!/no/such/interpreter\n");
    file(`${inBase}/second/broken`, "#!/bin/sh\necho second\n");
    mkdirSync(join(first, "folder"));
    const search = (path: string, name: string, place = base): Promise<Result> =>
      attempt(t, [name], { environment: { PATH: path }, directory: place });

    // One that may not be executed is passed over, and said when there is no other.
    assert.equal((await search(`${first}:${second}:${third}`, "tool")).stdout, "second\n");
    assertRefused(
      await search(`/no/such:${first}:${base}`, "tool"),
      NOT_EXECUTABLE,
      join(first, "tool"),
      /permission/i,
    );
    assertRefused(await search(`${base}:${first}`, "folder"), NOT_EXECUTABLE, join(first, "folder"));
    // A directory of PATH that is none, or is not there, is passed over.
    assert.equal((await search(`${join(first, "tool")}:/no/such:${third}`, "tool")).stdout, "third\n");
    assertRefused(await search(`${base}:/no/such`, "tool"), NOT_FOUND, "tool", "PATH");
    // An empty part is the working directory, at either end and between.
    for (const path of [`:${base}`, `${base}:`, `${base}::/no/such`, ""]) {
      assert.equal((await search(path, "tool", third)).stdout, "third\n", `PATH=${path}`);
    }
    // A name with a slash is not searched for.
    assert.equal((await search(third, "./tool", second)).stdout, "second\n");
    assertRefused(await search(third, "second/none"), NOT_FOUND, "second/none");
  });

  test(`${mode.name}: in PATH a path may be as long as the kernel takes it`, { skip }, async (t) => {
    // PATH_MAX, less the NUL.
    const LONGEST = 4095;
    const start = join(folder, `long-${mode.name}`);
    for (const [size, stdout] of [
      [LONGEST, "ran\n"],
      [LONGEST + 1, "short\n"],
    ] as const) {
      const long = `${start}/${"d/".repeat(LONGEST)}`.slice(0, size - "/tool".length).replace(/\/$/, "d");
      mkdirSync(long.slice(0, LONGEST - 1).replace(/\/$/, ""), { recursive: true });
      if (size === LONGEST) writeFileSync(`${long}/tool`, "#!/bin/sh\necho ran\n", { mode: 0o755 });
      mkdirSync(join(start, "short"), { recursive: true });
      writeFileSync(join(start, "short/tool"), "#!/bin/sh\necho short\n", { mode: 0o755 });
      const result = await attempt(t, ["tool"], { environment: { PATH: `${long}:${start}/short` } });
      assert.deepEqual([result.stdout, result.stderr], [stdout, ""]);
    }
  });

  test(`${mode.name}: without PATH the usual directories are searched`, { skip }, async (t) => {
    const result = await attempt(t, ["sh", "-c", "exit 6"], { launch: ["clear-environment"] });
    assert.deepEqual([result.status, result.stderr], [6, ""]);
  });

  test(`${mode.name}: a status of its own making is not mapped`, { skip }, async (t) => {
    for (const options of [
      ["-e", "127"],
      ["--map-exit", "127:0"],
    ]) {
      assertRefused(await attempt(t, ["/no/such/program"], { options }), NOT_FOUND, "/no/such/program");
    }
  });

  test(`${mode.name}: a failed start is said once under -vvv too`, { skip }, async (t) => {
    const result = await attempt(t, ["/no/such/program"], { options: ["-vvv"] });
    assert.equal(result.status, NOT_FOUND);
    assert.equal(result.stdout, "");
    const lines = result.stderr.trimEnd().split("\n");
    assert.equal(
      lines.filter((line) => /\/no\/such\/program.*(no such|not found)/i.test(line)).length,
      1,
      result.stderr,
    );
    assert.equal(new Set(lines).size, lines.length, `no line comes twice: ${result.stderr}`);
  });
}
