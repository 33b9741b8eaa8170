// The new root: each operation on its files, and what is left of the old one.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../support/rein.ts";
import { everything, type Maker, openPayload, system, testSandbox } from "../support/sandbox.ts";

/** A folder with a file in it, both open to everybody. */
function source(make: Maker): string {
  const folder = make.folder();
  writeFileSync(join(folder, "file"), "content\n", { mode: 0o666 });
  mkdirSync(join(folder, "inner"), { mode: 0o777 });
  return folder;
}

async function says(make: Maker, words: readonly string[], script: string, expected: string): Promise<void> {
  const result = await make.script(words, script);
  assert.equal(result.stdout, expected, `${words.join(" ")}\n${result.stderr}`);
}

testSandbox("there is nothing in the root but what was put there", async (make) => {
  await says(make, system, "cd /; echo *", "bin lib lib64 sbin usr\n");
  await says(make, [...system, "--dir", "/a/b"], "cd /; echo * a/*", "a bin lib lib64 sbin usr a/b\n");
});

testSandbox("of the caller's root nothing is left: no mount, no way up, no hidden directory", async (make) => {
  const folder = source(make);
  const words = [...system, "--unshare-pid", "--proc", "/proc", "--bind", folder, "/folder", "--overlay-src", "/usr"];
  const script = "cut -d' ' -f5 /proc/self/mountinfo | sort -u; cd ../../..; pwd; ls -A /";
  const result = await make.script([...words, "--overlay-src", folder, "--ro-overlay", "/overlay"], script);
  const lines = result.stdout.split("\n").filter((line) => !line.startsWith("/proc/"));
  const mounts = ["/", "/folder", "/overlay", "/proc", "/usr"];
  assert.deepEqual(
    lines.filter((line) => line.startsWith("/") && !line.startsWith("/usr/")),
    [...mounts, "/"],
    result.stderr,
  );
  assert.ok(!lines.includes(".rein-hidden"));
});

testSandbox("--bind / / as often as one likes is one root", async (make) => {
  const count = "grep -c . /proc/self/mountinfo";
  const once = await make.script(everything, count);
  const often = await make.script([...everything, ...everything, ...everything], count);
  assert.equal(once.status, 0, once.stderr);
  assert.equal(often.stdout, once.stdout);
});

testSandbox("--bind can be written to, --ro-bind cannot, nor can what is mounted below it", async (make) => {
  const folder = source(make);
  await says(make, [...system, "--bind", folder, "/to"], "echo new >/to/new && cat /to/new", "new\n");
  assert.ok(existsSync(join(folder, "new")));
  const script = "echo x >/to/x; echo x >/to/inner/x; cat /to/file";
  await says(make, [...system, "--ro-bind", folder, "/to"], script, "content\n");
  assert.deepEqual(readdirSync(folder).sort(), ["file", "inner", "new"]);
  // A mount of its own on every system.
  const shared = await make.script([...system, "--ro-bind", "/dev", "/to"], "touch /to/shm/made || echo read-only");
  assert.equal(shared.stdout, "read-only\n");
  const below = [...system, "--bind", folder, "/a", "--tmpfs", "/a/inner", "--remount-ro", "/a"];
  await says(
    make,
    below,
    "echo x >/a/x; echo y >/a/inner/y; ls /a /a/inner | tr '\\n' ' '",
    "/a: file inner new  /a/inner: y ",
  );
});

