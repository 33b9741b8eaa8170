// scripts/setup on machines that lack something: what it says, what it fetches, and what it leaves alone.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { afterMounting, Checkout, mountsUnavailable, root } from "./support/checkout.ts";

const version = /^node_version='(.+)'$/m.exec(readFileSync(join(root, "scripts/setup"), "utf8"))?.[1];
const nodePackage = `node-linux-${process.arch}`;

/** Where what is there will do, but for what a test puts in its place. */
function checkout(t: TestContext, node = "v24.0.0"): Checkout {
  const made = new Checkout(t);
  made.stand("node", `echo ${node}`);
  // npm that brings what it is asked for: the Node.js of the fetched version, or the dependencies.
  made.stand(
    "npm",
    `echo "cache $npm_config_cache" >>"$CALLS"
if [ "$1" = ci ]; then mkdir -p "$3/node_modules" && echo {} >"$3/node_modules/.package-lock.json"; exit; fi
mkdir -p "$3/node_modules/${nodePackage}/bin" && cd "$3/node_modules/${nodePackage}/bin"
printf '#!/bin/sh\\necho v${version}\\n' >node && chmod +x node`.replace("$CALLS", join(made.folder, "../calls")),
  );
  return made;
}

/** Everything below a folder. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

test("where everything is there it says nothing and calls nobody", (t) => {
  const made = checkout(t);
  const before = listing(made.folder);
  assert.deepEqual(made.run(["scripts/setup"]), { status: 0, stdout: "", stderr: "" });
  assert.deepEqual(made.calls(), ["node --version"]);
  assert.deepEqual(listing(made.folder), before);
});

test("--path prints PATH with the dependencies' programs, and with the Node.js that was fetched", (t) => {
  const made = checkout(t);
  const found = `${made.path("node_modules/.bin")}:${made.programs}:/usr/bin:/bin`;
  const environment = { PATH: `${made.programs}:/usr/bin:/bin` };
  assert.equal(made.run(["scripts/setup", "--path"], environment).stdout, `${found}\n`);
  made.stand("node", "echo v20.20.2");
  const own = made.path(`.tools/node-${version}/node_modules/${nodePackage}/bin`);
  const path = `${made.path("node_modules/.bin")}:${own}:${made.programs}:/usr/bin:/bin`;
  assert.equal(made.run(["scripts/setup", "--path"], environment).stdout, `${path}\n`);
});

suite("sourced, it says what to do instead, and the shell goes on as it was", () => {
  for (const shell of ["bash", "dash", "zsh"]) {
    const missing = spawnSync(shell, ["-c", ":"]).status !== 0 && `there is no ${shell}`;
    test(shell, { skip: missing }, (t) => {
      const made = checkout(t);
      const parent = dirname(made.folder);
      const before = listing(parent);
      for (const name of ["scripts/setup", "./scripts/setup", made.path("scripts/setup")]) {
        const lines = `flags=$-; path=$PATH; . "${name}"; echo "$? \${flags#"$-"}\${path#"$PATH"}\${root-}"`;
        const { status, stdout, stderr } = made.run([shell, "-c", lines]);
        assert.equal(status, 0);
        assert.equal(stdout, "1 \n", "status 1; neither options nor variables are changed");
        assert.match(stderr, /^rein: scripts\/setup is run, not sourced; .*: PATH=\$\(scripts\/setup --path\)\n$/);
      }
      assert.deepEqual(listing(parent), before);
    });
  }
});

suite("versions of Node.js", () => {
  for (const accepted of ["v22.18.0", "v22.21.3", "v24.0.0", "v26.1.0"]) {
    test(`${accepted} does`, (t) => {
      const made = checkout(t, accepted);
      assert.deepEqual(made.run(["scripts/setup"]), { status: 0, stdout: "", stderr: "" });
    });
  }

  for (const refused of ["v18.20.4", "v20.20.2", "v22.17.1", "v23.11.1"]) {
    test(`${refused} does not: the reason is said, and another is fetched`, (t) => {
      const made = checkout(t, refused);
      const line = `rein: Node.js ${refused} does not do (22.18 or a later 22, or 24 or newer does), fetching ${version} ...\n`;
      assert.deepEqual(made.run(["scripts/setup"]), { status: 0, stdout: "", stderr: line });
      assert.ok(existsSync(made.path(`.tools/node-${version}/node_modules/${nodePackage}/bin/node`)));
      assert.deepEqual(made.run(["scripts/setup"]), { status: 0, stdout: "", stderr: "" }, "once");
    });
  }

  test("one that was fetched and does not start is not kept", (t) => {
    const made = checkout(t, "v20.20.2");
    made.stand("npm", `mkdir -p "$3/node_modules/${nodePackage}/bin"`);
    const { status, stderr } = made.run(["scripts/setup"]);
    assert.equal(status, 1);
    assert.match(stderr, /does not start here; install 22\.18 or a later 22, or 24 or newer: .+\n$/);
    assert.ok(!existsSync(made.path(`.tools/node-${version}`)));
  });
});

suite("the dependencies", () => {
  test("are installed when package-lock.json is newer, without anything of the home", (t) => {
    const made = checkout(t);
    rmSync(made.path("node_modules"), { recursive: true });
    const { status, stderr } = made.run(["scripts/setup"], { HOME: "/proc", npm_config_cache: "/proc/cache" });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "rein: installing the development dependencies ...\n");
    assert.ok(made.calls().includes(`cache ${made.path(".tools/npm-cache")}`), made.calls().join("\n"));
  });

  test("are npm's to install, really, in a home that is read-only", { skip: mountsUnavailable }, (t) => {
    const made = new Checkout(t);
    made.stand("node", `exec '${process.execPath}' "$@"`);
    // What needs no network, and says which Node.js does in the form in which package.json has it, a line each.
    const described = { name: "small", version: "1.0.0", dependencies: { part: "file:part" } };
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { devEngines: object };
    made.write("package.json", JSON.stringify({ ...described, devEngines: manifest.devEngines }, null, 2));
    made.write("part/package.json", JSON.stringify({ name: "part", version: "1.0.0" }));
    const packages = {
      "": described,
      "node_modules/part": { resolved: "part", link: true },
      part: { version: "1.0.0" },
    };
    const lock = { name: "small", version: "1.0.0", lockfileVersion: 3, requires: true, packages };
    made.write("package-lock.json", JSON.stringify(lock));
    rmSync(made.path("node_modules"), { recursive: true });
    const home = join(made.folder, "../home");
    const mounted = afterMounting(`mkdir ${home}; mount -t tmpfs -o ro none ${home}`);
    const { status, stderr } = made.run([...mounted, "scripts/setup"], { HOME: home });
    const log = made.path(".tools/npm.log");
    assert.equal(status, 0, `${stderr}${existsSync(log) ? readFileSync(log, "utf8") : ""}`);
    assert.ok(existsSync(made.path("node_modules/part/package.json")));
    assert.ok(existsSync(made.path(".tools/npm-cache")));
  });

  test("when npm fails its error code is said, and where to read the rest", (t) => {
    const made = checkout(t);
    rmSync(made.path("node_modules"), { recursive: true });
    const failures: Record<string, RegExp> = {
      ENOTFOUND: /^rein: the npm registry cannot be reached \(ENOTFOUND\); name one that can: .+$/m,
      EROFS: /^rein: npm failed \(EROFS\) at 'installing the development dependencies'; read why: cat '.+\/npm\.log'$/m,
      SELF_SIGNED_CERT_IN_CHAIN:
        /^rein: npm does not trust the registry's certificate \(SELF_SIGNED_CERT_IN_CHAIN\); .+: export NODE_EXTRA_CA_CERTS=FILE$/m,
      UNABLE_TO_GET_ISSUER_CERT_LOCALLY: /certificate \(UNABLE_TO_GET_ISSUER_CERT_LOCALLY\); /,
    };
    for (const [code, message] of Object.entries(failures)) {
      made.stand("npm", `echo 'npm error code ${code}' >&2; exit 1`);
      const { status, stderr } = made.run(["scripts/setup"]);
      assert.equal(status, 1);
      assert.match(stderr, message);
    }
  });
});

test("on a file system that is mounted noexec that is said, and the way out", { skip: mountsUnavailable }, (t) => {
  const made = checkout(t);
  const place = join(made.folder, "../place");
  const mounting = `mkdir ${place}; mount -t tmpfs -o noexec none ${place}; cp -r "${made.folder}" ${place}`;
  for (const shell of ["bash", "dash"]) {
    const words = [
      ...afterMounting(mounting.replace("mkdir ", "mkdir -p ")),
      shell,
      `${place}/a checkout/scripts/setup`,
    ];
    const { status, stdout, stderr } = made.run(words);
    assert.equal(status, 1);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^rein: (\S+)\/a checkout is on a file system that is mounted noexec, .*: mount -o remount,exec \1\n$/,
    );
  }
});

suite("a compiler", () => {
  test("without headers: the package is named", { skip: mountsUnavailable }, (t) => {
    const made = checkout(t);
    const { status, stderr } = made.run([...afterMounting("mount -t tmpfs none /usr/include"), "scripts/setup"]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^rein: the C compiler finds no headers \(stdio\.h, asm\/unistd\.h\); install them: \S+ .+\n$/,
    );
  });

  test("that has its headers at another place will do", { skip: mountsUnavailable }, (t) => {
    const made = checkout(t);
    made.stand("cc", "cat >/dev/null");
    const mounted = afterMounting("mount -t tmpfs none /usr/include");
    assert.deepEqual(made.run([...mounted, "scripts/setup"]), { status: 0, stdout: "", stderr: "" });
    assert.ok(made.calls().includes("cc -E -"));
  });

  test("without headers, on a machine with dnf", { skip: mountsUnavailable }, (t) => {
    const made = checkout(t);
    made.stand("dnf");
    const { stderr } = made.run([...afterMounting("mount -t tmpfs none /usr/include"), "scripts/setup"]);
    assert.ok(stderr.endsWith("; install them: dnf install glibc-devel kernel-headers\n"), stderr);
  });
});
