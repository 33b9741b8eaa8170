// What programs are told: --info-fd and --json-status-fd.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { Writable } from "node:stream";
import { descendants, isAlive, statusField } from "../support/processes.ts";
import { runCommand } from "../support/rein.ts";
import { everything, testSandbox } from "../support/sandbox.ts";

type Line = Readonly<Record<string, unknown>>;

function parse(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
}

/** The events by name, and bubblewrap's objects by their first key. */
const names = (lines: readonly Line[]): string[] => lines.map((line) => String(line.event ?? Object.keys(line)[0]));

const lives: readonly (readonly string[])[] = [[], ["--unshare-pid"], ["--unshare-pid", "--as-pid-1"]];

testSandbox("who is in the sandbox, what happens to it, and how it ended", async (make) => {
  const words = [...everything, "--unshare-pid", "--unshare-user", "--unshare-ipc", "--json-status-fd", "1"];
  const result = await make.run([...words, "--", "sh", "-c", "readlink /proc/self/ns/ipc; exit 7"], make.telling());
  const lines = parse(result.stdout);
  assert.deepEqual(names(lines), ["child-pid", "set-up", "started", "exited", "exit-code"]);
  const ipc = Number(/ipc:\[(\d+)\]/.exec(result.stdout)?.[1]);
  assert.equal(lines[0]?.["ipc-namespace"], ipc);
  assert.equal(lines[1]?.["ipc-namespace"], ipc);
  assert.equal(typeof lines[1]?.["user-namespace"], "number");
  assert.deepEqual([lines[2]?.pid, lines[2]?.command], [2, "sh"]);
  assert.deepEqual([lines[3]?.status, lines[4]?.["exit-code"]], [7, 7]);
});

testSandbox(
  "under the name bwrap a status descriptor gets bubblewrap's two lines, and no others",
  async (make) => {
    for (const life of lives) {
      const words = [...everything, "--unshare-user", ...life, "--json-status-fd", "1"];
      const ran = await make.run([...words, "--", "sh", "-c", "exit 7"]);
      const namespaces = life.length === 0 ? "" : ', "pid-namespace": \\d+';
      const first = `\\{ "child-pid": \\d+, "mnt-namespace": \\d+${namespaces} \\}\n`;
      assert.match(ran.stdout, new RegExp(`^${first}\\{ "exit-code": 7 \\}\n$`), life.join(" "));
      // No exit code of what never ran.
      for (const failing of [
        ["--", "/nowhere"],
        ["--bind", "/nowhere", "/to", "--", "true"],
      ])
        assert.match((await make.run([...words, ...failing])).stdout, new RegExp(`^${first}$`), failing.join(" "));
    }
  },
  { dialect: "bwrap" },
);

testSandbox("a step that fails: the stage, the option, the path, and the kernel's number", async (make) => {
  const words = [...everything, "--unshare-pid", "--json-status-fd", "1"];
  const result = await make.run(
    [...words, "--tmpfs", "/mnt", "--bind", '/no\u00e9"where', "/to", "--", "true"],
    make.telling(),
  );
  const lines = parse(result.stdout);
  assert.deepEqual(names(lines), ["child-pid", "set-up", "set-up-failed"]);
  const { stage, option, path, errno } = lines[2] ?? {};
  assert.deepEqual([stage, option, path, errno], ["set-up", "--bind", '/no\u00e9"where', 2]);
});

testSandbox("a command that cannot be executed has no exit code, whoever executes it", async (make) => {
  for (const life of [[], ["--unshare-pid"], ["--unshare-pid", "--as-pid-1"]]) {
    const words = [...everything, ...life, "--json-status-fd", "1", "--", "/nowhere"];
    const result = await make.run(words, make.telling());
    const lines = parse(result.stdout);
    assert.ok(!names(lines).includes("exit-code"), result.stdout);
    const refused = lines.find((line) => line.event === "not-started");
    assert.deepEqual([refused?.path, refused?.errno], ["/nowhere", 2]);
  }
});

testSandbox("--info-fd: one object, and then the descriptor is closed", async (make) => {
  const script = `{ "$@" 3>&1 1>&2; } | { cat; echo end; }`;
  const words = [...everything, "--unshare-pid", "--info-fd", "3", "--", "true"];
  const result = await make.within(script, words);
  const [text] = result.stdout.split("end\n");
  const information = JSON.parse(text ?? "") as Line;
  assert.deepEqual(
    Object.keys(information),
    ["child-pid", "mnt-namespace", "pid-namespace"].filter((key) => key in information),
  );
  assert.equal(typeof information["child-pid"], "number");
});

