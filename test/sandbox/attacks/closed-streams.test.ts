// The caller has closed standard streams: the kernel gives their numbers to the next who opens something.

import assert from "node:assert/strict";
import type { Options } from "../../support/rein.ts";
import { everything, type Maker, testSandbox } from "../../support/sandbox.ts";

const lives: readonly (readonly string[])[] = [
  [],
  ["--unshare-pid", "--proc", "/proc"],
  ["--unshare-pid", "--as-pid-1", "--proc", "/proc"],
  ["--unshare-user", "--unshare-pid", "--proc", "/proc", "--dev", "/dev"],
  ["--unshare-user", "--unshare-pid", "--cap-add", "ALL"],
  ["--unshare-user", "--disable-userns"],
  ["--new-session"],
];

const closings = [
  { streams: "<&-", closed: "0" },
  { streams: ">&-", closed: "1" },
  { streams: "2>&-", closed: "2" },
  { streams: "<&- 2>&-", closed: "02" },
  { streams: ">&- 2>&-", closed: "12" },
  { streams: "<&- >&- 2>&-", closed: "012" },
];

/** Runs the sandbox with streams closed. What it writes to descriptor 9 is its stdout. */
function closing(make: Maker, streams: string, words: readonly string[], prepare = "", options: Options = {}) {
  return make.within(`${prepare} exec 9>&1; "$@" ${streams}`, words, options);
}

testSandbox("the command finds closed what its caller has closed, and nothing of ours in its place", async (make) => {
  const show = "for n in 0 1 2; do test -e /proc/self/fd/$n || printf $n >&9; done";
  for (const life of lives) {
    for (const { streams, closed } of closings) {
      const words = [...everything, ...life, "--keep-fd", "9", "--", "sh", "-c", show];
      const result = await closing(make, streams, words);
      assert.deepEqual([result.status, result.stdout], [0, closed], `${life.join(" ")} ${streams} ${result.stderr}`);
    }
  }
});

testSandbox("no message of ours is read as a word of the handshake", async (make) => {
  for (const life of lives) {
    for (const { streams } of closings) {
      // What fails is said on stderr, and the command has never run: no exit status of its is told.
      const missing = ["--json-status-fd", "9", ...everything, ...life, "--bind", "/nowhere", "/mnt", "--", "true"];
      const failed = await closing(make, streams, missing, "", make.telling(9));
      assert.equal(failed.status, make.refusal, `${life.join(" ")} ${streams} ${failed.stderr}`);
      assert.match(failed.stdout, /"set-up-failed"/);
      assert.doesNotMatch(failed.stdout, /exit-code/, `${life.join(" ")} ${streams}`);
      const verbose = make.dialect === "rein" ? ["-vvv"] : [];
      const ran = await closing(make, streams, [...verbose, ...everything, ...life, "--", "sh", "-c", "exit 5"]);
      assert.equal(ran.status, 5, `${life.join(" ")} ${streams}`);
    }
  }
});

testSandbox("nor does one go into a file that is made in the sandbox", async (make) => {
  for (const life of lives) {
    for (const { streams } of closings) {
      const words = ["--tmpfs", "/mnt", "--file", "5", "/mnt/file", "--bind-data", "6", "/mnt/data"];
      const prepare = "exec 5< <(echo five) 6< <(echo six);";
      const script = "cat /mnt/file /mnt/data >&9";
      const kept = make.dialect === "rein" ? ["-vvv", "--keep-fd", "9"] : [];
      const result = await closing(
        make,
        streams,
        [...kept, ...everything, ...life, ...words, "--", "sh", "-c", script],
        prepare,
      );
      assert.equal(result.stdout, "five\nsix\n", `${life.join(" ")} ${streams} ${result.stderr}`);
    }
  }
});
