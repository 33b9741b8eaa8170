// What can be asked for, and what is refused before anything is set up.

import assert from "node:assert/strict";
import { existsSync, readlinkSync } from "node:fs";
import { groups, options as table } from "../../src/options/options.ts";
import { forSandbox, refused } from "../support/option-examples.ts";
import { type Dialect, everything, testSandbox } from "../support/sandbox.ts";

/** Whether all options among these words are those of the dialect. */
function areTaken(words: readonly string[], dialect: Dialect): boolean {
  const names = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
  return names.every((name) => table.find((option) => option.name === name)?.dialects.includes(dialect));
}

testSandbox("every option is carried out, and the command runs", async (make) => {
  const needed = { "--unshare-time": "/proc/self/ns/time", "--sysfs": "/sys/class/net", "--cgroup": "/sys/fs/cgroup" };
  const missing = Object.entries(needed).filter(([, path]) => !existsSync(path));
  const descriptors: Readonly<Record<string, string>> = { $IN: "3", $OUT: "4", $FOLDER: "5" };
  for (const row of forSandbox) {
    const words = row.split(" ").map((word) => descriptors[word] ?? word);
    if (!areTaken(words, make.dialect) || missing.some(([option]) => words.includes(option))) continue;
    const open = 'exec 3</dev/null 4>/dev/null 5</usr; exec "$@"';
    const result = await make.within(open, [...everything, ...words, "--", "echo", "ran"]);
    assert.deepEqual([result.status, result.stdout], [0, "ran\n"], `${row}: ${result.stderr}`);
  }
});

testSandbox("what cannot be had together or is no value is refused, with nothing run", async (make) => {
  for (const [options, says, bubblewraps = says] of refused) {
    if (!areTaken(options.split(" "), make.dialect)) continue;
    const result = await make.run([...everything, ...options.split(" "), "--", "echo", "ran"]);
    assert.equal(result.status, make.refusal, `${options}: ${result.stderr}`);
    assert.equal(result.stdout, "", options);
    assert.match(result.stderr, make.dialect === "rein" ? says : bubblewraps);
    assert.match(result.stderr, new RegExp(`^${make.dialect}: [^\\n]+\\n$`));
  }
});

testSandbox("without privileges --uid and --gid take a user namespace, which root has to ask for", async (make) => {
  for (const option of ["--uid", "--gid"]) {
    const result = await make.script([...everything, option, "7"], "id -u; id -g");
    if (make.isRoot) assert.match(result.stderr, new RegExp(`${option} requires --unshare-user or --userns`));
    else assert.match(result.stdout, /^7$/m);
  }
});

testSandbox("an option of the network counts in its place", async (make) => {
  const networks = "readlink /proc/self/ns/net";
  const own = await make.script([...everything, "--unshare-all", "--share-net"], networks);
  const other = await make.script([...everything, "--unshare-all", "--share-net", "--unshare-net"], networks);
  assert.equal(own.stdout.trim(), readlinkSync("/proc/self/ns/net"), own.stderr);
  assert.notEqual(own.stdout, other.stdout);
});

testSandbox("--args: options, each ended by a NUL, in the option's place", async (make) => {
  const words = ["--args", "9", "--setenv", "NAME", "later", "--", "sh", "-c", 'echo "$NAME" "$1"', "sh", "--args"];
  const bring = 'exec 9< <(printf -- "--bind\\0/\\0/\\0--setenv\\0NAME\\0earlier"); "$@"';
  const result = await make.within(bring, words);
  assert.deepEqual([result.status, result.stdout, result.stderr], [0, "later --args\n", ""]);
});

testSandbox("--args: what is no option of it, or reaches out of it, is refused", async (make) => {
  const inputs = {
    "--bind\\0/\\0/\\0ls\\0": /"ls" is not an option/,
    "--bind\\0/\\0/\\0--\\0": /"--" is not an option/,
    "--bind\\0/\\0": /--bind(: needs a value| takes two arguments)/,
    "--setenv\\0NAME\\0": /--setenv(: needs a value| takes two arguments)/,
    "--args\\0000\\0": /--args(: it cannot stand among| not supported in arguments file)/,
    "-\\0": /--args: "-" is not an option|Unknown option -/,
  };
  for (const [input, says] of Object.entries(inputs)) {
    const result = await make.within(`exec 9< <(printf -- '${input}'); "$@"`, ["--args", "9", "/", "--", "true"]);
    assert.equal(result.status, make.refusal, input);
    assert.match(result.stderr, says);
  }
});

testSandbox("a warning is said once, and the last one counts", async (make) => {
  const words = [...everything, "--unshare-pid", "--chdir", "/nowhere", "--chdir", "/usr", "--", "pwd"];
  const result = await make.run(words);
  assert.equal(result.stdout, "/usr\n");
  const warning = "bwrap: Only the last --chdir option will take effect\n";
  assert.equal(result.stderr, make.dialect === "bwrap" ? warning : "");
});

testSandbox("REIN_OPTIONS holds in every stage, and the payload does not see it", async (make) => {
  const environment = { REIN_OPTIONS: "--setenv NAME value --map-exit 3:0" };
  const script = 'echo "$NAME"; printenv REIN_OPTIONS || echo none; exit 3';
  const result = await make.script([...everything, "--unshare-pid"], script, { environment });
  assert.deepEqual([result.status, result.stdout], [0, "value\nnone\n"]);
});

testSandbox("help and version, wherever they stand among the options", async (make) => {
  const help = await make.run([...everything, make.dialect === "rein" ? "--help-sandbox" : "--help"]);
  assert.equal(help.status, 0);
  const { dialect } = make;
  const listed = groups
    .filter(({ page }) => dialect === "bwrap" || page === "sandbox")
    .flatMap((group) => group.options.filter(({ dialects }) => dialects.includes(dialect)));
  assert.ok(listed.length > 60);
  for (const { name } of listed) assert.match(help.stdout, new RegExp(`--${name}(?![a-z0-9-])`), `--${name}`);
  for (const line of help.stdout.split("\n").slice(1)) assert.ok(line.length <= 80, line);
  if (make.dialect !== "bwrap") return;
  assert.match(help.stdout, /^usage: \S+bwrap \[OPTIONS\.\.\.\]/);
  assert.equal((await make.run(["--version"])).stdout, "bubblewrap 0.11.1\n");
  const none = await make.run([]);
  assert.deepEqual([none.status, none.stdout], [1, ""]);
  assert.match(none.stderr, /^usage: /);
});

testSandbox(
  "a word that begins with two dashes is no place: it is the next option, with one left out before it",
  async (make) => {
    for (const words of [["--bind", "/usr"], ["--tmpfs"], ["--symlink", "usr"], ["--chmod", "0700"], ["--mask"]]) {
      const result = await make.run([...everything, ...words, "--", "echo", "ran"]);
      assert.deepEqual([result.status, result.stdout], [125, ""], words.join(" "));
      assert.match(result.stderr, new RegExp(`^rein: ${words[0]}: needs a place before --, which is none; `));
    }
  },
  { dialect: "rein" },
);
