// Landlock: what the payload may still reach of files, TCP ports, abstract sockets and other processes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { APP, asOrdinaryUser, assertRefused, usersUnavailable } from "../support/accounts.ts";
import { attemptsUnavailable, landlockVersion, openAttempts, outcomes, unrestricted } from "../support/attempts.ts";
import { type Result, runCommand } from "../support/rein.ts";

/** Why a test that needs this version of the kernel's Landlock cannot be here, or false. */
function needs(version: number): string | false {
  if (attemptsUnavailable !== false) return attemptsUnavailable;
  return landlockVersion < version && `this kernel's Landlock is of version ${landlockVersion}, not ${version}`;
}

interface Scene {
  readonly rein: string;
  readonly attempts: string;
  /** A folder with the file `file`, the folder `sub`, and a program to be executed, `program`. */
  readonly folder: string;
}

function openScene(t: TestContext): Scene {
  const { folder, rein, attempts } = openAttempts(t);
  const scene = join(folder, "scene");
  mkdirSync(join(scene, "sub"), { recursive: true });
  writeFileSync(join(scene, "file"), "content");
  writeFileSync(join(scene, "program"), "#!/bin/sh\n");
  for (const name of ["", "file", "program"]) chmodSync(join(scene, name), 0o777);
  return { rein, attempts, folder: scene };
}

/** What comes of the attempts under these options; the program itself may be executed. */
async function tried(
  t: TestContext,
  scene: Scene,
  options: readonly string[],
  words: readonly string[],
  prefix: readonly string[] = [],
) {
  const allowed = ["--landlock-exec", scene.attempts];
  const result = await runCommand(t, [...prefix, scene.rein, ...allowed, ...options, "--", scene.attempts, ...words]);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, "");
  return Object.values(outcomes(result));
}

const READS = ["read-file", "list"];
const WRITES = ["write-file", "truncate-file", "make-file", "make-fifo", "remove-file"];

/** A word for each attempt, in this folder; removing comes last. */
function attemptsIn(folder: string): string[] {
  const places: Record<string, string> = { list: ".", "make-file": "new", "make-fifo": "fifo", "remove-file": "new" };
  return [...READS, "execute", ...WRITES].map((name) => `${name}:${join(folder, places[name] ?? "file")}`);
}

const DENIED = "EACCES";
const NOTHING = Array.from({ length: 8 }, () => DENIED);
// The file is no program that the kernel knows: where Landlock lets it be executed, it is ENOEXEC.
const READING = ["done", "done", DENIED, DENIED, DENIED, DENIED, DENIED, "ENOENT"];
const EXECUTION = ["done", "done", "ENOEXEC", DENIED, DENIED, DENIED, DENIED, "ENOENT"];
const WRITING = ["done", "done", DENIED, "done", "done", "done", "done", "done"];
const EVERYTHING = ["done", "done", "ENOEXEC", "done", "done", "done", "done", "done"];

