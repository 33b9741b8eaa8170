// --confine: what it keeps, what the options behind it add, and what those before it do not.

import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Maker, testSandbox } from "../support/sandbox.ts";

const only = { dialect: "rein" } as const;
const root = join(import.meta.dirname, "../..");

/** A folder that the confined command may write to, if it is bound so. */
function writableFolder(make: Maker): string {
  const folder = make.folder();
  if (make.isRoot) chownSync(folder, 2_000_001_000, 2_000_001_000);
  return folder;
}

/** What the command can write to, but for /proc, where other tests look, and /dev/pts, in which nobody makes files. */
const WRITABLE = "find / -path /proc -prune -o -path /dev/pts -o -writable -not -type l -print 2>/dev/null | sort";
const devices = ["full", "null", "random", "tty", "urandom", "zero"].map((name) => `/dev/${name}`);

testSandbox(
  "--confine: nothing can be written to but /tmp, /dev/shm and what is named",
  async (make) => {
    const folder = writableFolder(make);
    const own = ["/tmp", "/dev/shm", ...devices, "/dev/pts/ptmx"];
    const none = await make.script(["--confine"], WRITABLE);
    assert.deepEqual(none.stdout.trim().split("\n"), own.sort(), none.stderr);
    const named = await make.script(["--confine", "--bind", folder, "/work"], `${WRITABLE}; echo text >/work/file`);
    assert.deepEqual(named.stdout.trim().split("\n"), [...own, "/work"].sort(), named.stderr);
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "text\n");
  },
  only,
);

testSandbox(
  "--confine: /tmp and /dev/shm hold 64 MiB each, and every user may write there",
  async (make) => {
    const fill = (place: string) =>
      `stat -c %a ${place}; head -c 70M /dev/zero >${place}/file 2>/dev/null; stat -c %s ${place}/file`;
    const result = await make.script(["--confine"], `${fill("/tmp")}; ${fill("/dev/shm")}`);
    assert.deepEqual(result.stdout.trim().split("\n"), ["1777", "67108864", "1777", "67108864"], result.stderr);
  },
  only,
);

testSandbox(
  "--confine: a file behind the standard input cannot be opened for writing",
  async (make) => {
    const file = join(writableFolder(make), "input");
    writeFileSync(file, "text\n");
    chmodSync(file, 0o666);
    const attack = "cat; echo more >>/proc/self/fd/0";
    const result = await make.within(`exec "$@" <${file}`, ["--confine", "--", "sh", "-c", attack]);
    assert.equal(result.stdout, "text\n", result.stderr);
    assert.match(result.stderr, /cannot create/);
    assert.equal(readFileSync(file, "utf8"), "text\n");
    // It is Landlock that keeps it: the file's own mode does not.
    const open = ["--unshare-user", "--ro-bind", "/", "/", "--proc", "/proc"];
    const ids = make.isRoot
      ? ["--uid-map", "0:2000000000:65536", "--gid-map", "0:2000000000:65536", "--uid", "1000"]
      : [];
    await make.within(`exec "$@" <${file}`, [...open, ...ids, "--", "sh", "-c", "echo more >>/proc/self/fd/0"]);
    assert.equal(readFileSync(file, "utf8"), "text\nmore\n");
  },
  only,
);

testSandbox(
  "--confine: the standard streams can be opened by their names, for what they are open for",
  async (make) => {
    const folder = writableFolder(make);
    const [input, output] = [join(folder, "input"), join(folder, "output")];
    for (const [file, text] of [
      [input, "in\n"],
      [output, ""],
    ] as const) {
      writeFileSync(file, text);
      // As another user, root's command would need them to be everybody's.
      chmodSync(file, 0o666);
    }
    const script = "cat /dev/stdin; echo out >>/dev/stdout; wc -c /dev/stdout; echo error >>/dev/stderr";
    const result = await make.within(`exec "$@" <${input} >${output}`, ["--confine", "--", "sh", "-c", script]);
    assert.equal(readFileSync(output, "utf8"), "in\nout\n");
    assert.match(result.stderr, /^wc: \/dev\/stdout: Permission denied$/m);
  },
  only,
);

