// How a sandbox ends.

import assert from "node:assert/strict";
import { everything, openPayload, testSandbox } from "../support/sandbox.ts";

const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid"],
  ["--unshare-pid", "--as-pid-1"],
  ["--lock-file", "/etc/passwd"],
];

testSandbox("with the payload's status", async (make) => {
  for (const life of lives) {
    for (const status of [0, 1, 77, 255]) {
      const result = await make.run([...everything, ...life, "--", openPayload, "exit", `${status}`]);
      assert.equal(result.status, status, `${life.join(" ")}: ${result.stderr}`);
    }
  }
});

testSandbox("with 128 and the number of the signal that killed the payload", async (make) => {
  for (const life of lives) {
    // No signal of its own kills PID 1.
    if (life.includes("--as-pid-1")) continue;
    for (const signal of [1, 9, 11, 15, 64]) {
      const result = await make.run([...everything, ...life, "--", openPayload, "kill-self", `${signal}`]);
      assert.equal(result.status, 128 + signal, `${life.join(" ")}: ${result.stderr}`);
    }
  }
});

testSandbox("with the dialect's own status where the command cannot be run", async (make) => {
  for (const life of lives) {
    const missing = await make.run([...everything, ...life, "--", "/nowhere"]);
    assert.equal(missing.status, make.dialect === "rein" ? 127 : 1);
    assert.match(missing.stderr, /\/nowhere: No such file or directory\n$/);
    const refused = await make.run([...everything, ...life, "--", "/etc/passwd"]);
    assert.equal(refused.status, make.dialect === "rein" ? 126 : 1);
    assert.match(refused.stderr, /\/etc\/passwd: Permission denied/);
  }
});

testSandbox(
  "when the payload ends, with the others in its PID namespace",
  async (make) => {
    const result = await make.script([...everything, "--unshare-pid"], "sleep 1000 >/dev/null 2>&1 & exit 4");
    assert.equal(result.status, 4);
  },
  { dialect: "rein" },
);

testSandbox("as PID 1 the payload itself is there alone, and its status is that of all", async (make) => {
  const words = [...everything, "--unshare-pid", "--as-pid-1", "--proc", "/proc"];
  const result = await make.script(words, "echo $$; echo /proc/[0-9]*; exit 9");
  assert.deepEqual([result.status, result.stdout], [9, "1\n/proc/1\n"]);
});

testSandbox(
  "an exit status is mapped once, with an init inside and without",
  async (make) => {
    for (const life of lives) {
      const words = [...everything, ...life, "--map-exit", "3:4", "--map-exit", "4:5", "--", openPayload, "exit", "3"];
      assert.equal((await make.run(words)).status, 4, life.join(" "));
    }
  },
  { dialect: "rein" },
);
