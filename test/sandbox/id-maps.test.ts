// --uid-map and --gid-map: ranges of ids, who the command is among them, and who writes the maps.

import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertRefused, openFolder } from "../support/accounts.ts";
import { children, isAlive } from "../support/processes.ts";
import type { Result } from "../support/rein.ts";
import { eventually } from "../support/waiting.ts";
import { afterScript, ordinary, root, runIn, startIn, withEtc } from "./support/callers.ts";

const RANGES = ["--uid-map", "0:100000:65536", "--gid-map", "0:200000:65536"];
const FILES = ["--bind", "/", "/", "--tmpfs", "/tmp", "--proc", "/proc"];

const WHO = "id -u; id -g; id -G; grep ^CapEff /proc/self/status | cut -f2";
/** What WHO says: user, group, all groups, capabilities. */
function said(result: Result): string[] {
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.trim().split("\n");
}

const NONE = "0000000000000000";

describe("ranges that root maps", { skip: root.unavailable, concurrency: 2 }, () => {
  test("stand in the maps in their order, and root inside is the first", async (t) => {
    const options = [
      "--uid-map",
      "0:100000:10",
      "--uid-map",
      "20:5000:1",
      ...["--gid-map", "0:200000:65536"],
      ...FILES,
    ];
    const script = "cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id -u; id -g; id -G";
    const lines = said(await runIn(t, root, ["sh", "-c", script], { options }));
    assert.deepEqual(
      lines.map((line) => line.trim().replaceAll(/\s+/g, " ")),
      ["0 100000 10", "20 5000 1", "0 200000 65536", "allow", "0", "0", "0"],
    );
  });

  for (const pid of [[], ["--unshare-pid"]]) {
    test(`--uid and --gid say who the command is ${pid.join()}`, async (t) => {
      const options = [...RANGES, "--uid", "5", "--gid", "7", ...pid, ...FILES];
      assert.deepEqual(said(await runIn(t, root, ["sh", "-c", WHO], { options })), ["5", "7", "7", NONE]);
    });
  }

  test("without root among them whoever the command is sets up, and has no capability left", async (t) => {
    const options = [
      "--uid-map",
      "10:100000:100",
      "--gid-map",
      "10:100000:100",
      "--uid",
      "15",
      "--gid",
      "17",
      ...FILES,
    ];
    const result = await runIn(t, root, ["sh", "-c", `${WHO}; stat -c %u:%g /tmp`], { options });
    assert.deepEqual(said(result), ["15", "17", "17", NONE, "15:17"]);
  });

  test("--cap-add gives another user than root what it names", async (t) => {
    const options = [...RANGES, "--uid", "5", "--cap-add", "NET_RAW", ...FILES];
    const lines = said(await runIn(t, root, ["sh", "-c", WHO], { options }));
    assert.equal(lines[3], "0000000000002000");
  });

  test("files inside can belong to anybody who is mapped", async (t) => {
    const result = await runIn(t, root, ["sh", "-c", "touch /tmp/x && chown 33:34 /tmp/x && stat -c %u:%g /tmp/x"], {
      options: [...RANGES, ...FILES],
    });
    assert.deepEqual(said(result), ["33:34"]);
  });

  test("--dev makes terminals that belong to root inside", async (t) => {
    const result = await runIn(t, root, ["sh", "-c", "stat -c %u:%g /dev/pts/ptmx; id -u"], {
      options: [...RANGES, "--uid", "5", ...FILES, "--dev", "/dev"],
    });
    assert.deepEqual(said(result), ["0:0", "5"]);
  });

  test("--user takes a name of the sandbox's, with its groups", async (t) => {
    const before = withEtc(openFolder(t), {
      passwd: "app:x:1234:1235::/home/app:\n",
      group: "app:x:1235:\nweb:x:2001:app\ndata:x:2002:app\n",
    });
    const options = [...RANGES, "--user", "app", ...FILES];
    const lines = said(await runIn(t, root, ["sh", "-c", WHO], { options, before }));
    assert.deepEqual(lines.slice(0, 2), ["1234", "1235"]);
    assert.deepEqual(lines[2]?.split(" ").toSorted(), ["1235", "2001", "2002"]);
  });

  test("--user says what to do about somebody who is not mapped", async (t) => {
    const options = ["--uid-map", "0:0:1", "--gid-map", "0:0:1", "--user", "5:0"];
    assertRefused(await runIn(t, root, ["true"], { options }), [/--user: setresuid/, /--uid-map/]);
  });

  describe("sources are found as the caller, whom no id inside stands for", { concurrency: 2 }, () => {
    /** A folder that everybody may read, in one that is root's alone. */
    function hiddenFolder(t: TestContext): string {
      const folder = openFolder(t);
      const hidden = join(folder, "hidden");
      mkdirSync(hidden, { mode: 0o700 });
      for (const name of ["work", "layer"]) mkdirSync(join(hidden, name), { mode: 0o755 });
      for (const name of ["work/file", "layer/upper"]) writeFileSync(join(hidden, name), `${name}\n`, { mode: 0o644 });
      symlinkSync("hidden/work", join(folder, "link"));
      return folder;
    }
    for (const [what, options, file] of [
      ["a folder", ["--bind", "hidden/work", "/mnt"], "/mnt/file"],
      ["a file", ["--ro-bind", "hidden/work/file", "/tmp/file"], "/tmp/file"],
      ["a link", ["--ro-bind-try", "link", "/mnt"], "/mnt/file"],
      ["a descriptor's folder", ["--bind-fd", "9", "/mnt"], "/mnt/file"],
      [
        "layers",
        ["--overlay-src", "hidden/work", "--overlay-src", "hidden/layer", "--ro-overlay", "/mnt"],
        "/mnt/file",
      ],
    ] as const) {
      for (const [how, first] of [
        ["", ["--ro-bind", "/", "/", "--tmpfs", "/tmp"]],
        [
          " in an empty root",
          ["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"],
        ],
      ] as const) {
        test(`${what}${how}`, async (t) => {
          const folder = hiddenFolder(t);
          const before = ["bash", "-c", 'exec 9<hidden/work; exec "$@"', "bash"];
          for (const uid of ["0", "5"]) {
            const words = [...RANGES, "--uid", uid, "--gid", uid, "--chdir", "/", ...first, ...options];
            const command = ["/usr/bin/cat", file];
            const result = await runIn(t, root, command, { options: words, before, directory: folder });
            assert.deepEqual([result.stdout, result.stderr], ["work/file\n", ""]);
          }
        });
      }
    }

    test("the layers that an overlay writes to", async (t) => {
      const folder = hiddenFolder(t);
      for (const name of ["upper", "scratch"]) {
        mkdirSync(join(folder, "hidden", name));
        chownSync(join(folder, "hidden", name), 100_000, 200_000);
      }
      const layers = ["--overlay-src", "hidden/work", "--overlay", "hidden/upper", "hidden/scratch", "/mnt"];
      const options = [...RANGES, "--chdir", "/mnt", "--ro-bind", "/", "/", ...layers];
      const result = await runIn(t, root, ["sh", "-c", "cat file; echo new >new"], { options, directory: folder });
      assert.deepEqual([result.stdout, result.stderr], ["work/file\n", ""]);
      assert.equal(readFileSync(join(folder, "hidden/upper/new"), "utf8"), "new\n");
    });

    test("and the command is not let into what only the caller may enter", async (t) => {
      const folder = hiddenFolder(t);
      const script = 'cat "$0/hidden/work/file"; grep -E "^Cap(Inh|Amb)" /proc/self/status; ls /proc/self/fd';
      const options = [...RANGES, "--ro-bind", "/", "/", "--proc", "/proc", "--ro-bind", "hidden/work", "/mnt"];
      const result = await runIn(t, root, ["sh", "-c", script, folder], { options, directory: folder });
      const [inheritable, ambient, ...descriptors] = result.stdout.trim().split("\n");
      assert.deepEqual([inheritable, ambient], [`CapInh:\t${NONE}`, `CapAmb:\t${NONE}`]);
      assert.deepEqual(descriptors, ["0", "1", "2", "3"]);
      assert.match(result.stderr, /hidden\/work\/file: Permission denied\n$/);
    });

    test("a source that the caller may not enter either is refused", async (t) => {
      const folder = hiddenFolder(t);
      chownSync(join(folder, "hidden"), 1234, 1234);
      const options = [...RANGES, "--ro-bind", "/", "/", "--ro-bind", "hidden/work", "/mnt"];
      const result = await runIn(t, root, ["true"], { options, directory: folder });
      assertRefused(result, [/--ro-bind: Can't find source path hidden\/work: Permission denied/]);
    });
  });

  test("--userns-block-fd still holds the sandbox back", async (t) => {
    const blocked = startIn(t, root, ["echo", "ran"], {
      options: [...RANGES, "--userns-block-fd", "0", "--info-fd", "2", ...FILES],
    });
    await eventually("the maps are written", () => {
      const [child] = children(blocked.process.pid ?? 0);
      const map = child === undefined ? "" : readFileSync(`/proc/${child}/uid_map`, "utf8");
      return map.includes("100000") ? true : undefined;
    });
    assert.equal(blocked.stdout.text, "");
    blocked.stdin.end("x");
    assert.equal(await blocked.line(), "ran");
  });

  test("most lines that the kernel takes", async (t) => {
    const lines = Array.from({ length: 340 }, (_, i) => ["--uid-map", `${i}:${2 * i}:1`]).flat();
    const options = [...lines, "--gid-map", "0:0:1", "--bind", "/", "/"];
    assert.deepEqual(said(await runIn(t, root, ["sh", "-c", "wc -l < /proc/self/uid_map"], { options })), ["340"]);
    const more = ["--uid-map", "340:680:1", ...options];
    assertRefused(await runIn(t, root, ["true"], { options: more }), [/^rein: --uid-map: 339:678:1 .*the 341st/]);
  });
});

describe("maps that are refused", { skip: ordinary.unavailable, concurrency: 2 }, () => {
  const one = ["--gid-map", "0:0:1"];
  for (const [options, says] of [
    [["--uid-map", "0:1"], /"0:1" is not a range of ids; give INSIDE:OUTSIDE:COUNT/],
    [["--uid-map", "0:1:0"], /"0:1:0" is not a range/],
    [["--uid-map", "a:1:1"], /"a:1:1" is not a range/],
    [["--gid-map", "0:1:1:1"], /"0:1:1:1" is not a range/],
    [["--gid-map", "4294967294:0:2"], /is not a range/],
    [["--uid-map", "0:100:10", "--uid-map", "9:300:10"], /9:300:10 has an id that a range before it has/],
    [["--uid-map", "0:100:10", "--uid-map", "10:109:10"], /10:109:10 has an id that a range before it has/],
    [["--uid-map", "0:0:1"], /--uid-map and --gid-map belong together/],
    [["--uid-map", "0:0:1", ...one, "--uid", "1"], /--uid 1: --uid-map has no such id inside/],
    [["--uid-map", "7:1:1", ...one], /--uid: say who the command is/],
    [["--uid-map", "7:1:1", ...one, "--uid", "7", "--dev", "/dev"], /--dev needs the id 0/],
    [["--uid-map", "0:0:1", ...one, "--disable-userns"], /--disable-userns/],
  ] as const) {
    test(options.join(" "), async (t) => {
      assertRefused(await runIn(t, ordinary, ["true"], { options }), [says]);
    });
  }
});

describe("an ordinary user", { skip: ordinary.unavailable, concurrency: 2 }, () => {
  const own = ["--uid-map", `0:${ordinary.uid}:1`, "--gid-map", `0:${ordinary.gid}:1`];

  test("maps the own ids without any help, and gives setgroups up for it", async (t) => {
    const script = `cat /proc/self/setgroups; ${WHO}`;
    const lines = said(await runIn(t, ordinary, ["sh", "-c", script], { options: [...own, ...FILES] }));
    assert.deepEqual(lines, ["deny", "0", "0", "0", NONE]);
  });

  describe("with newuidmap", { skip: whyNoPrograms(), concurrency: 2 }, () => {
    const ranges = [...own, "--uid-map", "1:300000:65536", "--gid-map", "1:400000:65536"];
    const accounts = {
      passwd: `root:x:0:0:::\napp:x:${ordinary.uid}:${ordinary.gid}::/:\n`,
      group: `root:x:0:\napp:x:${ordinary.gid}:\n`,
    };
    const subordinate = { subuid: "app:300000:65536\n", subgid: "app:400000:65536\n" };

    test("maps the ranges that /etc/subuid and /etc/subgid have", async (t) => {
      const before = withEtc(openFolder(t), { ...accounts, ...subordinate });
      const script = "cat /proc/self/uid_map; touch /tmp/x; chown 33:34 /tmp/x; stat -c %u:%g /tmp/x; id -u";
      const options = [...ranges, "--cap-add", "ALL", "--dev", "/dev", ...FILES];
      const lines = said(await runIn(t, ordinary, ["sh", "-c", script], { options, before }));
      assert.deepEqual(
        lines.map((line) => line.trim().replaceAll(/\s+/g, " ")),
        [`0 ${ordinary.uid} 1`, "1 300000 65536", "33:34", "0"],
      );
    });

    test("ends another user's command with TERM, and with its own end", async (t) => {
      const before = withEtc(openFolder(t), { ...accounts, ...subordinate });
      const options = [...ranges, "--uid", "33", "--gid", "33", "--bind", "/", "/"];
      const first = startIn(t, ordinary, ["sh", "-c", "echo $$; exec sleep 600"], { options, before });
      await first.line();
      first.process.kill("SIGTERM");
      assert.equal((await first.exit()).status, 143);
      const second = startIn(t, ordinary, ["sh", "-c", "echo $$; exec sleep 600"], {
        options,
        before: withEtc(openFolder(t), { ...accounts, ...subordinate }),
      });
      const pid = Number(await second.line());
      second.process.kill("SIGKILL");
      await eventually("the command has ended", () => (isAlive(pid) ? undefined : true));
    });

    for (const [what, files, says] of [
      [
        "no line",
        { subuid: "other:1:1\n", subgid: "" },
        /no line for app in \/etc\/subuid; add app:100000:65536, and map only these$/m,
      ],
      ["too few", { ...subordinate, subuid: "app:300000:9\n" }, /newuidmap refused them; the lines of app/],
      [
        "no groups",
        { ...subordinate, subgid: "" },
        /no line for app in \/etc\/subgid; add app:100000:65536, and map only these$/m,
      ],
    ] as const) {
      test(`says what is missing: ${what}`, async (t) => {
        const before = withEtc(openFolder(t), { ...accounts, ...files });
        const result = await runIn(t, ordinary, ["true"], { options: [...ranges, ...FILES], before });
        assert.equal(result.status, 125, result.stderr);
        assert.match(result.stderr, says);
      });
    }

    test("says what to install where there is none", async (t) => {
      const before = afterScript('mount --bind /dev/null "$1"', "/usr/bin/newuidmap");
      const result = await runIn(t, ordinary, ["true"], { options: ranges, before });
      assertRefused(result, [/newuidmap is not in PATH; install it \(Debian: the package uidmap\)/]);
    });

    test("gives the program neither descriptors nor variables", async (t) => {
      const folder = openFolder(t);
      chmodSync(folder, 0o777);
      const fake = join(folder, "newuidmap");
      const open = 'for n in 3 4 5 6 7 8 9; do if test -e /proc/$$/fd/$n; then echo "open $n"; fi; done';
      writeFileSync(fake, `#!/bin/sh\n{ /usr/bin/env; echo "$@"; ${open}; } > ${folder}/seen\nexit 1\n`);
      chmodSync(fake, 0o755);
      const environment = { PATH: `${folder}:${process.env.PATH}`, LD_PRELOAD: "", SECRET: "x" };
      const result = await runIn(t, ordinary, ["true"], { options: ranges, environment, extraPipes: 3 });
      assert.equal(result.status, 125, result.stderr);
      const seen = readFileSync(join(folder, "seen"), "utf8");
      assert.doesNotMatch(seen, /SECRET|LD_PRELOAD/);
      assert.match(seen, new RegExp(`^\\d+ 0 ${ordinary.uid} 1 1 300000 65536$`, "m"));
      assert.doesNotMatch(seen, /open/);
    });
  });
});

function whyNoPrograms(): string | false {
  if (root.unavailable !== false) return root.unavailable;
  return existsSync("/usr/bin/newuidmap") ? false : "newuidmap is not there; install the package uidmap";
}