describe("files", { skip: needs(3) }, () => {
  test("without options all of it can be done", (t) => {
    assert.deepEqual(Object.values(unrestricted(attemptsIn(openScene(t).folder))), EVERYTHING);
  });

  for (const [option, expected] of [
    ["--landlock-ro", READING],
    ["--landlock-exec", EXECUTION],
    ["--landlock-rw", WRITING],
  ] as const) {
    test(`${option} allows that below its folder, and elsewhere nothing is allowed`, async (t) => {
      const scene = openScene(t);
      const elsewhere = openScene(t).folder;
      const words = [...attemptsIn(scene.folder), ...attemptsIn(elsewhere)];
      // What is not there may be told: that is no right of Landlock's.
      const nothing = [...NOTHING.slice(0, 7), "ENOENT"];
      assert.deepEqual(await tried(t, scene, [option, scene.folder], words), [...expected, ...nothing]);
    });

    test(`${option} on a file is for that file alone`, async (t) => {
      const scene = openScene(t);
      const words = attemptsIn(scene.folder);
      const outcome = await tried(t, scene, [option, join(scene.folder, "file")], words);
      const onFile = expected.map((one, i) =>
        ["list", "make-file", "make-fifo"].some((name) => words[i]?.startsWith(name)) ? DENIED : one,
      );
      onFile[7] = "ENOENT";
      assert.deepEqual(outcome, onFile);
    });
  }

  test("several add up: what may be written may be executed only when that is asked for as well", async (t) => {
    const scene = openScene(t);
    const options = ["--landlock-rw", scene.folder, "--landlock-exec", scene.folder];
    assert.deepEqual(await tried(t, scene, options, attemptsIn(scene.folder)), EVERYTHING);
  });

  test("--landlock-rw makes no devices, whatever privileges the payload has", { skip: usersUnavailable }, async (t) => {
    const scene = openScene(t);
    const words = [`make-device:${join(scene.folder, "null")}`];
    assert.deepEqual(await tried(t, scene, ["--landlock-rw", scene.folder], words), [DENIED]);
    assert.deepEqual(Object.values(unrestricted(words)), ["done"]);
  });

  test("a link is followed to what it names, and a path begins at the caller's directory", async (t) => {
    const scene = openScene(t);
    symlinkSync("scene", join(scene.folder, "..", "link"));
    const words = ["sh", "-c", 'cd "$0/.." && exec "$@"', scene.folder];
    const outcome = await tried(t, scene, ["--chdir", "/", "--landlock-ro", "link"], attemptsIn(scene.folder), words);
    assert.deepEqual(outcome, READING);
  });

  test("it comes after --user and --cap-drop, and an ordinary user needs no privilege", {
    skip: usersUnavailable,
  }, async (t) => {
    const scene = openScene(t);
    const words = [`read-file:${join(scene.folder, "file")}`, "read-file:/etc/passwd"];
    for (const [prefix, options] of [
      [[], ["--user", `${APP}:${APP}`, "--cap-drop", "ALL"]],
      [asOrdinaryUser, []],
    ] as const)
      assert.deepEqual(await tried(t, scene, [...options, "--landlock-ro", scene.folder], words, prefix), [
        "done",
        DENIED,
      ]);
  });

  for (const [name, inside] of [
    ["with a PID namespace", ["--unshare-pid", "--proc", "/proc"]],
    ["without a PID namespace", []],
  ] as const) {
    test(`in a sandbox ${name}: paths are those inside, and the init is not restricted`, {
      skip: usersUnavailable,
    }, async (t) => {
      const scene = openScene(t);
      const sandbox = [...inside, "--ro-bind", scene.attempts, "/attempts", "--dir", "/open", "--dir", "/shut"];
      const options = ["--landlock-exec", "/attempts", "--landlock-rw", "/open"];
      const words = ["make-file:/open/new", "make-file:/shut/new"];
      for (const prefix of [[], asOrdinaryUser]) {
        const result = await runCommand(t, [...prefix, scene.rein, ...sandbox, ...options, "/attempts", ...words]);
        assert.deepEqual(Object.values(outcomes(result)), ["done", DENIED], result.stderr);
      }
    });
  }

  test("the payload has the ruleset's descriptor no more than any other", async (t) => {
    const scene = openScene(t);
    const options = ["--landlock-exec", "/"];
    const result = await runCommand(t, [scene.rein, ...options, "sh", "-c", "readlink /proc/$$/fd/*"]);
    assert.doesNotMatch(result.stdout, /landlock/);
    assert.match(result.stdout, /null/);
  });

  test("the -try options pass over what is not there, and nothing else", async (t) => {
    for (const [option, expected] of [
      ["--landlock-ro-try", READING],
      ["--landlock-exec-try", EXECUTION],
      ["--landlock-rw-try", WRITING],
    ] as const) {
      const scene = openScene(t);
      const words = attemptsIn(scene.folder);
      const none = [...NOTHING.slice(0, 7), "ENOENT"];
      assert.deepEqual(await tried(t, scene, [option, "/nowhere"], words), none);
      assert.deepEqual(await tried(t, scene, [option, scene.folder, option, "/nowhere"], words), expected);
      const result = await runCommand(t, [scene.rein, option, join(scene.folder, "file/below"), "--", "true"]);
      assertRefused(result, [new RegExp(`${option} .*: Not a directory`)]);
    }
  });

  test("a path that is not there is refused, by its option and name", async (t) => {
    const scene = openScene(t);
    for (const option of ["--landlock-ro", "--landlock-rw", "--landlock-exec"]) {
      const result = await runCommand(t, [scene.rein, option, "/nowhere", "echo", "payload"]);
      assertRefused(result, [new RegExp(`${option} /nowhere: No such file or directory`)]);
    }
  });

  test("a command that may not be executed: the message says which option allows it", async (t) => {
    const scene = openScene(t);
    const result = await runCommand(t, [scene.rein, "--landlock-ro", "/", scene.attempts]);
    assert.equal(result.status, 126);
    assert.match(
      result.stderr,
      /^rein: cannot run \S+: Permission denied\nrein: --landlock-exec has to allow the command/,
    );
  });

  for (const [what, mode, interpreter] of [
    ["the file's own mode does", 0o644, "/bin/sh"],
    ["there is an interpreter without its x bit, and all files are allowed", 0o755, "/etc/passwd"],
  ] as const) {
    test(`Landlock is not said to keep a command from execution where ${what}`, async (t) => {
      const scene = openScene(t);
      const script = join(scene.folder, "script");
      writeFileSync(script, `#!${interpreter}\n`, { mode });
      for (const prefix of [[], asOrdinaryUser]) {
        const result = await runCommand(t, [...prefix, scene.rein, "--landlock-exec", "/", script]);
        assert.equal(result.status, 126);
        assert.match(result.stderr, /^rein: cannot run \S+: Permission denied[^\n]*\n$/);
      }
    });
  }

  test("Landlock is not said to keep a directory from execution", async (t) => {
    const scene = openScene(t);
    const result = await runCommand(t, [scene.rein, "--landlock-ro", "/", scene.folder]);
    assert.equal(result.status, 126);
    assert.match(result.stderr, /^rein: cannot run \S+: Permission denied \(it is a directory\)\n$/);
  });
});

