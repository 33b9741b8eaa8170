// --mask, --read-only-path, and how far a read-only mount reaches.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { assertRefused, openFolder } from "../support/accounts.ts";
import { afterScript, type Caller, callers, ordinary, root, runIn } from "./support/callers.ts";

// With its devices: scripts write to /dev/null.
const ROOT = ["--dev-bind", "/", "/", "--tmpfs", "/tmp"];
/** A file, a directory with a file, and a mount in it; every user may write to them. */
const SCENE = [
  ...["--perms", "0777", "--dir", "/tmp/d", "--perms", "0777", "--dir", "/tmp/d/e"],
  ...["--file", "0", "/tmp/d/f", "--tmpfs", "/tmp/d/mount", "--symlink", "/tmp/d/f", "/tmp/link"],
];

/** Runs a script in the scene after more options; returns what it said. */
async function inScene(t: TestContext, caller: Caller, options: readonly string[], script: string): Promise<string> {
  const result = await runIn(t, caller, ["sh", "-c", script], { options: [...ROOT, ...SCENE, ...options] });
  assert.equal(result.stderr, "");
  return result.stdout;
}

/** A script that says for each file whether it can be written. */
const writes = (...files: readonly string[]): string =>
  files.map((file) => `if (: > ${file}) 2>/dev/null; then echo yes; else echo no; fi`).join("; ");

for (const caller of callers) {
  describe(`--mask by ${caller.name}`, { skip: caller.unavailable, concurrency: 2 }, () => {
    test("does not stand between an overlay and its layers", async (t) => {
      const options = [...ROOT, "--overlay-src", "/usr", "--mask", "/tmp"];
      assertRefused(await runIn(t, caller, ["true"], { options }), [/--overlay-src must be followed by/]);
    });

    test("a file is /dev/null", async (t) => {
      assert.equal(await inScene(t, caller, ["--mask", "/tmp/d/f"], "stat -c %t:%T /tmp/d/f; cat /tmp/d/f"), "1:3\n");
    });

    test("a directory is empty, and nothing can be made there", async (t) => {
      const script = `ls -A /tmp/d; ${writes("/tmp/d/x")}; grep -c ' /tmp/d .*noexec' /proc/self/mountinfo`;
      assert.equal(await inScene(t, caller, ["--mask", "/tmp/d"], script), "no\n1\n");
    });

    for (const option of ["--mask", "--read-only-path"])
      test(`${option} of a relative path is refused, and nothing left to be read`, async (t) => {
        const options = ["--bind", "/", "/", option, ".env"];
        const said = /^rein: --(mask|read-only-path): "\.env" is not an absolute path; give it as in "\$PWD\/\.env"$/m;
        assertRefused(await runIn(t, caller, ["true"], { options }), [said]);
      });

    test("a link is where it leads inside", async (t) => {
      const script = "stat -c %t:%T /tmp/d/f; readlink /tmp/link";
      assert.equal(await inScene(t, caller, ["--mask", "/tmp/link"], script), "1:3\n/tmp/d/f\n");
    });

    test("what is not there is passed over", async (t) => {
      const options = [
        "--mask",
        "/tmp/none",
        "--mask",
        "/tmp/none/x",
        "--mask",
        "/tmp/d/f/x",
        "--read-only-path",
        "/no",
      ];
      assert.equal(await inScene(t, caller, options, "ls /tmp"), "d\nlink\n");
    });
  });

  describe(`--read-only-path by ${caller.name}`, { skip: caller.unavailable, concurrency: 2 }, () => {
    test("all that is there, with what is mounted below, and nothing beside it", async (t) => {
      const script = writes("/tmp/d/x", "/tmp/d/e/x", "/tmp/d/mount/x", "/tmp/x");
      assert.equal(await inScene(t, caller, ["--read-only-path", "/tmp/d"], script), "no\nno\nno\nyes\n");
    });

    test("a single file", async (t) => {
      const script = writes("/tmp/d/f", "/tmp/d/x");
      assert.equal(await inScene(t, caller, ["--read-only-path", "/tmp/d/f"], script), "no\nyes\n");
    });

    test("the whole root", async (t) => {
      const script = `${writes("/tmp/x", "/tmp/d/mount/x")}; ls -A / | grep rein`;
      assert.equal(await inScene(t, caller, ["--read-only-path", "/"], script), "no\nno\n");
    });
  });

  describe(`mounts below, by ${caller.name}`, { skip: root.unavailable || caller.unavailable }, () => {
    const script = writes("/tmp/b/x", "/tmp/b/sub/x");
    for (const [options, says] of [
      [["--bind", "SOURCE", "/tmp/b"], "yes\nyes\n"],
      [["--ro-bind", "SOURCE", "/tmp/b"], "no\nno\n"],
      [["--bind", "SOURCE", "/tmp/b", "--remount-ro", "/tmp/b"], "no\nyes\n"],
      [["--bind", "SOURCE", "/tmp/b", "--read-only-path", "/tmp/b"], "no\nno\n"],
    ] as const) {
      test(options.join(" "), async (t) => {
        const folder = openFolder(t);
        const make = 'mkdir "$1/sub"; chmod 777 "$1"; mount -t tmpfs -o mode=777 tmpfs "$1/sub"';
        const words = options.map((word) => (word === "SOURCE" ? folder : word));
        const result = await runIn(t, caller, ["sh", "-c", script], {
          options: [...ROOT, ...words],
          before: afterScript(make, folder),
        });
        assert.equal(result.stdout, says, result.stderr);
      });
    }
  });
}

for (const last of [
  ["--remount-ro", "/"],
  ["--read-only-path", "/"],
]) {
  test(`${last.join(" ")} leaves nothing of the making of the root in it`, {
    skip: ordinary.unavailable,
  }, async (t) => {
    const system = ["bin", "lib", "lib64", "usr"].flatMap((name) => ["--ro-bind-try", `/${name}`, `/${name}`]);
    const options = [...system, "--bind-data", "0", "/data", ...last];
    const result = await runIn(t, ordinary, ["sh", "-c", "ls -A /; mkdir /x"], { options });
    assert.deepEqual(result.stdout.match(/^(data|\..*)$/gm), ["data"]);
    assert.match(result.stderr, /Read-only file system/);
  });
}

test("a mask cannot be taken off, not even by root of a namespace below", { skip: ordinary.unavailable }, async (t) => {
  const script = "umount /tmp/d 2>/dev/null; unshare -Urm umount /tmp/d 2>/dev/null; ls -A /tmp/d";
  assert.equal(await inScene(t, ordinary, ["--mask", "/tmp/d"], script), "");
});

test("a mask of a file takes a real /dev/null, and no other file in its place", {
  skip: root.unavailable,
}, async (t) => {
  const before = afterScript('touch "$1/x"; mount --bind "$1/x" /dev/null', openFolder(t));
  for (const caller of [root, ordinary]) {
    const options = ["--bind", "/", "/", "--mask", "/etc/passwd"];
    assertRefused(await runIn(t, caller, ["true"], { options, before }), [/Can't mask \/dev\/null: No such device/]);
  }
});
