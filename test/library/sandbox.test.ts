// A JavaScript function in namespaces of its own, with a root and limits of its own, by one call.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { type Mount, type NamespaceName, type RunOptions, run, type StatusEvent } from "rein";
import { openTerminal, terminalUnavailable } from "../support/terminal.ts";
import { program } from "./support/programs.ts";
import { users } from "./support/users.ts";

interface Told {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly host: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly processes: number;
  readonly interfaces: readonly string[];
  readonly namespaces: Readonly<Record<string, string>>;
}

const examples = join(import.meta.dirname, "../../examples");

/** What Node.js needs of this machine to run. */
const view: readonly Mount[] = [
  { type: "bind", source: "/", target: "/", readOnly: true },
  { type: "proc", target: "/proc" },
];

for (const { name: user, prefix, unavailable } of users) {
  suite(`as ${user}`, { skip: unavailable }, () => {
    const tell = async (options: RunOptions): Promise<Told> => {
      const [file = "", ...args] = [...prefix, ...program("isolated.ts", JSON.stringify(options))];
      const { stdout } = await run(file, args);
      return JSON.parse(stdout) as Told;
    };
    const ids =
      user === "root" ? { uid: 0, gid: 0 } : { uid: process.getuid?.() || 65534, gid: process.getgid?.() || 65534 };

    test("a function in its own user, PID, mount and network namespace", async () => {
      const told = await tell({ namespaces: ["user", "pid", "mount", "network"] });
      assert.deepEqual([told.pid, told.uid, told.gid], [2, ids.uid, ids.gid]);
      assert.deepEqual(told.interfaces, ["lo"]);
      // The init and itself.
      assert.equal(told.processes, 2);
      for (const kind of ["user", "pid", "mnt", "net"])
        assert.notEqual(told.namespaces[kind], readlinkSync(`/proc/self/ns/${kind}`));
      for (const kind of ["ipc", "uts"]) assert.equal(told.namespaces[kind], readlinkSync(`/proc/self/ns/${kind}`));
    });

    test("as PID 1 itself, without an init", async () => {
      const told = await tell({ namespaces: ["user", "pid", "mount"], init: false });
      assert.deepEqual([told.pid, told.processes], [1, 1]);
    });

    test("which cannot end the caller by kill(0, SIGKILL), on a terminal or without one", async (t) => {
      const words = [...prefix, ...program("group-kill.ts")];
      const [file = "", ...args] = words;
      assert.equal((await run(file, args)).stdout, "there, after 5");
      if (terminalUnavailable !== false) return;
      const terminal = openTerminal(t, words);
      await terminal.lineMatching(/^there, after 5$/);
      assert.equal((await terminal.ending()).status, 0);
    });

    test("all namespaces, a host name, another user inside", async () => {
      const told = await tell({ namespaces: "all", hostName: "box", identity: { uid: 7, gid: 8 } });
      assert.deepEqual([told.host, told.uid, told.gid], ["box", 7, 8]);
      for (const [kind, namespace] of Object.entries(told.namespaces)) {
        if (kind.startsWith("time")) continue;
        assert.notEqual(namespace, readlinkSync(`/proc/self/ns/${kind}`), kind);
      }
    });

    test("a preset for a program that nobody trusts, and what adds to it", async (t) => {
      const folder = mkdtempSync(join(tmpdir(), "rein-preset-"));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      chmodSync(folder, 0o777);
      const script = [
        'echo "$KEY $OTHER" "$HOME" >/work/file; pwd; grep -c . /proc/net/dev; cat /etc/note',
        "grep -E '^(CapEff|Seccomp):' /proc/self/status; ls /proc/self/fd | wc -l; grep -c 'a [s]ecret' /proc/1/cmdline || :",
      ].join("; ");
      const words = [...prefix, ...program("preset.ts", script, folder)];
      const [file = "", ...args] = words;
      const { stdout } = await run(file, args, { env: { OTHER: "not to be seen" } });
      const lines = ["/work", "3", "noted", "CapEff:\t0000000000000000", "Seccomp:\t2", "4", "0"];
      assert.deepEqual(
        stdout
          .trim()
          .split("\n")
          .map((line) => line.trim()),
        lines,
      );
      assert.equal(readFileSync(join(folder, "file"), "utf8"), "a secret  /tmp\n");
    });

    test("a preset below a root that is seen as a whole, with the network, without an init", async () => {
      const words = [
        ...prefix,
        ...program("preset.ts", "ls -d /var; pwd; ls /tmp; readlink /proc/self/ns/net; echo $$"),
      ];
      const [file = "", ...args] = words;
      const { stdout } = await run(file, args);
      assert.deepEqual(stdout.split("\n"), ["/var", "/tmp", readlinkSync("/proc/self/ns/net"), "1"]);
    });

    test("a preset has the directory that is asked for, or there is an error", async () => {
      const away = run("true", { preset: "untrusted", cwd: import.meta.dirname });
      await assert.rejects(away, (error: { stderr: string }) => {
        assert.match(error.stderr, /the working directory \S+ cannot be entered in the sandbox; give --chdir/);
        return true;
      });
      const { stdout } = await run("pwd", { preset: "untrusted", cwd: "/usr" });
      assert.equal(stdout, "/usr");
    });

    test("a root of its own", async () => {
      const mounts: Mount[] = [
        ...view,
        { type: "tmpfs", target: "/mnt" },
        { type: "symlink", source: "here", target: "/mnt/link" },
      ];
      const told = await tell({ namespaces: ["pid"], mounts, directory: "/mnt" });
      assert.equal(told.directory, "/mnt");
    });

    test("without a directory, the one that this process has, or an error", async () => {
      const mounts: Mount[] = [...view, { type: "tmpfs", target: "/mnt" }];
      const covered: Mount[] = [...mounts, { type: "tmpfs", target: process.cwd().replace(/(?<=.)\/[^/]*$/, "") }];
      assert.equal((await tell({ namespaces: ["user"], mounts })).directory, process.cwd());
      const other = run("true", { namespaces: ["user"], mounts: covered, directory: "/mnt" });
      assert.equal((await other).exitCode, 0);
      await assert.rejects(run("true", { namespaces: ["user"], mounts: covered }), (error: unknown) => {
        const { exitCode, stderr, cause } = error as { exitCode: number; stderr: string; cause: Error };
        assert.deepEqual([exitCode, cause.name], [125, "RefusalError"]);
        assert.match(stderr, /the working directory \S+ cannot be entered in the sandbox; give --chdir/);
        return true;
      });
    });

    test("files from memory", async () => {
      const mounts: Mount[] = [
        ...view,
        { type: "tmpfs", target: "/mnt" },
        { type: "file", target: "/mnt/a", content: "written here\n", mode: 0o400 },
        { type: "file", target: "/mnt/b", content: "and here\n", readOnly: true },
      ];
      const [file = "", ...args] = [
        "sh",
        "-c",
        "stat -c %a /mnt/a; cat /mnt/a /mnt/b; test -w /mnt/b || echo read-only",
      ];
      const { stdout } = await run(file, args, { mounts, namespaces: ["user"] });
      assert.equal(stdout, "400\nwritten here\nand here\nread-only");
    });

    test("a hundred of them, of which the program has no descriptor", async () => {
      const files: Mount[] = Array.from({ length: 100 }, (_, index) => ({
        type: "file",
        target: `/mnt/${index}`,
        content: `${index}`,
      }));
      const mounts: Mount[] = [...view, { type: "tmpfs", target: "/mnt" }, ...files];
      const subprocess = run("sh", ["-c", "cat /mnt/0 /mnt/99; ls /mnt | wc -l"], { mounts, namespaces: ["user"] });
      assert.ok(!subprocess.nodeChildProcess.spawnargs.includes("--keep-fd"));
      assert.equal((await subprocess).stdout, "099100");
    });
  });
}

