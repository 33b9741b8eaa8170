// Filters of system calls: compiled ones from descriptors, and the two built-in ones.

import assert from "node:assert/strict";
import { linkSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { asOrdinaryUser, assertRefused, openFolder, usersUnavailable } from "../support/accounts.ts";
import { attempts, attemptsUnavailable, openAttempts, outcomes, unrestricted } from "../support/attempts.ts";
import { executable, type Options, type Result, runCommand, startCommand } from "../support/rein.ts";

const skip = attemptsUnavailable;
const x64Only = process.arch !== "x64" && "it is about x86-64";

function rein(t: TestContext, words: readonly string[], options: Options = {}): Promise<Result> {
  return runCommand(t, [executable, ...words], options);
}

async function tried(t: TestContext, options: readonly string[], words: readonly string[]) {
  const result = await rein(t, [...options, "--", attempts, ...words]);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stderr, "");
  return outcomes(result);
}

const same = (words: readonly string[], outcome: string): Record<string, string> =>
  Object.fromEntries(words.map((word) => [word, outcome]));

/** Of the machine and of others on it: what Docker's own list denies a container without capabilities. */
const deniedByDocker = [
  ...["acct", "add_key", "bpf", "clock_settime", "delete_module", "fanotify_init", "finit_module", "fsconfig"],
  ...["fsmount", "fsopen", "fspick", "get_mempolicy", "init_module", "io_uring_enter", "io_uring_register"],
  ...["io_uring_setup", "kcmp", "kexec_load", "keyctl", "mbind", "mount", "mount_setattr", "move_mount"],
  ...["move_pages", "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd", "pivot_root"],
  ...["process_madvise", "quotactl", "quotactl_fd", "reboot", "request_key", "set_mempolicy", "setdomainname"],
  ...["sethostname", "setns", "settimeofday", "swapoff", "swapon", "syslog", "umount2", "userfaultfd"],
];
/** And beyond it: what sets the clock, and what came after that list. */
const denied = [...deniedByDocker, "adjtimex", "clock_adjtime", "open_tree_attr"];
const deniedOnX64 = ["uselib", "iopl", "ioperm", "_sysctl", "ustat"];

const NEW_NAMESPACES = ["0x20000", "0x2000000", "0x4000000", "0x8000000", "0x10000000", "0x20000000", "0x40000000"];
const TIOCSTI = "0x5412";
const TIOCLINUX = "0x541c";

for (const profile of ["default", "strict"]) {
  describe(`--seccomp-profile ${profile}`, { skip }, () => {
    const options = ["--seccomp-profile", profile];

    test("denies what is the machine's or another's business", async (t) => {
      const words = process.arch === "x64" ? [...denied, ...deniedOnX64] : denied;
      // Root's attempts all go another way without: else nothing would show that the filter did it.
      const outcomesWithout = Object.values(unrestricted(words)).filter((outcome) => outcome !== "EPERM");
      assert.ok(outcomesWithout.length >= (process.getuid?.() === 0 ? words.length : 10));
      assert.deepEqual(await tried(t, options, words), same(words, "EPERM"));
    });

    test("lets everyday calls through to the kernel", async (t) => {
      assert.deepEqual(await tried(t, options, ["chdir", "openat", "read", "faccessat2", "clone:0", "socket:1"]), {
        ...{ chdir: "EFAULT", openat: "EFAULT", read: "EBADF", faccessat2: "EINVAL" },
        ...{ "clone:0": "done", "socket:1": "done" },
      });
    });

    test("denies a process in new namespaces, of whatever kind, also by clone3, whose flags it cannot see", async (t) => {
      const words = NEW_NAMESPACES.flatMap((flag) => [`clone:${flag}`, `unshare:${flag}`]);
      assert.deepEqual(await tried(t, options, words), same(words, "EPERM"));
      // The C library then calls clone.
      assert.deepEqual(await tried(t, options, ["clone3"]), { clone3: "ENOSYS" });
      assert.deepEqual(unrestricted(["clone3"]), { clone3: "E2BIG" });
    });

    test("denies typing into a terminal, also by a request with bits that the kernel drops", async (t) => {
      const words = [TIOCSTI, TIOCLINUX, `0x123${"0".repeat(4)}${TIOCSTI.slice(2)}`].map((value) => `ioctl:${value}`);
      assert.deepEqual(unrestricted(words), same(words, "EBADF"));
      assert.deepEqual(await tried(t, options, words), same(words, "EPERM"));
      assert.deepEqual(await tried(t, options, ["ioctl:0x5413"]), { "ioctl:0x5413": "EBADF" });
    });

    test("denies sockets that lead out of the container: AF_ALG, AF_VSOCK", async (t) => {
      const words = ["socket:38", "socket:40"];
      for (const [word, outcome] of Object.entries(unrestricted(words))) assert.notEqual(outcome, "EPERM", word);
      assert.deepEqual(await tried(t, options, words), same(words, "EPERM"));
    });

    test("kills a process that calls as an i386 program does", { skip: x64Only }, async (t) => {
      const free = unrestricted(["i386"]).i386;
      if (free === undefined) return t.skip("this kernel runs no i386 programs");
      const result = await rein(t, [...options, "--", attempts, "read", "i386"]);
      assert.equal(result.status, 128 + 31, result.stderr);
      assert.equal(result.stdout, "read 9\n");
    });

    test("knows none of x32's numbers", { skip: x64Only }, async (t) => {
      assert.deepEqual(await tried(t, options, ["x32", "none"]), { x32: "ENOSYS", none: "ENOSYS" });
    });

    test("Node.js works under it: threads, processes, files, timers", async (t) => {
      const script = `
        const { Worker } = require("node:worker_threads");
        const { execFileSync } = require("node:child_process");
        new Worker("require('node:fs').readFileSync('/proc/self/status')", { eval: true }).on("exit", (status) =>
          setTimeout(() => console.log(status, String(execFileSync("echo", ["echo"]))), 1));`;
      const result = await rein(t, [...options, "--", process.execPath, "-e", script]);
      assert.deepEqual({ ...result, signal: null }, { status: 0, signal: null, stdout: "0 echo\n\n", stderr: "" });
    });
  });
}

