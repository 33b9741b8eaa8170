// Where the command starts when the caller's directory is not in the sandbox.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../support/rein.ts";
import { bubblewrap, everything, type Maker, system, testSandbox } from "../support/sandbox.ts";

/** Runs pwd(1) from a directory that is in the sandbox or not, with nobody's home. */
async function start(make: Maker, options: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const directory = join(make.folder(), "work");
  mkdirSync(directory);
  const words = [...options, "--", "sh", "-c", "pwd -P"];
  const result = await make.run(words, { directory, environment: { HOME: "/usr/share", ...more } });
  return { directory, ...result };
}

const covered = ["--ro-bind", "/", "/", "--tmpfs", "/tmp"];
const absent = [...system];
const said = (from: string, to: string): string =>
  `rein: the working directory ${from} cannot be entered in the sandbox: the command starts in ${to}; give --chdir\n`;

testSandbox("a directory that is covered or absent: rein says where the command starts", async (make) => {
  for (const options of [covered, absent]) {
    const home = await start(make, options);
    assert.deepEqual([home.status, home.stdout], [0, "/usr/share\n"], home.stderr);
    assert.equal(home.stderr, make.dialect === "rein" ? said(home.directory, "/usr/share") : "");
    const none = await start(make, options, { HOME: "/nowhere" });
    assert.deepEqual([none.status, none.stdout], [0, "/\n"], none.stderr);
    assert.equal(none.stderr, make.dialect === "rein" ? said(none.directory, "/") : "");
  }
});

testSandbox("home is where the options have it, as with bubblewrap", async (make, t) => {
  const homes: readonly (readonly [readonly string[], string])[] = [
    [["--setenv", "HOME", "/usr/bin"], "/usr/bin"],
    [["--setenv", "HOME", "/nowhere", "--setenv", "HOME", "/usr/bin"], "/usr/bin"],
    [["--clearenv", "--setenv", "HOME", "/usr/bin", "--setenv", "HOM", "/usr"], "/usr/bin"],
    [["--setenv", "HOME", "/usr/bin", "--unsetenv", "HOME"], "/"],
    [["--setenv", "HOME", "/usr/bin", "--clearenv"], "/"],
    [["--setenv", "HOME", "/nowhere"], "/"],
    [["--setenv", "HOME", ""], "/"],
    [["--unsetenv", "PWD"], "/usr/share"],
  ];
  for (const [options, expected] of homes) {
    const result = await start(make, [...absent, ...options]);
    assert.deepEqual([result.status, result.stdout], [0, `${expected}\n`], `${options.join(" ")}: ${result.stderr}`);
    assert.equal(result.stderr, make.dialect === "rein" ? said(result.directory, expected) : "");
    if (make.dialect !== "bwrap" || !bubblewrap) continue;
    const theirs = await runCommand(t, ["bwrap", ...absent, ...options, "--", "sh", "-c", "pwd -P"], {
      directory: result.directory,
      environment: { HOME: "/usr/share" },
    });
    assert.equal(theirs.stdout, result.stdout, options.join(" "));
  }
});

testSandbox(
  "with --user home is that user's, unless an option says another",
  async (make) => {
    const passwd = join(make.folder(), "passwd");
    writeFileSync(passwd, "somebody:x:0:0::/usr/lib:/bin/sh\n");
    const user = ["--bind", passwd, "/etc/passwd", "--user", "somebody"];
    const homes: readonly (readonly [readonly string[], string])[] = [
      [[], "/usr/lib"],
      [["--clearenv"], "/usr/lib"],
      [["--unsetenv", "HOME"], "/"],
      [["--setenv", "HOME", "/usr/bin"], "/usr/bin"],
    ];
    for (const [options, expected] of homes) {
      const result = await start(make, [...absent, ...user, ...options]);
      assert.deepEqual([result.status, result.stdout], [0, `${expected}\n`], `${options.join(" ")}: ${result.stderr}`);
    }
  },
  { dialect: "rein", person: "root" },
);