testSandbox("the child's pid is that of the first process inside, as it is outside", async (make) => {
  const running = make.start([
    ...everything,
    "--unshare-pid",
    "--json-status-fd",
    "1",
    "--",
    "sh",
    "-c",
    "echo in; read -r line",
  ]);
  const [, pid] = await running.lineMatching(/"child-pid": (\d+)/);
  await running.lineMatching(/^in$/);
  assert.match(statusField(Number(pid), "NSpid"), /\t1$/);
  assert.equal(statusField(Number(pid), "Name"), make.initName);
  running.stdin.write("\n");
  assert.equal((await running.exit()).status, 0);
});

/** With and without mounts that are locked, a user namespace that comes later, an init inside. */
const shapes: readonly (readonly string[])[] = [
  [],
  ["--cap-add", "ALL", "--unshare-user"],
  ["--cap-add", "ALL", "--unshare-all", "--dev", "/dev"],
  ["--unshare-user", "--uid", "5", "--gid", "5", "--dev", "/dev"],
  ["--unshare-user", "--disable-userns"],
  ["--cap-add", "ALL", "--unshare-user", "--disable-userns"],
];

testSandbox("the namespaces that are told are those that the command is in", async (make) => {
  for (const shape of shapes) {
    for (const life of lives) {
      const words = [...everything, ...shape, ...life, "--json-status-fd", "1", "--info-fd", "3"];
      const command = ["sh", "-c", "for i in /proc/self/ns/*; do readlink $i; done"];
      const result = await make.within('"$@" 3>&1', [...words, "--", ...command], make.telling());
      const name = [...shape, ...life].join(" ");
      assert.equal(result.status, 0, name + result.stderr);
      const own = new Map([...result.stdout.matchAll(/^(\w+):\[(\d+)\]$/gm)].map(([, kind, id]) => [kind, Number(id)]));
      const told = [...result.stdout.matchAll(/"(\w+)-namespace":\s*(\d+)/g)];
      assert.equal(told.filter(([, kind]) => kind === "mnt").length, 3, `${name}\n${result.stdout}`);
      for (const [, kind = "", id] of told)
        assert.equal(Number(id), own.get(kind), `${name}: ${kind}\n${result.stdout}`);
      assert.equal(own.has("user"), true);
      if (shape.includes("--unshare-user"))
        assert.ok(
          told.some(([, kind]) => kind === "user"),
          result.stdout,
        );
    }
  }
});

testSandbox("they are told before the command starts, which may wait for whoever reads them", async (make) => {
  for (const shape of shapes) {
    // What is told comes by the descriptor that the set-up waits for.
    const script = 'exec 4<&0; "$@" 3>&1 </dev/null';
    const words = [...everything, ...shape, "--unshare-net", "--info-fd", "3", "--block-fd", "4"];
    const running = make.startWithin(script, [...words, "--", "sh", "-c", "readlink /proc/self/ns/net; echo ran"]);
    const [, pid] = await running.lineMatching(/"child-pid": (\d+)/);
    assert.match(statusField(Number(pid), "Name"), /rein|bwrap/);
    const [, net] = await running.lineMatching(/"net-namespace": (\d+)/);
    running.stdin.end("\n");
    await running.lineMatching(new RegExp(`^net:\\[${net}\\]$`));
    assert.equal((await running.exit()).status, 0);
  }
});

/** Who reads JSON to the end of the pipe lets the sandbox go on only then: bubblewrap's own demos, slirp4netns' example. */
testSandbox("the pipe of --info-fd ends when it is written, before anything is waited for", async (make) => {
  for (const shape of shapes) {
    for (const life of lives) {
      const words = [...everything, ...shape, ...life, "--info-fd", "3", "--block-fd", "4", "--", "echo", "ran"];
      const running = make.start(words, { extraPipes: 2 });
      const told = await running.extra.get(3)?.rest();
      assert.equal(typeof JSON.parse(told?.join("") ?? "")["child-pid"], "number", [...shape, ...life].join(" "));
      assert.equal(running.stdout.text, "");
      (running.process.stdio[4] as Writable).write("x");
      await running.lineMatching(/^ran$/);
      assert.equal((await running.exit()).status, 0);
    }
  }
});