describe("--seccomp-profile default", { skip }, () => {
  test("allows what Docker's does: other sockets, ptrace, shared memory, another user", async (t) => {
    const words = ["socket:2", "socket:16", "ptrace", "shmget", "mknodat", "chroot", "process_vm_readv"];
    assert.deepEqual(await tried(t, ["--seccomp-profile", "default"], words), unrestricted(words));
  });

  test("allows the personalities that weaken nothing", async (t) => {
    const harmless = ["0", "8", "0x20000", "0x20008", "0xffffffff"].map((value) => `personality:${value}`);
    assert.deepEqual(await tried(t, ["--seccomp-profile", "default"], harmless), unrestricted(harmless));
    // ADDR_NO_RANDOMIZE
    assert.deepEqual(unrestricted(["personality:0x40000"]), { "personality:0x40000": "done" });
    assert.deepEqual(await tried(t, ["--seccomp-profile", "default"], ["personality:0x40000"]), {
      "personality:0x40000": "EPERM",
    });
  });
});

describe("--seccomp-profile strict", { skip }, () => {
  test("denies what it does not list", async (t) => {
    const words = ["socket:2", "socket:10", "socket:16", "ptrace", "shmget", "setresuid", "mknodat", "chroot"];
    for (const [word, outcome] of Object.entries(unrestricted(words))) assert.notEqual(outcome, "EPERM", word);
    assert.deepEqual(await tried(t, ["--seccomp-profile", "strict"], words), same(words, "EPERM"));
  });

  test("says ENOSYS to a call that is newer than its list, so that the C library takes an older one", async (t) => {
    assert.deepEqual(await tried(t, ["--seccomp-profile", "strict"], ["newer"]), { newer: "ENOSYS" });
  });
});

test("another profile's name is refused", async (t) => {
  assertRefused(await rein(t, ["--seccomp-profile", "none", "true"]), [/--seccomp-profile: "none" is not a profile/]);
});

// Compiled programs (linux/filter.h), a row an instruction: code, jump if true, jump if false, value.

type Instruction = [code: number, ifTrue: number, ifFalse: number, value: number];
const ALLOW = 0x7fff_0000;
const REFUSE = 0x5_0000;

function compiled(...instructions: Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * 8);
  for (const [i, [code, ifTrue, ifFalse, value]] of instructions.entries()) {
    program.writeUInt16LE(code, i * 8);
    program.writeUInt8(ifTrue, i * 8 + 2);
    program.writeUInt8(ifFalse, i * 8 + 3);
    program.writeUInt32LE(value, i * 8 + 4);
  }
  return program;
}

/** Answers one call with an errno, and allows the others. */
const refusing = (call: number, errno: number): Buffer =>
  compiled([0x20, 0, 0, 0], [0x15, 0, 1, call], [0x06, 0, 0, REFUSE + errno], [0x06, 0, 0, ALLOW]);
const calls = { x64: { chdir: 80, prctl: 157, execve: 59 }, arm64: { chdir: 49, prctl: 167, execve: 221 } };
const { chdir, prctl, execve } = calls[process.arch as keyof typeof calls];
/** What chdir says for no reason of its own. */
const { ECONNREFUSED, ETIMEDOUT } = constants.errno;