testSandbox("a source that is missing is an error, and with -try it is none", async (make) => {
  for (const option of ["--bind", "--ro-bind", "--dev-bind"]) {
    const result = await make.run([...system, option, "/nowhere", "/to", "--", "true"]);
    assert.equal(result.status, make.refusal);
    assert.match(result.stderr, /Can't find source path \/nowhere: No such file or directory/);
    await says(make, [...system, `${option}-try`, "/nowhere", "/to"], "ls -d /to", "");
  }
});

testSandbox("devices work behind --dev-bind, and not behind --bind", async (make) => {
  await says(make, [...system, "--dev-bind", "/dev", "/dev"], "echo x >/dev/null && echo works", "works\n");
  await says(make, [...system, "--bind", "/dev", "/dev"], "(echo x >/dev/null) 2>/dev/null || echo none", "none\n");
});

/** The mode of a directory on the way to something that has no mode itself. */
const parents = (make: Maker): string => (make.dialect === "bwrap" ? "700" : "755");

testSandbox("a file on a file, and a folder on a folder, whichever is there already", async (make) => {
  const folder = source(make);
  const file = join(folder, "file");
  await says(
    make,
    [...system, "--bind", file, "/x/y/file"],
    "cat /x/y/file; stat -c %a /x /x/y",
    `content\n${parents(make)}\n${parents(make)}\n`,
  );
  for (const [from, to, why] of [
    [file, "/tmp", /\/tmp: (it is a directory, and the source is none|Is a directory)/],
    [folder, "/tmp/file", /\/tmp\/file: Not a directory/],
  ] as const) {
    const words = [...system, "--tmpfs", "/tmp", "--bind", file, "/tmp/file", "--bind", from, to, "--", "true"];
    const result = await make.run(words);
    assert.equal(result.status, make.refusal);
    assert.match(result.stderr, why);
  }
});

testSandbox("what is missing on the way is as closed as what it leads to", async (make) => {
  const words = [
    ...["--perms", "0700", "--tmpfs", "/a/b/c", "--perms", "0750", "--dir", "/d/e", "--bind-data", "7", "/f/g"],
    ...["--perms", "0604", "--file", "8", "/h/i", "--tmpfs", "/j/k", "--symlink", "x", "/l/m", "--proc", "/n/o"],
  ];
  const script = "stat -c %a /a /a/b /a/b/c /d /d/e /f /h /j /l /n";
  const bubblewraps = make.dialect === "bwrap" ? ["700", "700"] : ["755", "755"];
  const expected = ["700", "700", "700", "750", "750", "700", "705", "755", ...bubblewraps];
  const result = await make.within('"$@" 7</etc/hostname 8</etc/hostname', [
    ...[...system, ...words, "--", "sh", "-c", script],
  ]);
  assert.deepEqual(result.stdout.trimEnd().split("\n"), expected, result.stderr);
});

testSandbox("--tmpfs has its mode and its size", async (make) => {
  const words = [...system, "--perms", "0700", "--size", "1048576", "--tmpfs", "/tmp", "--tmpfs", "/other"];
  const script = "stat -c %a /tmp /other; head -c 2000000 /usr/bin/* 2>/other/errors >/tmp/big; stat -c %s /tmp/big";
  await says(make, words, script, "700\n755\n1048576\n");
});

testSandbox("--dir makes what is missing, and leaves what is there", async (make) => {
  const words = ["--perms", "0700", "--dir", "/a/b", "--dir", "/a/b", "--dir", "/c", "--chmod", "1777", "/c"];
  await says(make, [...system, ...words], "stat -c %a /a /a/b /c", "700\n700\n1777\n");
});

testSandbox("--file, --bind-data and --ro-bind-data: content from descriptors, with their modes", async (make) => {
  const words = [
    "--perms",
    "0640",
    "--file",
    "7",
    "/file",
    "--bind-data",
    "8",
    "/d/data",
    "--ro-bind-data",
    "9",
    "/read",
  ];
  const script =
    "cat /file /d/data /read; stat -c %a /file /d/data /read; echo x >>/d/data && (echo x >>/read) || cat /d/data";
  const bring = 'exec 7< <(echo one) 8< <(echo two) 9< <(echo three); "$@"';
  const result = await make.within(bring, [...system, ...words, "--", "sh", "-c", script]);
  assert.equal(result.stdout, "one\ntwo\nthree\n640\n600\n600\ntwo\nx\n", result.stderr);
});

testSandbox("--symlink: made, the same again, and no other in its place", async (make) => {
  const link = ["--symlink", "usr/share", "/a/link"];
  await says(make, [...system, ...link, ...link], "readlink /a/link", "usr/share\n");
  const other = await make.run([...system, ...link, "--symlink", "usr", "/a/link", "--", "true"]);
  assert.match(other.stderr, /\/a\/link: existing destination is usr\/share/);
  const folder = await make.run([...system, "--symlink", "x", "/usr", "--", "true"]);
  assert.match(folder.stderr, /\/usr: destination exists and is not a symlink/);
});

testSandbox("a link in the new root leads to its own files, however far up it points", async (make) => {
  const folder = source(make);
  const outside = make.folder();
  symlinkSync(`../../../../../../..${outside}`, join(folder, "out"));
  const words = [...system, "--bind", folder, "/to", "--dir", outside, "--dir", "/to/out/made"];
  await says(make, words, `ls ${outside}`, "made\n");
  assert.deepEqual(readdirSync(outside), []);
});

/** Links to what is not there, at the place itself and on the way: systemd's /etc/resolv.conf, images' /etc/mtab and /var/run. */
const dangling: readonly (readonly [string, string, string])[] = [
  ["relative", "../run/there/last", "/run/there/last"],
  ["absolute", "/run/there/last", "/run/there/last"],
  ["far up", "../../../../run/last", "/run/last"],
  ["through slashes", "..//run///there//last//", "/run/there/last"],
  ["a chain", "first", "/run/there/last"],
  ["through a link that dangles, too", "/link/last", "/run/deep/er/last"],
  ["through a link to a directory, and back", "run/../other/last", "/other/last"],
  ["next to it", "last", "/x/last"],
];

testSandbox("a link to what is not there: what it names is made, in the new root", async (make) => {
  const file = join(source(make), "file");
  const prepare = `echo content >${file}; exec 3<${file}; exec "$@"`;
  const base = [
    ...[...system, "--dir", "/run", "--symlink", "/run/deep/er", "/link", "--symlink", "../run", "/x/run"],
    ...["--symlink", "second", "/x/first", "--symlink", "/run/there/last", "/x/second"],
  ];
  for (const [name, text, named] of dangling) {
    const link = ["--symlink", text, "/x/link"];
    const folders = [
      ["--dir"],
      ["--tmpfs"],
      ["--bind", source(make)],
      ["--unshare-ipc", "--mqueue"],
      ["--unshare-pid", "--proc"],
    ];
    for (const option of folders) {
      const script = `readlink /x/link; test -d ${named}; echo $?`;
      const result = await make.script([...base, ...link, ...option, "/x/link"], script);
      assert.equal(result.stdout, `${text}\n0\n`, `${name} ${option[0]} ${result.stderr}`);
      const below = await make.script([...base, ...link, ...option, "/x/link/a/b"], `test -d ${named}/a/b; echo $?`);
      assert.equal(below.stdout, "0\n", `${name} ${option[0]} below ${below.stderr}`);
    }
    const files = [
      ["--file", "3"],
      ["--bind-data", "3"],
      ["--ro-bind-data", "3"],
      ["--bind", file],
      ["--ro-bind", file],
    ];
    for (const option of files) {
      const below = [...base, ...link, ...option, "/x/link/a/b", "--", "cat", `${named}/a/b`];
      const at = [...base, ...link, ...option, "/x/link", "--", "cat", named];
      for (const words of [at, below]) {
        const result = await make.within(prepare, words);
        assert.equal(result.stdout, "content\n", `${name} ${option[0]} ${result.stderr}`);
      }
    }
    // As symlink(2), which follows none at the place itself.
    const made = await make.script([...base, ...link, "--symlink", "z", "/x/link/a/b"], `readlink ${named}/a/b`);
    assert.equal(made.stdout, "z\n", `${name} ${made.stderr}`);
  }
});

testSandbox("whatever of the caller's the link leads through is as read-only as it is", async (make) => {
  const [etc, file] = [make.folder(), join(source(make), "file")];
  symlinkSync("../run/systemd/resolve/stub-resolv.conf", join(etc, "resolv.conf"));
  symlinkSync("../etc/inner", join(etc, "folder"));
  const bound = [...system, "--ro-bind", etc, "/etc", "--tmpfs", "/run"];
  await says(make, [...bound, "--ro-bind", file, "/etc/resolv.conf"], "cat /etc/resolv.conf", "content\n");
  for (const option of ["--dir", "--tmpfs"]) {
    const result = await make.run([...bound, option, "/etc/folder", "--", "true"]);
    assert.equal(result.status, make.refusal);
    assert.match(result.stderr, /\/etc\/folder: Read-only file system/);
  }
  assert.deepEqual(readdirSync(etc).sort(), ["folder", "resolv.conf"]);
});

testSandbox("what only hides or changes something makes nothing for a link", async (make) => {
  const words = [...system, "--dir", "/run", "--symlink", "/run/last", "/link"];
  if (make.dialect === "rein")
    await says(make, [...words, "--mask", "/link", "--read-only-path", "/link"], "ls /run; echo none", "none\n");
  for (const option of [["--remount-ro"], ["--chmod", "0700"]]) {
    const result = await make.run([...words, ...option, "/link", "--", "true"]);
    assert.equal(result.status, make.refusal);
    assert.match(result.stderr, /No such file or directory/);
  }
});

testSandbox("links that lead round and round are an error, and so is a path that grows too long", async (make) => {
  const file = join(source(make), "file");
  const round = ["--symlink", "b", "/a", "--symlink", "/a", "/b"];
  // Each names what is below the next one. The kernel goes through 40 at most, and counts those of a walk twice that it begins
  // anew, as it does when something is mounted meanwhile (path_openat() in its namei.c).
  const chain = Array.from({ length: 18 }, (_, i) => ["--symlink", `/${i + 1}/${"x".repeat(250)}`, `/${i}`]).flat();
  for (const [words, place, reason] of [
    [round, "/a", /Too many levels of symbolic links/],
    [chain, "/0", /File name too long/],
  ] as const)
    for (const option of [["--dir"], ["--tmpfs"], ["--bind", file], ["--bind", source(make)]]) {
      const result = await make.run([...system, ...words, ...option, place, "--", "true"]);
      assert.equal(result.status, make.refusal, option.join(" "));
      assert.match(result.stderr, reason);
    }
});

testSandbox("--proc shows the sandbox's processes, and none of it changes the kernel", async (make) => {
  const words = [...system, "--unshare-pid", "--proc", "/proc"];
  const script = "ls -d /proc/[0-9]* | wc -l; (echo 1 >/proc/sys/kernel/panic) 2>/dev/null || echo read-only";
  const result = await make.script(words, script);
  assert.match(result.stdout, /^[1-5]\nread-only\n$/, result.stderr);
});

testSandbox("--dev has the devices that programs expect, and no other", async (make) => {
  const script =
    "cd /dev; echo *; for i in null zero full random urandom tty; do test -c $i || echo no $i; done; test -c ptmx && echo x >null";
  const all = "core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero\n";
  await says(make, [...system, "--dev", "/dev"], script, all);
  await says(
    make,
    [...system, "--unshare-user", "--uid", "77", "--dev", "/dev"],
    "id -u; stat -c %u /dev/shm",
    "77\n77\n",
  );
});

testSandbox("the modes are those of containers: Docker's, and systemd-nspawn's", async (make) => {
  const words = [...system, "--unshare-pid", "--unshare-ipc", "--proc", "/proc", "--dev", "/dev"];
  const more = ["--mqueue", "/dev/mqueue", "--tmpfs", "/run", "--perms", "1777", "--tmpfs", "/tmp"];
  const places = "/ /dev /dev/shm /dev/mqueue /dev/pts /dev/pts/ptmx /dev/null /dev/zero /dev/tty /proc /run /tmp";
  const shm = make.dialect === "bwrap" ? 755 : 1777;
  await says(
    make,
    [...words, ...more],
    `stat -c '%a' ${places}`,
    `755\n755\n${shm}\n1777\n755\n666\n666\n666\n666\n555\n755\n1777\n`,
  );
});

testSandbox(
  "another user than root has locks, shared memory, queues and terminals in it",
  async (make) => {
    const script = `
import multiprocessing as m, os, pwd
from multiprocessing import shared_memory
m.Lock(); m.Queue()
memory = shared_memory.SharedMemory(create=True, size=4096)
memory.unlink()
master, slave = os.openpty()
status = os.fstat(slave)
print(oct(status.st_mode & 0o777), status.st_uid == os.getuid(), status.st_gid)`;
    const words = [...system, "--proc", "/proc", "--dev", "/dev", "--ro-bind", "/etc", "/etc"];
    const shapes = [
      [["--user", "4321:4322"], 5],
      [["--user", "4321:4322", "--unshare-pid", "--unshare-ipc"], 5],
      [["--uid-map", "0:100000:65536", "--gid-map", "0:100000:65536", "--uid", "33", "--gid", "34"], 34],
    ] as const;
    for (const [shape, group] of shapes) {
      const result = await make.run([...words, ...shape, "--", "/usr/bin/python3", "-c", script]);
      assert.equal(result.stdout, `0o620 True ${group}\n`, `${shape.join(" ")} ${result.stderr}`);
    }
  },
  { person: "root", dialect: "rein" },
);

testSandbox(
  "root of a user namespace that does not know the group of terminals has them all the same",
  async (make, t) => {
    const words = make.words([
      ...system,
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      "--",
      "stat",
      "-c",
      "%a",
      "/dev/pts/ptmx",
    ]);
    const result = await runCommand(t, ["unshare", "--user", "--map-root-user", "--", ...words]);
    assert.equal(result.stdout, "666\n", result.stderr);
  },
  { person: "root" },
);

testSandbox("/dev/zero of --dev can be mapped for code, whoever's device it is", async (make) => {
  for (const more of [[], ["--unshare-user"]]) {
    const result = await make.run([...everything, ...more, "--dev", "/dev", "--", openPayload, "map-zero"]);
    assert.equal(result.stdout, "mapped\n", result.stderr);
  }
});

testSandbox(
  "the sources of new file systems are what bubblewrap calls them",
  async (make) => {
    const words = [...system, "--unshare-pid", "--unshare-ipc", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];
    const script = "sed -n 's/.* \\(\\/[^ ]*\\) [^ ]* [^-]*- \\([^ ]* [^ ]*\\) .*/\\1 \\2/p' /proc/self/mountinfo";
    const { stdout, stderr } = await make.script([...words, "--mqueue", "/queues"], script);
    for (const [place, type] of [
      ...(["/", "/dev", "/tmp"] as const).map((place) => [place, "tmpfs"] as const),
      ...([
        ["/proc", "proc"],
        ["/dev/pts", "devpts"],
        ["/queues", "mqueue"],
      ] as const),
    ])
      assert.ok(stdout.includes(`${place} ${type} ${type}\n`), `${place}: ${stdout}${stderr}`);
  },
  { dialect: "bwrap" },
);

testSandbox("--mqueue is a file system of message queues of the sandbox's own", async (make) => {
  const words = [...system, "--unshare-ipc", "--mqueue", "/queues"];
  await says(make, words, "stat -f -c %T /queues; ls /queues", "mqueue\n");
});

testSandbox(
  "--noexec: nothing there can be executed, nor in what is mounted below, and the rest can",
  async (make) => {
    const folder = source(make);
    for (const name of ["run", "inner/run"])
      writeFileSync(join(folder, name), "#!/bin/sh\necho ran\n", { mode: 0o755 });
    const words = [...system, "--bind", folder, "/b", "--bind", folder, "/b/inner", "--bind", folder, "/rest"];
    const script = "for i in /b/run /b/inner/run /rest/run; do $i || echo no; done; touch /b/new && echo new";
    await says(make, [...words, "--noexec", "/b"], script, "no\nno\nran\nnew\n");
    const temporary = ["--tmpfs", "/tmp", "--noexec", "/tmp", "--tmpfs", "/later"];
    const copies = "for i in /tmp/x /later/x; do cp /b/run $i; $i || echo no; done";
    await says(make, [...words, ...temporary], copies, "no\nran\n");
    const options = "sed -n 's/^[^/]*[^ ]* \\/tmp \\([^ ]*\\) .*/\\1/p' /proc/self/mountinfo | tail -n 1";
    await says(make, [...words, "--proc", "/proc", ...temporary], options, "rw,nosuid,nodev,noexec,relatime\n");
    const missing = await make.run([...words, "--noexec", "/nowhere", "--", "true"]);
    assert.equal(missing.status, make.refusal);
    assert.match(missing.stderr, /--noexec: Can't forbid execution at \/nowhere: No such file or directory/);
    const all = await make.run([...words, "--noexec", "/", "--", "/rest/run"]);
    assert.match(all.stderr, /Permission denied/);
  },
  { dialect: "rein" },
);

testSandbox("overlays: the last layer on top, written to where asked", async (make) => {
  const [lower, upper, work] = [source(make), make.folder(), make.folder()];
  const top = make.folder();
  writeFileSync(join(top, "file"), "top\n", { mode: 0o666 });
  const sources = ["--overlay-src", lower, "--overlay-src", top];
  const script = "cat /o/file; echo new >/o/new && cat /o/new";
  await says(make, [...system, ...sources, "--tmp-overlay", "/o"], script, "top\nnew\n");
  await says(
    make,
    [...system, ...sources, "--ro-overlay", "/o"],
    "cat /o/file; touch /o/new || cat /o/file",
    "top\ntop\n",
  );
  await says(make, [...system, ...sources, "--overlay", upper, work, "/o"], script, "top\nnew\n");
  assert.equal(statSync(join(upper, "new")).size, 4);
  assert.ok(!existsSync(join(top, "new")));
});

testSandbox("the umask is the caller's, and does not change the modes that are asked for", async (make) => {
  const words = [...system, "--dir", "/dir", "--", "sh", "-c", "umask; stat -c %a /dir"];
  const result = await make.within('umask 077; "$@"', words);
  assert.equal(result.stdout, "0077\n755\n", result.stderr);
});

testSandbox("--dev-bind-try lets devices work, and is passed over where the source is missing", async (make) => {
  const words = [...system, "--dev-bind-try", "/dev", "/dev", "--dev-bind-try", "/nowhere", "/missing"];
  await says(make, words, "echo x >/dev/null && head -c 1 /dev/zero | wc -c; ls -d /missing", "1\n");
});

testSandbox("--ro-bind-fd is what the descriptor is open on, read-only", async (make) => {
  const folder = source(make);
  const script = "cat /x/file; touch /x/new || echo refused";
  const words = [...system, "--ro-bind-fd", "9", "/x", "--", "sh", "-c", script];
  const result = await make.within(`exec 9<${folder}; "$@"`, words);
  assert.equal(result.stdout, "content\nrefused\n", result.stderr);
  assert.deepEqual(readdirSync(folder), ["file", "inner"]);
});
