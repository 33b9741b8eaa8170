// --user: the standard streams can be opened by their names, /dev/stdout and its like, and nothing else is given away.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, type TestContext, test } from "node:test";
import { openPrograms, usersUnavailable } from "../support/accounts.ts";
import { modes, pid1 } from "../support/modes.ts";
import { type Result, runCommand } from "../support/rein.ts";
import { openTerminal, terminalUnavailable } from "../support/terminal.ts";

const UID = 7;
const open = "cat </dev/stdin; echo out >/dev/stdout; echo error >/dev/stderr";
const python = spawnSync("python3", ["-c", "import os; os.memfd_create"]).status === 0 ? false : "there is no python3";

/** Runs a shell's script, which finds the words of an init with these options at "$@". */
async function script(
  t: TestContext,
  prefix: readonly string[],
  options: readonly string[],
  text: string,
): Promise<Result> {
  const { folder, rein } = openPrograms(t);
  const words = ["sh", "-c", `cd ${folder} && ${text}`, "sh", ...prefix, rein, ...options, "--", "sh", "-c"];
  return runCommand(t, words);
}

for (const mode of modes) {
  describe(mode.name, { skip: mode.unavailable || usersUnavailable }, () => {
    test("pipes are the user's", async (t) => {
      const text = `{ { echo in | "$@" '${open}' | cat; } 2>&1 >&3 | cat; } 3>&1`;
      const result = await script(t, mode.prefix, ["--user", `${UID}:8`], text);
      assert.deepEqual(result.stdout.split("\n").toSorted(), ["", "error", "in", "out"], result.stderr);
    });

    test("without --user they stay the caller's", async (t) => {
      const text = `"$@" 'stat -L -c %u /proc/self/fd/1' | cat`;
      assert.equal((await script(t, mode.prefix, [], text)).stdout, "0\n");
      assert.equal((await script(t, mode.prefix, ["--user", "7:8"], text)).stdout, "7\n");
    });

    test("a file, a FIFO and a device with a name stay whose they are", async (t) => {
      const text = `umask 022; mkfifo fifo; exec 9<>fifo; "$@" 'echo out' >file 2>&9 </dev/null; stat -c %u file fifo /dev/null`;
      assert.equal((await script(t, mode.prefix, ["--user", "7:8"], text)).stdout, "0\n0\n0\n");
    });

    test("memory files are the user's, and files of a tmpfs not", { skip: python }, async (t) => {
      const program =
        'import os, sys; f = os.memfd_create("x"); os.dup2(f, 1); p = os.spawnvp(os.P_WAIT, sys.argv[1], sys.argv[1:]); os.lseek(f, 0, 0); os.write(2, os.read(f, 99))';
      const text = `python3 -c '${program}' "$@" 'echo out >/dev/stdout; stat -L -c %u /proc/self/fd/3 3>&1 >&2'`;
      assert.deepEqual((await script(t, mode.prefix, ["--user", "7:8"], text)).stderr, "7\nout\n");
    });

    test("a removed file of a tmpfs stays whose it is", async (t) => {
      const program = `mount -t tmpfs none /mnt; exec 9>/mnt/file 8</mnt/file; rm /mnt/file; "$@" : >&9; stat -f -L -c %T /proc/self/fd/8; stat -L -c %u /proc/self/fd/8`;
      const text = `unshare --mount sh -c '${program.replaceAll("'", `'\\''`)}' sh "$@"`;
      assert.match((await script(t, mode.prefix, ["--user", "7:8"], text)).stdout, /^tmpfs.*\n0\n$/);
    });
  });
}

describe("a terminal", { skip: terminalUnavailable || usersUnavailable }, () => {
  const showsOwner = ["--user", "7:8", "--", "sh", "-c", "echo; stat -L -c 'owner %u' /dev/stdin"];
  const ofContainer = [...pid1.prefix, "setsid", "--ctty"];

  test("of a container is the user's", { skip: pid1.unavailable }, async (t) => {
    const { rein } = openPrograms(t);
    const words = [...showsOwner.slice(0, -1), "echo written >/dev/stdout; stat -L -c 'owner %u' /dev/stdin"];
    const terminal = openTerminal(t, [...ofContainer, rein, ...words]);
    await terminal.lineMatching(/^written$/);
    await terminal.lineMatching(/^owner 7$/);
  });

  // What root types there afterwards, any process of the user's would read.
  const shells: readonly (readonly [name: string, prefix: readonly string[], options: readonly string[]])[] = [
    ["of root's own shell", [], []],
    ["of root's own shell, in a session of its own", ["setsid", "--wait"], ["--new-session"]],
    ["of a shell with a PID namespace on it", pid1.prefix, []],
    ["of a sandbox's caller", ofContainer, ["--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"]],
  ];
  for (const [name, prefix, options] of shells) {
    test(`${name} stays root's`, { skip: prefix.includes("unshare") && pid1.unavailable }, async (t) => {
      const { rein } = openPrograms(t);
      await openTerminal(t, [...prefix, rein, ...options, ...showsOwner]).lineMatching(/^owner 0$/);
    });
  }

  test("stays root's after a command that cannot be run", async (t) => {
    const { rein } = openPrograms(t);
    const text = `${rein} --user 7:8 -- /nowhere; stat -L -c 'owner %u' /dev/stdin`;
    await openTerminal(t, ["sh", "-c", text]).lineMatching(/^owner 0$/);
  });

  test("of somebody else's stays theirs, as of who came by sudo(8)", async (t) => {
    const { rein } = openPrograms(t);
    const command = `chown 1000 /proc/self/fd/0 2>/dev/null || chown 1000 "$(tty)"; exec ${rein} --user 7:8 -- sh -c "stat -L -c 'owner %u' /dev/stdin"`;
    await openTerminal(t, [...(pid1.unavailable ? [] : ofContainer), "sh", "-c", command]).lineMatching(/^owner 1000$/);
  });
});

test("where the user is refused they stay the caller's", { skip: usersUnavailable }, async (t) => {
  const text = `{ setpriv --bounding-set=-setgid --inh-caps=-all "$@" true 2>&3; stat -L -c %u /proc/self/fd/1 >&3; } 3>&1 | cat`;
  const { stdout, stderr } = await script(t, [], ["--user", "7:8"], text.replace("/fd/1 >&3", "/fd/4 4>&1 >&3"));
  assert.match(stdout + stderr, /Operation not permitted[\s\S]*^0$/m);
});

test("closed streams are nobody's", { skip: usersUnavailable }, async (t) => {
  const result = await script(t, [], ["--user", "7:8"], `"$@" 'exit 5' <&- >&- 2>&-`);
  assert.equal(result.status, 5);
});

test("with a socket the command starts all the same", { skip: usersUnavailable }, async (t) => {
  // Streams that Node.js makes are sockets.
  const { rein } = openPrograms(t);
  const result = await runCommand(t, [rein, "--user", "7:8", "--", "sh", "-c", "echo out; echo error >&2"]);
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, "out\n", "error\n"]);
});