testSandbox(
  "--confine: it starts in the current directory where the command has it, or else in /tmp",
  async (make) => {
    const folder = writableFolder(make);
    const within = `cd ${folder} && exec "$@"`;
    const there = await make.within(within, ["--confine", "--bind", folder, folder, "--", "pwd"]);
    assert.deepEqual([there.stdout, there.stderr], [`${folder}\n`, ""]);
    const away = await make.within(within, ["--confine", "--", "pwd"]);
    assert.equal(away.stdout, "/tmp\n");
    assert.match(away.stderr, /the working directory \S+ cannot be entered in the sandbox/);
  },
  only,
);

testSandbox(
  "--confine: a signal to stop reaches all of the command's process group",
  async (make) => {
    // The outer shell goes on only when the inner one, or what it becomes, has had the signal.
    const script = "trap : TERM; sh -c 'echo started; exec sleep 1000'; echo after $?; exit 7";
    const running = make.start(["--confine", "--", "sh", "-c", script]);
    await running.lineMatching(/^started$/);
    running.process.kill("SIGTERM");
    await running.lineMatching(/^after 143$/);
    assert.equal((await running.closed()).status, 7);
  },
  only,
);

testSandbox(
  "--confine: a variable of the caller's is not there, and one that is set behind it is",
  async (make) => {
    const result = await make.run(["--confine", "--setenv", "MODE", "test", "--", "env"], {
      environment: { KEY: "x" },
    });
    const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    assert.deepEqual(
      result.stdout.trim().split("\n").sort(),
      ["HOME=/tmp", "MODE=test", path, "PWD=/tmp"],
      result.stderr,
    );
  },
  only,
);

testSandbox(
  "--confine takes back what options before it allow",
  async (make) => {
    const before = ["--setenv", "KEY", "x", "--share-net", "--rlimit", "nofile=1025", "--keep-fd", "9"];
    const more = make.isRoot
      ? "--cap-add NET_ADMIN --user 0 --uid 0 --gid 0 --uid-map 0:0:1 --gid-map 0:0:1 --join uts:/proc/self/ns/uts".split(
          " ",
        )
      : [];
    const script =
      "env | grep -c KEY; tail -n +3 /proc/net/dev | wc -l; ulimit -n; grep CapEff /proc/self/status; id -u; ls /proc/self/fd | wc -l; readlink /proc/self/ns/uts";
    const words = [...before, ...more, "--propagation", "slave", "--confine", "--", "sh", "-c", script];
    const result = await make.within('exec "$@" 9</', words);
    const [own] = (await make.script(["--dev-bind", "/", "/"], "id -u")).stdout.trim().split("\n");
    const names = result.stdout.trim().split("\n");
    assert.notEqual(names.pop(), readlinkSync("/proc/self/ns/uts"));
    const uid = make.isRoot ? "1000" : own;
    assert.deepEqual(names, ["0", "1", "1024", "CapEff:\t0000000000000000", uid, "4"], result.stderr);
  },
  only,
);

testSandbox(
  "--confine --share-net gives the network, and none of the caller's abstract sockets",
  async (make, t) => {
    if (!existsSync("/usr/bin/python3")) return t.skip("python3 is not installed");
    const name = `rein-test-${process.pid}-${make.isRoot}`;
    const server = createServer();
    t.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(`\0${name}`, resolve));
    const program = `import socket; socket.socket(socket.AF_UNIX).connect("\\0${name}")`;
    const reached = await make.run(["--ro-bind", "/", "/", "--", "/usr/bin/python3", "-c", program]);
    assert.equal(reached.status, 0, reached.stderr);
    const result = await make.run(["--confine", "--share-net", "--", "/usr/bin/python3", "-c", program]);
    assert.match(result.stderr, /PermissionError/);
  },
  only,
);

testSandbox(
  "--confine: /tmp holds as many files as pages",
  async (make) => {
    const result = await make.script(["--confine"], "df --output=itotal /tmp /dev/shm | tail -n 2");
    assert.deepEqual(result.stdout.trim().split(/\s+/), ["16384", "16384"], result.stderr);
    const small = await make.script(
      ["--confine", "--size", "1", "--tmpfs", "/tmp/small"],
      "df --output=itotal /tmp/small",
    );
    assert.match(small.stdout, /^\s*16$/m, small.stderr);
  },
  only,
);