/** Listens on a port or an abstract socket until the test ends. */
async function listen(t: TestContext, place: number | string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(place, resolve));
  return server;
}

async function freePort(t: TestContext): Promise<number> {
  const address = (await listen(t, 0)).address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("TCP", { skip: needs(4) }, () => {
  const run = async (t: TestContext, scene: Scene, options: readonly string[], words: readonly string[]) => {
    const result = await runCommand(t, [scene.rein, ...options, scene.attempts, ...words]);
    assert.equal(result.status, 0, result.stderr);
    return Object.values(outcomes(result));
  };

  test("--landlock-connect-tcp allows that port alone, and no binding", async (t) => {
    const scene = openScene(t);
    const [open, shut] = [await freePort(t), await freePort(t)];
    const words = [`connect:${open}`, `connect:${shut}`, "bind:0", `read-file:${join(scene.folder, "file")}`];
    assert.deepEqual(Object.values(unrestricted(words)), ["done", "done", "done", "done"]);
    assert.deepEqual(await run(t, scene, ["--landlock-connect-tcp", `${open}`], words), [
      "done",
      DENIED,
      DENIED,
      "done",
    ]);
  });

  test("--landlock-bind-tcp allows that port alone, and no connecting; 0 is one that the kernel chooses", async (t) => {
    const scene = openScene(t);
    const port = await freePort(t);
    const words = ["bind:0", "bind:1234", `connect:${port}`];
    assert.deepEqual(await run(t, scene, ["--landlock-bind-tcp", "0"], words), ["done", DENIED, DENIED]);
  });

  test("none: no TCP at all", async (t) => {
    const scene = openScene(t);
    const words = ["bind:0", `connect:${await freePort(t)}`];
    assert.deepEqual(await run(t, scene, ["--landlock-connect-tcp", "none"], words), [DENIED, DENIED]);
  });

  test("what is no port is refused", async (t) => {
    const scene = openScene(t);
    for (const value of ["65536", "-1", "http", ""])
      assertRefused(await runCommand(t, [scene.rein, "--landlock-bind-tcp", value, "true"]), [/is not a port/]);
  });
});

describe("scopes", { skip: needs(6) }, () => {
  const outcome = async (t: TestContext, options: readonly string[], words: readonly string[]) => {
    const scene = openScene(t);
    const result = await runCommand(t, [scene.rein, ...options, scene.attempts, ...words]);
    assert.equal(result.status, 0, result.stderr);
    return Object.values(outcomes(result));
  };

  test("abstract-unix: no socket outside is reached", async (t) => {
    const name = `rein-test-${process.pid}`;
    await listen(t, `\0${name}`);
    const words = [`abstract:${name}`, "kill:0"];
    assert.deepEqual(Object.values(unrestricted(words)), ["done", "done"]);
    assert.deepEqual(await outcome(t, ["--landlock-scope", "abstract-unix"], words), ["EPERM", "done"]);
  });

  test("signal: nobody outside is signalled, the init neither; those inside are, and the init signals the payload", async (t) => {
    const words = ["kill:0", `kill:${process.pid}`];
    assert.deepEqual(await outcome(t, ["--landlock-scope", "signal"], words), ["EPERM", "EPERM"]);
    const scene = openScene(t);
    const script = "sleep 100 & kill $! && wait $!; echo $?; kill -TERM $$";
    const result = await runCommand(t, [scene.rein, "--landlock-scope", "signal", "sh", "-c", script]);
    assert.deepEqual([result.stdout, result.status], ["143\n", 143], result.stderr);
  });
});

const noStrace = spawnSync("strace", ["-V"]).error !== undefined && "there is no strace";

/** What is said and done where the kernel answers otherwise; the calls are those of the options here. */
describe("an older kernel", { skip: needs(7) || noStrace }, () => {
  const all = ["--landlock-exec", "/", "--landlock-connect-tcp", "443", "--landlock-scope", "signal"];

  async function traced(
    t: TestContext,
    answer: string,
    options: readonly string[],
  ): Promise<Result & { calls: string }> {
    const { rein, folder } = openScene(t);
    const trace = join(folder, "trace");
    const inject = `inject=landlock_create_ruleset:${answer}:when=1`;
    const calls = "trace=landlock_create_ruleset,landlock_add_rule,landlock_restrict_self";
    const words = ["strace", "-f", "-X", "raw", "-o", trace, "-e", calls, "-e", inject];
    const result = await runCommand(t, [...words, rein, ...options, "echo", "payload"]);
    return { ...result, calls: readFileSync(trace, "utf8") };
  }

  for (const [version, files, cannot] of [
    [
      1,
      "0x1fff",
      "allow moves between directories, deny truncation, deny ioctls on devices, deny TCP, keep to a scope,",
    ],
    [2, "0x3fff", "deny truncation, deny ioctls on devices, deny TCP, keep to a scope,"],
    [3, "0x7fff", "deny ioctls on devices, deny TCP, keep to a scope,"],
    [4, "0x7fff", "deny ioctls on devices, keep to a scope,"],
    [5, "0xffff", "keep to a scope,"],
    [6, "0xffff", ""],
  ] as const) {
    test(`version ${version}: what it cannot do is said once, and the rest is done`, async (t) => {
      const { calls, ...result } = await traced(t, `retval=${version}`, all);
      assert.equal(result.stdout, "payload\n");
      const said = `rein: this kernel's Landlock, of version ${version}, cannot ${cannot} but does the rest\n`;
      assert.equal(result.stderr, cannot === "" ? "" : said);
      assert.match(calls, new RegExp(`landlock_create_ruleset\\(\\{handled_access_fs=${files},`));
      // A port's rule, which version 4 brought, is the one of type 2.
      assert.equal(/landlock_add_rule\(\d+, (0x)?2,/.test(calls), version >= 4, calls);
      assert.match(calls, /landlock_restrict_self\(\d+, 0\)\s+= 0/);
    });

    test(`version ${version}: --landlock-strict refuses what is not all of it`, async (t) => {
      const { calls: _, ...result } = await traced(t, `retval=${version}`, ["--landlock-strict", ...all]);
      if (cannot === "") assert.equal(result.stdout, "payload\n", result.stderr);
      else assertRefused(result, [/cannot .*, as --landlock-strict demands/]);
    });
  }

  test("version 9: connecting to sockets by path is a right, too, and writing has it", async (t) => {
    // This one may refuse what it does not know.
    const { calls } = await traced(t, "retval=9", ["--landlock-rw", "/", "--landlock-ro", "/usr"]);
    assert.match(calls, /landlock_create_ruleset\(\{handled_access_fs=0x1ffff,/);
    if (landlockVersion >= 9) {
      assert.match(calls, /allowed_access=0x1f7be/);
      assert.match(calls, /allowed_access=0xc,/);
    }
  });

  test("--landlock-log: the audit log has what is refused after the execve, since version 7", async (t) => {
    const logged = await traced(t, "retval=7", [...all, "--landlock-log", "--landlock-strict"]);
    assert.deepEqual([logged.stdout, logged.stderr], ["payload\n", ""]);
    assert.match(logged.calls, /landlock_restrict_self\(\d+, 0x2\)\s+= 0/);
    const older = await traced(t, "retval=6", [...all, "--landlock-log"]);
    assert.equal(
      older.stderr,
      "rein: this kernel's Landlock, of version 6, cannot log what it refuses, but does the rest\n",
    );
    assert.match(older.calls, /landlock_restrict_self\(\d+, 0\)\s+= 0/);
    const { calls: _, ...strict } = await traced(t, "retval=6", [...all, "--landlock-log", "--landlock-strict"]);
    assertRefused(strict, [/cannot log what it refuses, as --landlock-strict demands/]);
  });

  test("what was not asked for is not missed", async (t) => {
    const result = await traced(t, "retval=4", ["--landlock-strict", "--landlock-connect-tcp", "443"]);
    assert.deepEqual([result.stdout, result.stderr], ["payload\n", ""]);
  });

  for (const [errno, says] of [
    ["ENOSYS", /Function not implemented/],
    ["EOPNOTSUPP", /it is not switched on/],
    ["EPERM", /Operation not permitted/],
  ] as const) {
    test(`${errno}: the command does not start, and the message says what the kernel needs`, async (t) => {
      const { calls: _, ...result } = await traced(t, `error=${errno}`, all);
      assertRefused(result, [says, /CONFIG_SECURITY_LANDLOCK/, /lsm=/, /seccomp/]);
    });
  }

  test("a ruleset that cannot be put into force: the command does not start", async (t) => {
    const { rein } = openScene(t);
    const words = ["strace", "-f", "-o", "/dev/null", "-e", "inject=landlock_restrict_self:error=E2BIG"];
    const result = await runCommand(t, [...words, rein, ...all, "echo", "payload"]);
    assertRefused(result, [/landlock_restrict_self: Argument list too long/]);
  });
});

test("strace before rein shows the path that is refused, as docs/sandbox-a-script.md has it", {
  skip: noStrace || needs(1),
}, async (t) => {
  const { rein, folder } = openScene(t);
  const page = readFileSync(join(import.meta.dirname, "../../docs/sandbox-a-script.md"), "utf8");
  const [, recipe = "", found = ""] = /`(strace .*?) rein OPTION.*COMMAND; (grep .*?)`/.exec(page) ?? [];
  const file = join(folder, "file");
  const script = `${recipe} "$@"; ${found.replaceAll("\\|", "|")}`;
  const words = ["sh", "-c", script, "sh", rein, "--landlock-exec", "/usr", "--", "cat", file];
  const { stdout, stderr } = await runCommand(t, words, { directory: folder });
  assert.equal(stderr, `cat: ${file}: Permission denied\n`);
  assert.match(stdout, new RegExp(`"${file}".* = -1 EACCES[^]*\\n.*write\\(2, "cat: `));
});
