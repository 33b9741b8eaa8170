// The caller's descriptors, where close_range(2) is refused: before Linux 5.9, or by a filter that does not know it.

import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, test } from "node:test";
import { children, descriptors } from "../../support/processes.ts";
import { type Result, runCommand, startCommand } from "../../support/rein.ts";
import { eventually } from "../../support/waiting.ts";
import { attacksUnavailable, callers, openAttack } from "./attack.ts";

/** prlimit64(2) has another number on arm64. */
const CLOSE_RANGE = 436;
const PRLIMIT = process.arch === "x64" ? 302 : 261;

/** Programs, and no /proc. */
const bare: readonly string[] = ["/usr", "/bin", "/lib", "/lib64", "/tmp"].flatMap((path) => [
  "--ro-bind-try",
  path,
  path,
]);
/** What stands where a /proc should be, and lists nothing. */
const falseProc = ["--dir", "/proc/self/fd"];

const sandboxes: Record<string, readonly string[]> = {
  "with a /proc": [...bare, "--proc", "/proc", "--unshare-pid"],
  "without one": [...bare, "--unshare-pid"],
  "with a false one": [...bare, ...falseProc, "--unshare-pid"],
  "as PID 1": [...bare, "--unshare-pid", "--as-pid-1"],
  "without a PID namespace": bare,
};

function assertClosed({ status, stdout, stderr }: Result): void {
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(stdout, "0 1 2\n");
}

for (const caller of callers) {
  for (const errno of ["ENOSYS", "EPERM"] as const) {
    describe(`${caller.name}, ${errno}`, { skip: attacksUnavailable }, () => {
      for (const [name, options] of Object.entries(sandboxes)) {
        test(`a sandbox ${name}: the standard streams and nothing else`, async (t) => {
          const { rein, attack, payload } = openAttack(t);
          const launch = [payload, "launch", `deny=${CLOSE_RANGE}:${constants.errno[errno]}`, "--"];
          const words = [...caller.prefix, ...launch, rein, ...options, "--", attack, "open"];
          assertClosed(
            await runCommand(t, ["bash", "-c", 'exec 9</ 900</ "$@"', "bash", ...words], { directory: "/tmp" }),
          );
        });
      }

      test("nor has the init inside any other", async (t) => {
        const { rein, payload } = openAttack(t);
        const launch = [payload, "launch", `deny=${CLOSE_RANGE}:${constants.errno[errno]}`, "--"];
        const words = [...caller.prefix, ...launch, rein, ...bare, "--unshare-pid", "--", payload, "wait"];
        const running = startCommand(t, ["bash", "-c", 'exec 9</ 900</ "$@"', "bash", ...words], { directory: "/tmp" });
        await running.ready();
        const [init] = children(running.process.pid ?? 0);
        await eventually("the caller's are closed", () => {
          const open = [...descriptors(init ?? 0)].filter(([, target]) => target === "/");
          return open.length === 0 ? true : undefined;
        });
      });

      test("neither a list nor a limit: refused", async (t) => {
        const { rein, payload } = openAttack(t);
        const deny = [CLOSE_RANGE, PRLIMIT].map((number) => `deny=${number}:${constants.errno[errno]}`);
        const words = [...caller.prefix, payload, "launch", ...deny, "--", rein, ...bare, "--unshare-pid"];
        const result = await runCommand(t, [...words, "--", payload, "status"], { directory: "/tmp" });
        assert.deepEqual([result.status, result.stdout], [125, ""]);
        assert.match(result.stderr, /^rein: cannot close the caller's descriptors: neither close_range\(2\) nor/);
      });
    });
  }
}