/** Runs a command with programs in pipes, as descriptors 3 and on. */
async function withPrograms(
  t: TestContext,
  programs: readonly Buffer[],
  words: readonly string[],
  options: Options = {},
): Promise<Result> {
  const running = startCommand(t, words, { stdin: "ignore", extraPipes: programs.length, ...options });
  for (const [i, program] of programs.entries()) {
    const pipe = running.process.stdio[i + 3] as Writable;
    pipe.on("error", () => {});
    pipe.end(program);
  }
  const ending = await running.closed();
  return { ...ending, stdout: running.stdout.text, stderr: running.stderr.text };
}

/** The executable under bubblewrap's name. */
function bwrap(t: TestContext): string {
  const path = join(openFolder(t), "bwrap");
  writeFileSync(path, readFileSync(executable), { mode: 0o755 });
  return path;
}

const inside = ["--unshare-pid", "--bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
const places: readonly { name: string; words: (t: TestContext) => string[] }[] = [
  { name: "rein without namespaces", words: () => [executable] },
  { name: "rein with a PID namespace", words: () => [executable, ...inside] },
  { name: "bwrap without a PID namespace", words: (t) => [bwrap(t), "--dev-bind", "/", "/"] },
  { name: "bwrap with a PID namespace", words: (t) => [bwrap(t), ...inside] },
  { name: "bwrap with --as-pid-1", words: (t) => [bwrap(t), ...inside, "--as-pid-1"] },
];

for (const { name, words } of places) {
  describe(`compiled filters, ${name}`, { skip: skip || usersUnavailable }, () => {
    for (const [who, prefix] of [
      ["root", []],
      ["an ordinary user", asOrdinaryUser],
    ] as const) {
      test(`${who}: of two the last one's word counts where both refuse`, async (t) => {
        const programs = [refusing(chdir, ECONNREFUSED), refusing(chdir, ETIMEDOUT)];
        const [first = "", ...rest] = words(t);
        const { rein: open, attempts: payload, folder } = openAttempts(t);
        const program = first === executable ? open : join(folder, "bwrap");
        if (first !== executable) linkSync(open, program);
        const options = ["--add-seccomp-fd", "3", "--add-seccomp-fd", "4"];
        const result = await withPrograms(t, programs, [...prefix, program, ...rest, ...options, payload, "chdir"]);
        assert.equal(result.status, 0, result.stderr);
        assert.deepEqual(outcomes(result), { chdir: "ETIMEDOUT" });
      });
    }

    test("the payload does not have their descriptors", async (t) => {
      const programs = [refusing(chdir, 1), refusing(chdir, 1)];
      const options = ["--add-seccomp-fd", "3", "--add-seccomp-fd", "4"];
      const command = ["readlink", "/proc/self/fd/0", "/proc/self/fd/3", "/proc/self/fd/4"];
      const result = await withPrograms(t, programs, [...words(t), ...options, ...command]);
      assert.equal(result.stdout, "/dev/null\n", result.stderr);
    });

    test("one that is no program is never run without", async (t) => {
      for (const program of [Buffer.alloc(0), Buffer.alloc(7), Buffer.alloc(8, 0xff), Buffer.alloc(8 * 4097)]) {
        const result = await withPrograms(t, [program], [...words(t), "--seccomp", "3", "echo", "payload"]);
        assert.equal(result.stdout, "");
        assert.equal(result.status, name.startsWith("bwrap") ? 1 : 125, result.stderr);
        assert.match(result.stderr, /^(rein: [^\n]+\n|(bwrap: [^\n]+\n){1,2})$/);
      }
    });
  });
}

describe("compiled filters", { skip }, () => {
  test("the longest one that the kernel takes is loaded", async (t) => {
    const nothing: Instruction[] = Array.from({ length: 4095 }, () => [0x20, 0, 0, 0]);
    const program = compiled(...nothing, [0x06, 0, 0, ALLOW]);
    const result = await withPrograms(t, [program], [executable, "--seccomp", "3", attempts, "chdir"]);
    assert.deepEqual(outcomes(result), { chdir: "EFAULT" }, result.stderr);
  });

  test("they come after a profile that stands before them, and what they deny the profile cannot allow", async (t) => {
    const options = ["--seccomp-profile", "strict", "--add-seccomp-fd", "3"];
    const program = refusing(chdir, ECONNREFUSED);
    const result = await withPrograms(t, [program], [executable, ...options, attempts, "chdir", "mount"]);
    assert.deepEqual(outcomes(result), { chdir: "ECONNREFUSED", mount: "EPERM" }, result.stderr);
  });

  test("one that denies prctl leaves none for after it, and the message says so", async (t) => {
    const programs = [refusing(prctl, 1), refusing(chdir, 1)];
    const options = ["--add-seccomp-fd", "3", "--add-seccomp-fd", "4"];
    const result = await withPrograms(t, programs, [executable, ...options, "echo", "payload"]);
    assertRefused(result, [/--add-seccomp-fd 4: cannot load the filter: Operation not permitted; does a filter/]);
  });

  test("one that denies execve: the command could not be run, and that is its status", async (t) => {
    const words = [executable, "--seccomp", "3", attempts];
    const result = await withPrograms(t, [refusing(execve, 13)], words);
    assert.equal(result.status, 126);
    assert.match(result.stderr, /^rein: cannot run .+: Permission denied\n$/);
  });

  test("the init has none of them", { skip: usersUnavailable }, async (t) => {
    const command = ["cat", "/proc/1/status", "/proc/self/status"];
    const { stdout, stderr } = await rein(t, [...inside, "--seccomp-profile", "default", ...command]);
    assert.deepEqual(stdout.match(/^Seccomp:\t\d$/gm), ["Seccomp:\t0", "Seccomp:\t2"], stderr);
  });

  test("the payload cannot let the init do for it what it may not do itself", { skip: usersUnavailable }, async (t) => {
    const { rein: open, attempts: payload } = openAttempts(t);
    const traced = async (option: readonly string[]): Promise<Record<string, string>> =>
      outcomes(await runCommand(t, [...asOrdinaryUser, open, ...option, payload, "trace-parent"]));
    const free = await traced(["--no-new-privs"]);
    if (free["trace-parent"] !== "done") return t.skip("nobody may trace a parent here");
    assert.deepEqual(await traced(["--seccomp-profile", "default"]), { "trace-parent": "EPERM" });
  });

  test("--seccomp and --add-seccomp-fd exclude each other; of several --seccomp the last one counts", async (t) => {
    const programs = [refusing(chdir, ECONNREFUSED), refusing(chdir, ETIMEDOUT)];
    const both = ["--seccomp", "3", "--add-seccomp-fd", "4"];
    for (const words of [both, [...both.slice(2), ...both.slice(0, 2)]]) {
      const result = await withPrograms(t, programs, [executable, ...words, "true"]);
      assertRefused(result, [/--(seccomp|add-seccomp-fd) cannot be combined with --(seccomp|add-seccomp-fd)/]);
    }
    const twice = ["--seccomp", "3", "--seccomp", "4"];
    const result = await withPrograms(t, programs, [executable, ...inside, ...twice, attempts, "chdir"]);
    assert.deepEqual(outcomes(result), { chdir: "ETIMEDOUT" });
    assert.equal(result.stderr, "rein: Only the last --seccomp option will take effect\n");
  });

  test("one descriptor is one filter: it can be read only once", async (t) => {
    const options = ["--add-seccomp-fd", "3", "--add-seccomp-fd", "3"];
    const result = await withPrograms(t, [refusing(chdir, 1)], [executable, ...options, "true"]);
    assertRefused(result, [/Can't read seccomp data: Bad file descriptor/]);
  });

  test("a descriptor that is not there is refused before anything else is opened", async (t) => {
    for (const words of [[], inside]) {
      const result = await rein(t, [...words, "--add-seccomp-fd", "3", "true"]);
      assertRefused(result, [/--add-seccomp-fd: descriptor 3: Bad file descriptor/]);
    }
    assertRefused(await rein(t, ["--seccomp", "-1", "true"]), [/Invalid fd: -1/]);
  });

  test("--args brings the options that name them", async (t) => {
    const words = [...inside, "--add-seccomp-fd", "4", ""].join("\0");
    const programs = [Buffer.from(words), refusing(chdir, ECONNREFUSED)];
    const result = await withPrograms(t, programs, [executable, "--args", "3", attempts, "chdir"]);
    assert.deepEqual(outcomes(result), { chdir: "ECONNREFUSED" }, result.stderr);
  });
});

test("REIN_OPTIONS holds in every stage of a sandbox, and the payload does not see it", { skip }, async (t) => {
  const environment = { REIN_OPTIONS: "--seccomp-profile strict --landlock-connect-tcp none" };
  const result = await rein(t, [...inside, "sh", "-c", '"$0" mount; env', attempts], {
    environment,
  });
  assert.match(result.stdout, /^mount 1\n/);
  assert.doesNotMatch(result.stdout, /^REIN_OPTIONS/m);
});