test("limits and privileges, without a namespace", {
  skip: process.getuid?.() !== 0 && "only root may change users",
}, async () => {
  const { stdout } = await run(
    "sh",
    ["-c", "id -u; ulimit -n; grep -E '^(NoNewPrivs|CapBnd)' /proc/self/status; pwd"],
    {
      user: "nobody",
      rlimits: { nofile: 77 },
      noNewPrivileges: true,
      capabilities: { drop: ["ALL"] },
      directory: "/usr",
    },
  );
  const uid = /^nobody:[^:]*:(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"))?.[1];
  assert.deepEqual(stdout.split("\n"), [uid, "77", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "/usr"]);
});

test("messages reach a function in a sandbox", async () => {
  const subprocess = run(process.execPath, ["--eval", "process.send({ pid: process.pid })"], {
    ipc: true,
    namespaces: ["user", "pid", "mount"],
  });
  assert.deepEqual(await subprocess.getOneMessage(), { pid: 2 });
  for await (const { event } of subprocess.events) {
    assert.equal(event, "sandbox");
    break;
  }
  await subprocess;
});

for (const { name: user, prefix, unavailable } of users) {
  test(`examples/sandbox.ts as ${user}`, { skip: unavailable }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "rein-sandbox-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o755);
    const script = join(folder, "script.mjs");
    writeFileSync(
      script,
      `import { existsSync, readdirSync, writeFileSync } from "node:fs";
      import { hostname, networkInterfaces } from "node:os";
      writeFileSync("/tmp/own", "");
      const files = readdirSync("/").filter((name) => !["bin", "lib", "lib64", "usr"].includes(name));
      const seen = [process.pid, hostname(), Object.keys(networkInterfaces()), files, existsSync("/etc/passwd")];
      try { writeFileSync("/usr/written", ""); } catch ({ code }) { seen.push(code); }
      console.log(JSON.stringify([...seen, process.env.SECRET ?? "no secret"]));
      process.exit(7);`,
    );
    const [file = "", ...args] = [...prefix, process.execPath, join(examples, "sandbox.ts"), script];
    const { stdout, exitCode } = await run(file, args, { reject: false, env: { SECRET: "known" } });
    assert.equal(exitCode, 7);
    const own = ["dev", "proc", "sandbox", "tmp"];
    assert.deepEqual(JSON.parse(String(stdout)), [2, "sandbox", ["lo"], own, false, "EROFS", "no secret"]);
  });
}