testSandbox(
  "--confine: options behind it add to it",
  async (make) => {
    const behind = ["--share-net", "--rlimit", "nofile=1025", "--chdir", "/usr", "--ro-bind", "/etc", "/etc"];
    const result = await make.script(["--confine", ...behind], "readlink /proc/self/ns/net; ulimit -n; pwd; ls /etc");
    const [network, descriptors, directory, ...files] = result.stdout.trim().split("\n");
    const [own] = (await make.script(["--dev-bind", "/", "/"], "readlink /proc/self/ns/net")).stdout.split("\n");
    assert.deepEqual([network, descriptors, directory], [own, "1025", "/usr"], result.stderr);
    assert.ok(files.includes("hosts"));
  },
  only,
);

testSandbox(
  "--confine: a limit that is lower already stays, and no more is given up",
  async (make) => {
    const limits = "ulimit -n; ulimit -Hn; ulimit -c";
    const lower = await make.within('ulimit -n 77; exec "$@"', ["--confine", "--", "sh", "-c", limits]);
    assert.equal(lower.stdout, "77\n77\n0\n", lower.stderr);
    const soft = await make.within('ulimit -Sn 77; exec "$@"', ["--confine", "--", "sh", "-c", limits]);
    assert.equal(soft.stdout, "77\n1024\n0\n", soft.stderr);
  },
  only,
);

testSandbox(
  "--ro-bind / / before --confine shows all files, with the command's own /proc, /dev and /tmp",
  async (make) => {
    const script = `ls -d /var /tmp/*; ls /proc | grep -cx '[0-9]*'; touch /var/tmp/file /file`;
    const result = await make.script(["--ro-bind", "/", "/", "--confine"], script);
    const [, processes] = result.stdout.trim().split("\n");
    assert.match(result.stdout, /^\/var\n/, result.stderr);
    assert.ok(Number(processes) <= 5, result.stdout);
    assert.equal(result.stderr.match(/Read-only file system/g)?.length, 2, result.stderr);
  },
  only,
);

testSandbox(
  "--confine refuses a root behind it, which would cover all that it mounts",
  async (make) => {
    const harmless = await make.run(["--confine", "--chmod", "0755", "/", "--remount-ro", "/", "--", "echo", "ran"]);
    assert.deepEqual([harmless.status, harmless.stdout], [0, "ran\n"], harmless.stderr);
    for (const place of ["/", "//", "/.", "/./"]) {
      const result = await make.run(["--confine", "--ro-bind", "/", place, "--", "true"]);
      assert.deepEqual([result.status, result.stdout], [125, ""], place);
      assert.match(result.stderr, /^rein: --ro-bind \/ covers what --confine has mounted; give it before --confine\n$/);
    }
  },
  only,
);

testSandbox(
  "--confine: a /dev of the user's own stays as it is, and devices can be added",
  async (make) => {
    const added = await make.script(["--confine", "--dev-bind", "/dev/null", "/dev/more"], "echo >/dev/more; ls /dev");
    assert.match(added.stdout, /^more$/m, added.stderr);
    const own = await make.script(["--confine", "--tmpfs", "/dev"], "touch /dev/file && ls /dev");
    assert.equal(own.stdout, make.isRoot ? "" : "file\n", own.stderr);
  },
  only,
);

testSandbox(
  "--confine: root's command is 1000 inside and 2000001000 outside",
  async (make) => {
    const result = await make.script(["--confine"], "id -u; id -g; id -G; cat /proc/self/uid_map");
    assert.match(result.stdout, /^1000\n1000\n1000\n\s*0\s+2000000000\s+65536\n$/, result.stderr);
    const words = "--confine --uid-map 0:200000:9 --gid-map 0:200000:9 --uid 5 --gid 6".split(" ");
    const other = await make.script(words, "id -u; id -g; cat /proc/self/uid_map");
    assert.match(other.stdout, /^5\n6\n\s*0\s+200000\s+9\n$/, other.stderr);
  },
  { ...only, person: "root" },
);

