// What the payload finds open, and what it does not.

import assert from "node:assert/strict";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { everything, type Maker, openPayload, testSandbox } from "../support/sandbox.ts";
import { eventually } from "../support/waiting.ts";

/** What the payload has open besides its standard streams. */
function open(stdout: string): string[] {
  return [...stdout.matchAll(/^fd (.*)$/gm)].map((match) => match[1] ?? "").filter((line) => !/^[0-2] /.test(line));
}

/** How the payload can come to be: with an init inside and without, as PID 1 itself. */
const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-user", "--unshare-pid", "--proc", "/proc", "--dev", "/dev"],
  ["--unshare-user", "--disable-userns"],
  ["--new-session"],
];

async function shown(make: Maker, words: readonly string[], prepare: string): Promise<string[]> {
  // Whoever started the tests may have left something open.
  const closeAll = 'for i in $(ls /proc/self/fd); do [ "$i" -gt 2 ] && eval "exec $i>&-"; done 2>/dev/null;';
  const result = await make.within(`${closeAll} ${prepare} exec "$@"`, [
    ...everything,
    ...words,
    "--",
    openPayload,
    "descriptors",
  ]);
  assert.equal(result.status, 0, result.stderr);
  return open(result.stdout);
}

testSandbox("nothing of the set-up is left open", async (make) => {
  for (const life of lives) assert.deepEqual(await shown(make, life, ""), [], life.join(" "));
});

testSandbox("bwrap leaves what was open, rein only what --keep-fd names", async (make) => {
  for (const life of lives) {
    const kept = await shown(make, [...life, "--keep-fd", "8"], "exec 7</usr 8</etc;");
    assert.deepEqual(kept, make.dialect === "bwrap" ? ["7 /usr", "8 /etc"] : ["8 /etc"], life.join(" "));
  }
});

testSandbox("the descriptors of options are the sandbox's own", async (make) => {
  const folder = make.folder();
  const prepare = `echo x >${folder}/data; exec 3<${folder}/data 4<${folder}/data 5<${folder} 6>${folder}/info 7>${folder}/status 8</dev/null;`;
  const words = [
    "--tmpfs",
    "/mnt",
    "--file",
    "3",
    "/mnt/file",
    "--bind-data",
    "4",
    "/mnt/bound",
    "--bind-fd",
    "5",
    "/mnt/folder",
  ];
  const files = ["--info-fd", "6", "--json-status-fd", "7", "--block-fd", "8", "--args", "9"];
  for (const life of lives) {
    const left = await shown(make, [...life, ...words, ...files], `${prepare} exec 9</dev/null;`);
    assert.deepEqual(left, [], life.join(" "));
  }
});

testSandbox("--sync-fd is open as long as the sandbox is there, and the payload has it only as PID 1", async (make) => {
  const prepare = "exec 8</etc;";
  assert.deepEqual(await shown(make, ["--sync-fd", "8"], prepare), []);
  assert.deepEqual(await shown(make, ["--unshare-pid", "--proc", "/proc", "--sync-fd", "8"], prepare), []);
  const asPid1 = ["--unshare-pid", "--as-pid-1", "--proc", "/proc", "--sync-fd", "8"];
  assert.deepEqual(await shown(make, asPid1, prepare), ["8 /etc"]);
  // The reader of the pipe sees its end when the init inside has ended, not when its payload has closed it.
  const script = `{ exec 3>&1; "$@" 3>&1 1>&2; } | { read -r line; echo "$line"; cat; echo end; }`;
  const result = await make.within(script, [
    ...[...everything, "--sync-fd", "3", "--", "sh", "-c"],
    "exec 3>&-; echo ran >&2",
  ]);
  assert.match(result.stdout, /end\n$/);
});

testSandbox("--block-fd holds the command back until there is something to read", async (make) => {
  const words = [...everything, "--unshare-pid", "--block-fd", "3", "--json-status-fd", "1", "--", "echo", "ran"];
  const running = make.start(words, { extraPipes: 1, ...make.telling() });
  await running.lineMatching(/"set-up"/);
  // Nothing tells of what does not happen.
  await pause(100);
  assert.ok(!running.stdout.text.includes("ran"));
  (running.process.stdio[3] as Writable).write("x");
  await running.lineMatching(/^ran$/);
  assert.equal((await running.exit()).status, 0);
});