/** Each kind, and the file in /proc/PID/ns that is its. */
const kinds: [NamespaceName, string][] = [
  ...(["user", "pid", "ipc", "uts", "cgroup", "time"] as const).map((kind): [NamespaceName, string] => [kind, kind]),
  ["mount", "mnt"],
  ["mnt", "mnt"],
  ["network", "net"],
  ["net", "net"],
];

suite("namespaces to join", {
  skip: process.getuid?.() !== 0 && "only root may join the others without the user's",
}, () => {
  let end: () => Promise<unknown>;
  let pid: number;
  before(async () => {
    const holder = run("sleep", ["600"], {
      namespaces: ["user", "pid", "mount", "network", "ipc", "uts", "cgroup", "time"],
      // With the /proc of here, which shows everybody where he is, whatever PID namespace he joins.
      mounts: [{ type: "bind", source: "/", target: "/", devices: true }],
      reject: false,
    });
    end = () => {
      holder.kill();
      return holder;
    };
    pid = await sandboxPid(holder.events);
  });
  after(() => end());

  for (const [name, file] of kinds) {
    test(name, async () => {
      const namespace = `/proc/${pid}/ns/${file}`;
      const { stdout } = await run("readlink", [`/proc/self/ns/${file}`], { join: { [name]: namespace } });
      assert.equal(stdout, readlinkSync(namespace));
      assert.notEqual(stdout, readlinkSync(`/proc/self/ns/${file}`));
    });
  }

  for (const not of [
    ["mnt", "net"],
    ["mount", "network"],
  ]) {
    test(`all at once, without the names ${not.join(" and ")}`, async () => {
      const all = kinds.filter(([name]) => !not.includes(name));
      const folder = `/proc/${pid}/ns`;
      const join = Object.fromEntries(all.map(([name, file]) => [name, `${folder}/${file}`]));
      const { stdout } = await run(
        "readlink",
        all.map(([, file]) => `/proc/self/ns/${file}`),
        { join },
      );
      assert.deepEqual(
        stdout.split("\n"),
        all.map(([, file]) => readlinkSync(`${folder}/${file}`)),
      );
    });
  }
});

