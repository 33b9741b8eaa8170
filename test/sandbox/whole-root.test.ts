// A root that comes with the first option, `--bind FOLDER /` or `--bind / /`, is made with less than others are. In it all
// is where it is in a root that is made as others are, which an option that does nothing brings about.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openFolder } from "../support/accounts.ts";
import { type Caller, callers, runIn } from "./support/callers.ts";

/** It passes over what is not there. */
const otherwise = ["--mask", "/nowhere"];

/** A folder with an image of places to mount on, and something to be a source. */
function openScene(t: TestContext): string {
  const folder = openFolder(t);
  const places = ["usr", "proc", "dev", "tmp", "mnt", "host"];
  for (const name of places) mkdirSync(join(folder, "image", name), { recursive: true });
  for (const name of ["bin", "lib", "lib64"]) mkdirSync(join(folder, "image", name));
  writeFileSync(join(folder, "image/tmp/image"), "");
  mkdirSync(join(folder, "source/below"), { recursive: true });
  for (const place of ["file", "source/file"]) writeFileSync(join(folder, place), "the caller's\n");
  mkdirSync(join(folder, "open"));
  for (const place of ["open", "file", "source/file"]) chmodSync(join(folder, place), 0o777);
  return folder;
}

/** What programs need, in a root that is not the caller's. */
const programs = ["bin", "lib", "lib64"].flatMap((name) => ["--ro-bind", `/${name}`, `/${name}`]);