testSandbox("--lock-file is locked as long as the sandbox is there", async (make) => {
  const file = `${make.folder()}/lock`;
  const script = `: >${file}; chmod 666 ${file}; exec 3<>/dev/null; "$@"; echo after`;
  const test =
    'python3 -c \'import fcntl,sys;f=open(sys.argv[1],"r+")\ntry: fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB); print("free")\nexcept OSError: print("held")\'';
  const words = [...everything, "--lock-file", file, "--", "sh", "-c", `${test} ${file}`];
  const result = await make.within(script, words);
  assert.equal(result.stdout, "held\nafter\n", result.stderr);
});

testSandbox("each of a hundred --lock-file is locked", async (make) => {
  const folder = make.folder();
  const files = Array.from({ length: 100 }, (_, index) => `${folder}/${index}`);
  const script = `for i in $(seq 0 99); do : >${folder}/$i; chmod 666 ${folder}/$i; done; "$@"`;
  const test =
    'import fcntl,sys\nfor path in sys.argv[1:]:\n try: fcntl.lockf(open(path,"r+"),fcntl.LOCK_EX|fcntl.LOCK_NB); print("free",path)\n except OSError: pass\nprint("tried")';
  const locks = files.flatMap((file) => ["--lock-file", file]);
  const result = await make.within(script, [...everything, ...locks, "--", "python3", "-c", test, ...files]);
  assert.equal(result.stdout, "tried\n", result.stderr);
});

testSandbox(
  "as many --keep-fd as one likes: the command has them, and its end is told and mapped",
  async (make) => {
    for (const count of [64, 200]) {
      const last = 9 + count;
      const kept = Array.from({ length: count }, (_, index) => ["--keep-fd", `${10 + index}`]).flat();
      const prepare = `for ((i = 10; i <= ${last}; i++)); do eval "exec $i</usr"; done; "$@"`;
      const command = ["--", "sh", "-c", `test -d /proc/self/fd/10 -a -d /proc/self/fd/${last} && exit 3`];
      for (const life of lives) {
        const words = [...everything, ...life, ...kept, "--map-exit", "3:4", "--json-status-fd", "1", ...command];
        const result = await make.within(prepare, words);
        assert.equal(result.status, 4, `${life.join(" ")}: ${result.stderr}`);
        assert.match(result.stdout, /"exit-code": 4/, life.join(" "));
      }
    }
  },
  { dialect: "rein" },
);

testSandbox(
  "the init holds the status file, the locks and --sync-fd, and nothing that was the command's alone",
  async (make) => {
    const lock = join(make.folder(), "lock");
    writeFileSync(lock, "");
    const words = ["--unshare-pid", "--proc", "/proc", "--lock-file", lock, "--sync-fd", "8", "--keep-fd", "7"];
    const restricted = ["--landlock-ro", "/", "--landlock-exec", "/", "--json-status-fd", "1"];
    const prepare = 'exec 7</etc 8</usr; exec "$@"';
    const running = make.startWithin(prepare, [...everything, ...words, ...restricted, "--", "sleep", "600"]);
    const [, pid = ""] = await running.lineMatching(/"child-pid": (\d+)/);
    await running.lineMatching(/"event":"started"/);
    // Its own word is written when the command is there; it closes what it does not need right after.
    const held = await eventually("the init has let go of the command's", () => {
      const paths = readdirSync(`/proc/${pid}/fd`).map((file) => readlinkSync(`/proc/${pid}/fd/${file}`));
      return paths.includes("/etc") ? undefined : paths;
    });
    const others = held.slice(3).filter((path) => !/^(socket|pipe):|^\/dev\/tty$/.test(path));
    assert.deepEqual(others.sort(), [lock, "/usr"].sort());
  },
  { dialect: "rein", person: "root" },
);
