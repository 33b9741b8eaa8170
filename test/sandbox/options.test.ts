// What can be asked for, and what is refused before anything is set up.

import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { groups } from "../../src/options/options.ts";
import { everything, testSandbox } from "../support/sandbox.ts";

/** Options that cannot be had so, and what is said of them. */
const refused: readonly (readonly [string, RegExp])[] = [
  ["--hostname x", /--hostname requires --unshare-uts/],
  ["--domainname x", /--domainname requires --unshare-uts/],
  ["--as-pid-1", /--as-pid-1 requires --unshare-pid/],
  ["--as-pid-1 --unshare-pid --lock-file /etc/passwd", /--as-pid-1 cannot be combined with --lock-file/],
  ["--disable-userns", /--disable-userns requires --unshare-user/],
  ["--userns-block-fd 0", /--userns-block-fd requires --unshare-user/],
  ["--userns-block-fd 0 --unshare-user", /--userns-block-fd requires --info-fd/],
  ["--disable-userns --unshare-user --userns-block-fd 0 --info-fd 1", /--disable-userns cannot be combined/],
  ["--userns 0 --unshare-user", /--userns cannot be combined with --unshare-user/],
  ["--userns 0 --unshare-all", /--userns cannot be combined with --unshare-user-try/],
  ["--argv0 a --argv0 b", /--argv0: it can be given only once/],
  ["--perms 0700 --proc /proc", /--perms must be followed by/],
  ["--perms 0700", /--perms must be followed by/],
  ["--perms 0700 --perms 0700 --dir /x", /--perms given twice/],
  ["--perms 8 --dir /x", /"8" is not a mode/],
  ["--size 1 --dir /x", /--size must be followed by --tmpfs/],
  ["--size 0 --tmpfs /x", /"0" is not a size/],
  ["--overlay-src /usr --dir /x", /--overlay-src must be followed by/],
  ["--overlay-src /usr", /--overlay-src must be followed by/],
  ["--tmp-overlay /x", /--tmp-overlay requires at least one --overlay-src/],
  ["--overlay-src /usr --ro-overlay /x", /--ro-overlay requires at least two --overlay-src/],
  ["--cap-add NONSENSE", /"NONSENSE" is not a capability/],
  ["--block-fd x", /"x" is not a number/],
  ["--block-fd -1", /"-1" is not a number/],
  ["--file 4294967296 /x", /"4294967296" is not a number/],
  ["--info-fd 99", /--info-fd 99: Bad file descriptor/],
  ["--json-status-fd 99", /--json-status-fd 99: Bad file descriptor/],
  ["--bind-data 99 /x", /--bind-data 99: Bad file descriptor/],
  ["--args 99", /--args: descriptor 99: Bad file descriptor/],
  ["--exec-label x", /SELinux|label/],
];

testSandbox("what cannot be had together or is no value is refused, with nothing run", async (make) => {
  for (const [options, says] of refused) {
    const result = await make.run([...everything, ...options.split(" "), "--", "echo", "ran"]);
    assert.equal(result.status, make.refusal, `${options}: ${result.stderr}`);
    assert.equal(result.stdout, "", options);
    assert.match(result.stderr, says);
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
    "--bind\\0/\\0": /--bind: needs a value/,
    "--setenv\\0NAME\\0": /--setenv: needs a value/,
    "--args\\0000\\0": /--args: it cannot stand among/,
    "-\\0": /--args: "-" is not an option/,
  };
  for (const [input, says] of Object.entries(inputs)) {
    const result = await make.within(`exec 9< <(printf -- '${input}'); "$@"`, ["--args", "9", "/", "--", "true"]);
    assert.equal(result.status, make.refusal, input);
    assert.match(result.stderr, says);
  }
});

testSandbox("--args brings at most 9000 arguments", async (make) => {
  for (const [count, status] of [
    [9000, 0],
    [9001, make.refusal],
  ] as const) {
    const bring = `exec 9< <(for ((i = 0; i < ${count}; i++)); do printf -- '--unshare-pid\\0'; done); "$@"`;
    const result = await make.within(bring, ["--args", "9", ...everything, "--", "true"]);
    assert.equal(result.status, status, result.stderr);
  }
});

testSandbox("options that take too much memory are refused in so many words", async (make) => {
  const words = Array.from({ length: 30_000 }, () => ["--dir", "/x"]).flat();
  const result = await make.run([...words, "--", "true"]);
  if (result.status === make.refusal) assert.match(result.stderr, /take more memory than there is/);
  else assert.match(result.stderr, /execvp|cannot run/);
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
  assert.match(help.stdout, /^usage: \S+bwrap \[OPTION\.\.\.\]/);
  assert.equal((await make.run(["--version"])).stdout, "bubblewrap 0.11.1\n");
  const none = await make.run([]);
  assert.deepEqual([none.status, none.stdout], [1, ""]);
  assert.match(none.stderr, /^usage: /);
});