/** The first process of a sandbox, as soon as it is there. */
async function sandboxPid(events: AsyncIterable<StatusEvent>): Promise<number> {
  for await (const event of events) if (event.event === "sandbox") return event.pid;
  assert.fail("there is no sandbox");
}

test("the events name namespaces as the options do", async () => {
  const namespaces = ["user", "pid", "mount", "network", "ipc", "uts"] as const;
  const subprocess = run("true", { namespaces });
  const events = await Array.fromAsync(subprocess.events);
  const [sandbox] = events.filter(({ event }) => event === "sandbox");
  assert.ok(sandbox?.event === "sandbox");
  assert.deepEqual(Object.keys(sandbox.namespaces).sort(), [...namespaces].sort());
  assert.deepEqual(
    events.filter((event) => !("event" in event) || Object.keys(event).some((key) => /-/.test(key))),
    [],
  );
  await subprocess;
});

// Each with something that it shows in; they come and go with the executable.
const coming: [string, RunOptions, readonly string[], string][] = [
  [
    "Landlock",
    { landlock: { read: ["/"], execute: ["/"] } },
    ["sh", "-c", "(echo x >/tmp/landlocked) 2>&- || echo refused"],
    "refused",
  ],
  ["a seccomp profile", { seccompProfile: "default" }, ["grep", "-c", "^Seccomp:.*2$", "/proc/self/status"], "1"],
  [
    "id maps",
    {
      namespaces: ["user"],
      identity: {
        uidMap: [{ inside: 0, outside: process.getuid?.() ?? 0 }],
        gidMap: [{ inside: 0, outside: process.getgid?.() ?? 0 }],
      },
    },
    ["id", "-u"],
    "0",
  ],
  [
    "a masked file",
    { mounts: [...view, { type: "mask", target: "/etc/passwd" }] },
    ["wc", "-c", "/etc/passwd"],
    "0 /etc/passwd",
  ],
  [
    "a read-only path",
    {
      mounts: [
        { type: "bind", source: "/", target: "/" },
        { type: "read-only-path", target: "/tmp" },
      ],
    },
    ["sh", "-c", "test -w /tmp || echo read-only"],
    "read-only",
  ],
  [
    "sysfs",
    { namespaces: ["user", "network"], mounts: [...view, { type: "sysfs", target: "/sys" }] },
    ["ls", "/sys/class/net"],
    "lo",
  ],
  [
    "cgroup",
    { namespaces: ["user", "cgroup"], mounts: [...view, { type: "cgroup", target: "/sys/fs/cgroup" }] },
    ["echo", "mounted"],
    "mounted",
  ],
  ["a joined namespace", { join: { network: "/proc/self/ns/net" } }, ["echo", "joined"], "joined"],
  [
    "a time namespace",
    { namespaces: ["user", "time"], clockOffsets: { monotonic: 100, boottime: 1_000_000 } },
    ["sh", "-c", "IFS=. read up rest </proc/uptime; test $up -gt 1000000 && echo late"],
    "late",
  ],
];

suite("what the executable learns", () => {
  for (const [name, options, [file = "", ...args], output] of coming) {
    test(name, async (t) => {
      const { stdout, stderr, exitCode } = await run(file, args, { ...options, reject: false });
      const unknown = /rein: (--\S+): no such option/.exec(String(stderr))?.[1];
      if (unknown !== undefined) return t.skip(`the executable has no ${unknown} yet`);
      assert.deepEqual([stdout, stderr, exitCode], [output, "", 0]);
    });
  }
});
