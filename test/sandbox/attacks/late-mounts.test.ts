// What the host mounts when the sandbox is there: it comes in where mounts are shared, and not read-only.

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { runCommand } from "../../support/rein.ts";
import { attacksUnavailable, type Caller, callers, type Dialect, dialects, openAttack, root } from "./attack.ts";

/** The sandbox asks, the host mounts, the sandbox looks. The first word is a folder, the second the executable. */
const HOST = `
mount -t tmpfs none "$1" && mount --make-shared "$1" && mkdir "$1/place" && chmod 777 "$1/place" && mkfifo "$1/asked" "$1/answer"
chmod 666 "$1/asked" "$1/answer"
folder=$1; shift
{ read -r line <"$folder/asked"; mount -t tmpfs none "$folder/place"; echo secret >"$folder/place/file"; chmod 666 "$folder/place/file"; echo >"$folder/answer"; } &
"$@"
status=$?; wait; cat "$folder/place/file"; exit $status`;

/** What the command sees of it. (Devices of a root that is bound do not work.) */
const LOOK = `echo >"$0/asked"; read -r line <"$0/answer"; cat "$0/place/file" 2>&- || echo nothing
{ echo overwritten >"$0/place/file"; } 2>&-; exit 0`;

async function mountedLater(
  t: TestContext,
  caller: Caller,
  dialect: Dialect,
  options: readonly string[],
): Promise<{ inside: string; left: string }> {
  const programs = openAttack(t);
  const folder = programs.folder;
  const shared = `${folder}/shared`;
  const prefix = ["unshare", "--mount", "--propagation", "shared", "bash", "-c", `mkdir ${shared}; ${HOST}`, "bash"];
  // A FIFO on a read-only mount can be written to.
  const words = [programs[dialect], ...options, "--", "sh", "-c", LOOK, shared];
  const result = await runCommand(t, [...prefix, shared, ...caller.prefix, ...words], { directory: "/" });
  assert.equal(result.status, 0, result.stderr);
  const [inside = "", left = ""] = result.stdout.split("\n");
  return { inside, left };
}

const whole = ["--ro-bind", "/", "/"];
const isPrivate = { inside: "nothing", left: "secret" };
const comesIn = { inside: "secret", left: "overwritten" };

describe("what is mounted outside later", { skip: attacksUnavailable }, () => {
  for (const caller of callers) {
    test(`rein, ${caller.name}: does not come in, however the root is made`, async (t) => {
      const roots = [
        whole,
        ["--unshare-user", ...whole],
        ["--bind", "/", "/", "--read-only-path", "/"],
        ["--tmpfs", "/", "--ro-bind", "/usr", "/usr", "--ro-bind", "/tmp", "/tmp"].concat(
          ["bin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
        ),
        [...whole, "--unshare-all", "--dev", "/dev"],
        [...whole, "--propagation", "private"],
        [...whole, "--propagation", "slave", "--propagation", "private"],
      ];
      for (const options of roots)
        assert.deepEqual(await mountedLater(t, caller, "rein", options), isPrivate, options.join(" "));
    });
  }

  for (const dialect of dialects) {
    test(`${dialect} --propagation: says which`, async (t) => {
      const asked = dialect === "rein" ? ["--propagation", "slave"] : [];
      // Not read-only, as the mount that it is in is.
      assert.deepEqual(await mountedLater(t, root, dialect, [...whole, ...asked]), comesIn);
      assert.deepEqual(await mountedLater(t, root, dialect, [...whole, "--propagation", "private"]), isPrivate);
    });
  }

  test("rein --propagation: is refused without a root of its own, and with another word", async (t) => {
    const { rein } = openAttack(t);
    for (const [options, why] of [
      [["--unshare-pid", "--propagation", "private"], /--propagation requires an option that mounts, as --ro-bind/],
      [[...whole, "--propagation", "shared"], /--propagation.*shared.*private or slave/],
    ] as const) {
      const result = await runCommand(t, [rein, ...options, "--", "true"]);
      assert.equal(result.status, 125);
      assert.match(result.stderr, why);
    }
  });
});
