// What programs are told: --info-fd and --json-status-fd.

import assert from "node:assert/strict";
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

testSandbox("who is in the sandbox, what happens to it, and how it ended", async (make) => {
  const words = [...everything, "--unshare-pid", "--unshare-user", "--unshare-ipc", "--json-status-fd", "1"];
  const result = await make.run([...words, "--", "sh", "-c", "readlink /proc/self/ns/ipc; exit 7"]);
  const lines = parse(result.stdout);
  assert.deepEqual(names(lines), ["child-pid", "set-up", "started", "exited", "exit-code"]);
  const ipc = Number(/ipc:\[(\d+)\]/.exec(result.stdout)?.[1]);
  assert.equal(lines[0]?.["ipc-namespace"], ipc);
  assert.equal(lines[1]?.["ipc-namespace"], ipc);
  assert.equal(typeof lines[1]?.["user-namespace"], "number");
  assert.deepEqual([lines[2]?.pid, lines[2]?.command], [2, "sh"]);
  assert.deepEqual([lines[3]?.status, lines[4]?.["exit-code"]], [7, 7]);
});

testSandbox("a step that fails: the stage, the option, the path, and the kernel's number", async (make) => {
  const words = [...everything, "--unshare-pid", "--json-status-fd", "1"];
  const result = await make.run([...words, "--tmpfs", "/mnt", "--bind", '/no\u00e9"where', "/to", "--", "true"]);
  const lines = parse(result.stdout);
  assert.deepEqual(names(lines), ["child-pid", "set-up", "set-up-failed"]);
  const { stage, option, path, errno } = lines[2] ?? {};
  assert.deepEqual([stage, option, path, errno], ["set-up", "--bind", '/no\u00e9"where', 2]);
});

testSandbox("a command that cannot be executed has no exit code, whoever executes it", async (make) => {
  for (const life of [[], ["--unshare-pid"], ["--unshare-pid", "--as-pid-1"]]) {
    const result = await make.run([...everything, ...life, "--json-status-fd", "1", "--", "/nowhere"]);
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
  const { statusField } = await import("../support/processes.ts");
  assert.match(statusField(Number(pid), "NSpid"), /\t1$/);
  assert.equal(statusField(Number(pid), "Name"), "rein-init");
  running.stdin.write("\n");
  assert.equal((await running.exit()).status, 0);
});