/** Options, a script, and what it says. */
const cases: Readonly<Record<string, (folder: string) => readonly [readonly string[], string, string]>> = {
  "a source is the caller's when it is covered before": (folder) => [
    ["--ro-bind", "/", "/", "--tmpfs", folder, "--ro-bind", `${folder}/source`, "/mnt"],
    `cat /mnt/file; ls ${folder}`,
    "the caller's\n",
  ],
  "a source that an option before makes": (folder) => [
    ["--bind", "/", "/", "--dir", `${folder}/open/new`, "--bind", `${folder}/open/new`, "/mnt"],
    `touch /mnt/x && ls ${folder}/open/new && rm ${folder}/open/new/x`,
    "x\n",
  ],
  "a source that may be missing": (folder) => [
    ["--ro-bind", "/", "/", "--tmpfs", "/mnt", "--bind-try", `${folder}/missing`, "/mnt/x"],
    "ls /mnt",
    "",
  ],
  "a root that may be missing is not the caller's": (folder) => [
    ["--bind-try", `${folder}/missing`, "/", "--ro-bind", "/usr", "/usr", ...programs],
    "ls /",
    "bin\nlib\nlib64\nusr\n",
  ],
  "a part that can be written": (folder) => [
    ["--ro-bind", "/", "/", "--bind", `${folder}/source`, `${folder}/source`],
    `cd ${folder}/source; test -w ../file || echo refused; echo mine >file; cat file; echo "the caller's" >file`,
    "refused\nmine\n",
  ],
  "more sources than are copied ahead": (folder) => [
    [
      ...["--ro-bind", "/", "/", "--tmpfs", "/mnt"],
      ...Array.from({ length: 12 }, (_, i) => ["--ro-bind", `${folder}/source`, `/mnt/${i}`]).flat(),
    ],
    "cat /mnt/*/file | uniq -c",
    "     12 the caller's\n",
  ],
  "the devices, covered before": () => [
    ["--bind", "/", "/", "--tmpfs", "/dev", "--dev", "/dev"],
    'for d in null zero full random urandom tty; do stat -c "%n %t:%T %a" /dev/$d; done; echo lost >/dev/null',
    ["null 1:3", "zero 1:5", "full 1:7", "random 1:8", "urandom 1:9", "tty 5:0"].map((d) => `/dev/${d} 666\n`).join(""),
  ],
  "new views of the kernel": () => [
    ["--ro-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    "cat /proc/1/comm; ls /tmp; ls -d /dev/sd* /dev/vd* 2>/dev/null; touch /tmp/x && ls /tmp",
    "rein-init\nx\n",
  ],
  "the caller's processes": () => [
    ["--ro-bind", "/", "/", "--tmpfs", "/proc", "--dir", "/proc/proc", "--proc", "/proc/proc"],
    "ls /proc; test -e /proc/proc/1/comm && echo all",
    "proc\nall\n",
  ],
  "a link to a source that goes up to the root, in an image with one of its own": (folder) => {
    symlinkSync(`${relative(folder, "/")}${folder}/file`, join(folder, "up"));
    mkdirSync(join(folder, "image", dirname(folder)), { recursive: true });
    symlinkSync(`${folder}/source`, join(folder, "image", folder));
    writeFileSync(join(folder, "source/file"), "not asked for\n");
    return [
      [
        ...["--bind", `${folder}/image`, "/", "--ro-bind", "/usr", "/usr", ...programs],
        ...["--ro-bind", `${folder}/up`, "/tmp/image"],
      ],
      "cat /tmp/image",
      "the caller's\n",
    ];
  },
  "read-only afterwards": () => [
    ["--bind", "/", "/", "--tmpfs", "/tmp", "--remount-ro", "/tmp", "--remount-ro", "/"],
    "for d in / /tmp; do test -w $d && echo written $d; done; true",
    "",
  ],
  "another root over it": (folder) => [
    ["--ro-bind", "/", "/", "--bind", `${folder}/image`, "/", "--ro-bind", "/usr", "/usr", ...programs],
    "ls /tmp",
    "image\n",
  ],
  "an image": (folder) => [
    [
      "--bind",
      `${folder}/image`,
      "/",
      "--ro-bind",
      "/usr",
      "/usr",
      ...programs,
      "--ro-bind",
      `${folder}/source`,
      "/mnt",
    ],
    "ls / /tmp; cat /mnt/file; pwd",
    "/:\nbin\ndev\nhost\nlib\nlib64\nmnt\nproc\ntmp\nusr\n\n/tmp:\nimage\nthe caller's\n/\n",
  ],
  "the caller's root in an image is without the image on top": (folder) => [
    [
      ...["--bind", `${folder}/image`, "/", "--ro-bind", "/usr", "/usr", ...programs],
      ...["--ro-bind", "/", "/host", "--tmpfs", "/tmp"],
    ],
    `cat /host${folder}/source/file; test -e /host/tmp/image && echo there; ls /tmp`,
    "the caller's\n",
  ],
  "an image that is read-only, with its own views": (folder) => [
    [
      ...["--ro-bind", `${folder}/image`, "/", "--ro-bind", "/usr", "/usr", ...programs, "--unshare-pid"],
      ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ],
    "(: >/x) 2>/dev/null || echo refused; cat /proc/1/comm; ls /tmp; ls -l /dev/fd/ >/dev/null && echo devices",
    "refused\nrein-init\ndevices\n",
  ],
};

async function say(t: TestContext, caller: Caller, options: readonly string[], script: string): Promise<string> {
  const result = await runIn(t, caller, ["sh", "-c", script], { options });
  assert.deepEqual([result.status, result.stderr], [0, ""]);
  return result.stdout;
}

for (const caller of callers) {
  describe(caller.name, { skip: caller.unavailable, concurrency: 2 }, () => {
    for (const [name, make] of Object.entries(cases)) {
      test(name, async (t) => {
        const [options, script, expected] = make(openScene(t));
        assert.equal(await say(t, caller, options, script), expected);
        assert.equal(await say(t, caller, [...options, ...otherwise], script), expected, "made as others are");
      });
    }

    test("what is mounted is the same", async (t) => {
      const options = ["--ro-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"];
      // Without the numbers of mounts and file systems.
      const script = "cut -d' ' -f4-6 /proc/self/mountinfo | grep -v ' /\\(proc\\|dev\\|sys\\)/.* ' | sort";
      assert.equal(await say(t, caller, options, script), await say(t, caller, [...options, ...otherwise], script));
    });

    test("where mounts are shared, as with systemd, none of ours comes out", async (t) => {
      const folder = openScene(t);
      const script = `"$@"; status=$?; grep "${folder}" /proc/self/mountinfo; exit $status`;
      const result = await runIn(t, caller, ["cat", "/mnt/file"], {
        before: ["unshare", "--mount", "--propagation", "shared", "sh", "-c", script, "sh"],
        options: [
          ...["--bind", `${folder}/image`, "/", "--ro-bind", "/usr", "/usr", ...programs],
          ...["--ro-bind", `${folder}/source`, "/mnt", "--tmpfs", "/tmp"],
        ],
      });
      assert.deepEqual([result.status, result.stderr, result.stdout], [0, "", "the caller's\n"]);
    });
  });
}