testSandbox(
  "--confine: no namespace, mount or capability can be had inside",
  async (make) => {
    const attempts = [
      "unshare -U true",
      "unshare -m true",
      "unshare -Ur true",
      "mount -t tmpfs none /tmp",
      "chroot / true",
    ];
    const script = attempts.map((one) => `${one} 2>/dev/null && echo '${one}'`).join("; ");
    const result = await make.script(["--confine"], `${script}; echo end`);
    assert.equal(result.stdout, "end\n", result.stderr);
  },
  only,
);

testSandbox(
  "--confine: what cannot be had is refused",
  async (make) => {
    // A user namespace in which no further ones may be made, of any kind.
    const outside = ["--unshare-user", "--disable-userns", "--dev-bind", "/", "/", "--proc", "/proc"];
    const inner = make.words(["--confine", "--", "echo", "ran"]).slice(make.words([]).length - 1);
    const result = await make.run([...outside, "--", ...inner]);
    assert.deepEqual([result.status, result.stdout], [125, ""], result.stderr);
    assert.match(result.stderr, /namespace/);
  },
  only,
);

testSandbox(
  "--confine: a kernel without Landlock is told of, and refused with --landlock-strict",
  async (make) => {
    // The profile of the outer sandbox does not know Landlock's calls: ENOSYS, as from a kernel before 5.13.
    const filter = join(make.folder(), "filter");
    writeFileSync(filter, withoutLandlock());
    const inner = make.words([]).at(-1) ?? "";
    for (const strict of [[], ["--landlock-strict"]]) {
      const words = [
        ...["--dev-bind", "/", "/", "--seccomp", "9", "--", inner, "--confine"],
        ...strict,
        "--",
        "echo",
        "ran",
      ];
      const result = await make.within(`exec 9<${filter}; exec "$@"`, words);
      assert.deepEqual([result.status, result.stdout], strict.length === 0 ? [0, "ran\n"] : [125, ""], result.stderr);
      assert.match(result.stderr, /Landlock/);
    }
  },
  only,
);

/** A filter for which landlock_create_ruleset(2), 444 on every architecture, is not there. */
function withoutLandlock(): Uint8Array {
  const [load, isEqual, give] = [0x20, 0x15, 0x06];
  const steps: readonly (readonly [code: number, then: number, otherwise: number, value: number])[] = [
    [load, 0, 0, 0],
    [isEqual, 0, 1, 444],
    [give, 0, 0, 0x0005_0000 | 38],
    [give, 0, 0, 0x7fff_0000],
  ];
  const program = new DataView(new ArrayBuffer(steps.length * 8));
  steps.forEach(([code, then, otherwise, value], index) => {
    program.setUint16(index * 8, code, true);
    program.setUint8(index * 8 + 2, then);
    program.setUint8(index * 8 + 3, otherwise);
    program.setUint32(index * 8 + 4, value, true);
  });
  return new Uint8Array(program.buffer);
}

testSandbox(
  "--confine is what docs/sandbox-limits.md says that it is short for",
  async (make) => {
    const [, listed = ""] =
      /<!-- what --confine is short for -->\n```\n([\s\S]*?)```/.exec(
        readFileSync(join(root, "docs/sandbox-limits.md"), "utf8"),
      ) ?? [];
    const [, text] =
      /words\(\s*"(--[^"]*)"/.exec(readFileSync(join(root, "src/executable/dialects/rein/confine.ts"), "utf8")) ?? [];
    assert.ok(existsSync("/usr") && text !== undefined);
    assert.equal(listed.trim().split(/\s+/).join(" "), text);
    // And so given it works as well, if the limits are not below those already.
    const ids = make.isRoot
      ? "--uid-map 0:2000000000:65536 --gid-map 0:2000000000:65536 --uid 1000 --gid 1000"
      : "--disable-userns";
    const result = await make.script(
      [
        ...text.replace(/--rlimit \S+ /g, "").split(" "),
        ...ids.split(" "),
        ..."--remount-ro /dev --remount-ro /".split(" "),
      ],
      "echo ran",
    );
    assert.deepEqual([result.status, result.stdout], [0, "ran\n"], result.stderr);
  },
  only,
);