testSandbox("nothing is said where it is there, or another one is asked for", async (make) => {
  const same = await start(make, ["--ro-bind", "/", "/"]);
  assert.deepEqual([same.stdout, same.stderr], [`${same.directory}\n`, ""]);
  const other = await start(make, [...covered, "--chdir", "/usr"]);
  assert.deepEqual([other.stdout, other.stderr], ["/usr\n", ""]);
});

testSandbox(
  "a relative --chdir begins there, and so it is said",
  async (make) => {
    const result = await start(make, [...covered, "--chdir", "man"]);
    assert.deepEqual([result.stdout, result.stderr], ["/usr/share/man\n", said(result.directory, "/usr/share")]);
  },
  { dialect: "rein" },
);

testSandbox(
  "--same-directory refuses to start elsewhere",
  async (make) => {
    for (const options of [covered, absent]) {
      const result = await start(make, [...options, "--same-directory", "--json-status-fd", "1"]);
      assert.equal(result.status, 125);
      assert.match(
        result.stderr,
        new RegExp(
          `^rein: set-up: the working directory ${result.directory} cannot be entered in the sandbox; give --chdir\n$`,
        ),
      );
      assert.match(result.stdout, /^\{"event":"set-up-failed","stage":"set-up","path":"[^"]+\/work"\}$/m);
    }
    const same = await start(make, ["--ro-bind", "/", "/", "--same-directory"]);
    assert.deepEqual([same.stdout, same.stderr], [`${same.directory}\n`, ""]);
    const other = await start(make, [...covered, "--same-directory", "--chdir", "/usr"]);
    assert.deepEqual([other.stdout, other.stderr], ["/usr\n", ""]);
  },
  { dialect: "rein" },
);

testSandbox("the path by which the caller came, through links, is the command's", async (make) => {
  const folder = make.folder();
  const directory = join(folder, "work");
  const link = join(folder, "link");
  mkdirSync(directory);
  symlinkSync("work", link);
  const come = async (options: readonly string[], PWD: string) => {
    const words = [...options, "--", "sh", "-c", "pwd; pwd -P; echo $PWD"];
    const result = await make.run(words, { directory, environment: { PWD } });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout.trimEnd().split("\n");
  };
  const whole = ["--ro-bind", "/", "/"];
  assert.deepEqual(await come(whole, link), [link, directory, link]);
  assert.deepEqual(await come([...system, "--bind", directory, link], link), [link, link, link]);
  // A PWD that leads elsewhere, or from elsewhere, is none.
  for (const other of ["/usr", `${folder}/nowhere`, "../link", "", "/".repeat(5000)])
    assert.deepEqual(await come(whole, other), [directory, directory, directory]);
});

testSandbox(
  "under the name bwrap a relative --chdir begins in the new root, as with bubblewrap",
  async (make) => {
    const directory = make.folder();
    mkdirSync(join(directory, "usr"));
    for (const [words, place] of [
      [system, "usr"],
      [everything, "usr/bin"],
      [["--ro-bind", "/", "/", "--bind", directory, directory], "./usr"],
    ] as const) {
      const result = await make.run([...words, "--chdir", place, "--", "pwd", "-P"], { directory });
      assert.equal(result.stdout, `${join("/", place)}\n`, result.stderr);
    }
    const missing = await make.run([...everything, "--chdir", "nowhere", "--", "pwd"], { directory });
    assert.match(missing.stderr, /^bwrap: Can't chdir to nowhere: No such file or directory/);
  },
  { dialect: "bwrap" },
);

testSandbox(
  "--not-a-security-boundary of bubblewrap 0.12 is taken",
  async (make) => {
    const result = await make.run(["--not-a-security-boundary", ...everything, "--", "echo", "ran"]);
    assert.deepEqual([result.stdout, result.stderr], ["ran\n", ""]);
  },
  { dialect: "bwrap" },
);