testSandbox("so it does where somebody else is to write the maps", async (make) => {
  const { uid } = make;
  for (const shape of [[], ["--cap-add", "ALL"], ["--unshare-all"]]) {
    for (const life of lives) {
      const options = [...everything, ...shape, ...life, "--unshare-user", "--userns-block-fd", "4", "--info-fd", "3"];
      const running = make.start([...options, "--", "id", "-u"], { extraPipes: 2 });
      const told = await running.extra.get(3)?.rest();
      const maps = `/proc/${JSON.parse(told?.join("") ?? "")["child-pid"]}`;
      writeFileSync(`${maps}/uid_map`, `0 ${uid} 1`);
      writeFileSync(`${maps}/setgroups`, "deny");
      writeFileSync(`${maps}/gid_map`, `0 ${uid} 1`);
      (running.process.stdio[4] as Writable).write("1");
      await running.lineMatching(/^0$/);
      assert.equal((await running.exit()).status, 0, running.stderr.text);
    }
  }
});

testSandbox("one socket may be both, whose reader waits for its answer", async (make, t) => {
  const script = `
import json, os, socket, subprocess, sys
ours, theirs = socket.socketpair()
number = str(theirs.fileno())
options = [word.replace("@", number) for word in sys.argv[1:]]
run = subprocess.Popen([*options, "--", "echo", "ran"], pass_fds=[theirs.fileno()], stdout=subprocess.PIPE)
theirs.close()
text = b""
while not text.endswith(b"}\\n"): text += ours.recv(4096)
child = json.loads(text)["child-pid"]
if "--userns-block-fd" in options:
  for name in ["uid_map", "gid_map"]:
    if name == "gid_map": open("/proc/%d/setgroups" % child, "w").write("deny")
    open("/proc/%d/%s" % (child, name), "w").write("0 %d 1" % os.getuid())
ours.send(b"x")
print(run.stdout.read(), run.wait())`;
  for (const option of [["--block-fd"], ["--unshare-user", "--userns-block-fd"]]) {
    const words = make.words([...everything, "--unshare-pid", "--info-fd", "@", ...option, "@"]);
    const sandbox = words.slice(words.findIndex((word) => /(rein|bwrap)$/.test(word)));
    const prefix = words.slice(0, words.length - sandbox.length);
    const result = await runCommand(t, [...prefix, "/usr/bin/python3", "-c", script, ...sandbox]);
    assert.equal(result.stdout, "b'ran\\n' 0\n", result.stderr);
  }
});

testSandbox(
  "with the supervisor's end the pipe of --json-status-fd ends, although the command goes on",
  async (make, t) => {
    for (const life of lives) {
      const command = ["sh", "-c", "echo ready; exec sleep 600"];
      const running = make.start([...everything, ...life, "--json-status-fd", "3", "--", ...command], {
        extraPipes: 1,
      });
      await running.lineMatching(/^ready$/);
      const inside = descendants(running.process.pid ?? 0);
      t.after(() => {
        for (const pid of inside.filter(isAlive)) process.kill(pid, "SIGKILL");
      });
      running.process.kill("SIGTERM");
      await running.extra.get(3)?.rest();
      assert.ok(inside.every(isAlive));
    }
  },
  { dialect: "bwrap" },
);

testSandbox("with --userns-block-fd the number of a mount namespace that comes later is left out", async (make) => {
  const maps = (pid: string): string => `/proc/${pid}/uid_map`;
  for (const shape of [[], ["--cap-add", "ALL"]]) {
    const words = [...everything, ...shape, "--unshare-user", "--userns-block-fd", "4", "--info-fd", "3"];
    const running = make.startWithin('exec 4<&0; "$@" 3>&1 </dev/null', [
      ...words,
      "--",
      "readlink",
      "/proc/self/ns/mnt",
    ]);
    const [, pid = ""] = await running.lineMatching(/"child-pid": (\d+)/);
    const { uid } = make;
    writeFileSync(maps(pid), `${uid} ${uid} 1`);
    writeFileSync(`/proc/${pid}/setgroups`, "deny");
    writeFileSync(`/proc/${pid}/gid_map`, `${uid} ${uid} 1`);
    running.stdin.end("\n");
    const [, own] = await running.lineMatching(/^mnt:\[(\d+)\]/);
    const told = /"mnt-namespace": (\d+)/.exec(running.stdout.text)?.[1];
    if (told !== undefined) assert.equal(told, own);
    assert.equal(told !== undefined, make.dialect === "bwrap" || (shape.length === 0 && !make.isRoot));
    assert.equal((await running.exit()).status, 0);
  }
});

testSandbox("a descriptor that cannot be written to is refused: nobody would be told", async (make) => {
  for (const option of ["--info-fd", "--json-status-fd"]) {
    const result = await make.within('exec 9</dev/null; exec "$@"', [...everything, option, "9", "--", "echo", "ran"]);
    assert.deepEqual([result.status, result.stdout], [make.refusal, ""], option);
    assert.match(
      result.stderr,
      make.dialect === "bwrap" ? /^bwrap: Write to info_fd: Bad file/ : /Bad file descriptor/,
    );
  }
});
