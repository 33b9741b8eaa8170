// --unshare-time, --monotonic-offset, --boottime-offset.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { describe, test } from "node:test";
import { assertRefused } from "../support/accounts.ts";
import type { Result } from "../support/rein.ts";
import { callers, runIn } from "./support/callers.ts";

const noTime = existsSync("/proc/self/ns/time") ? false : "the kernel has no time namespaces";

function lines(result: Result): string[] {
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.trim().split("\n");
}

for (const caller of callers) {
  describe(`a time namespace of ${caller.name}'s`, { skip: noTime || caller.unavailable, concurrency: 2 }, () => {
    for (const more of [[], ["--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"]]) {
      test(`has its own clocks ${more.join(" ")}`, async (t) => {
        const options = ["--unshare-user", "--monotonic-offset", "1000000", "--boottime-offset=2000000", ...more];
        const script = "cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets";
        const before = Number.parseInt(readFileSync("/proc/uptime", "utf8"), 10);
        const [uptime, monotonic, boottime] = lines(await runIn(t, caller, ["sh", "-c", script], { options }));
        const after = Number.parseInt(readFileSync("/proc/uptime", "utf8"), 10);
        assert.ok(Number(uptime) >= before + 2_000_000 && Number(uptime) <= after + 2_000_000, uptime);
        assert.match(monotonic ?? "", /^monotonic +1000000 +0$/);
        assert.match(boottime ?? "", /^boottime +2000000 +0$/);
      });
    }

    test("goes back as well", async (t) => {
      const options = ["--unshare-user", "--monotonic-offset", "-1"];
      const [monotonic] = lines(await runIn(t, caller, ["cat", "/proc/self/timens_offsets"], { options }));
      assert.match(monotonic ?? "", /^monotonic +-1 +0$/);
    });

    test("is a new one also without an offset, for the command and for its children", async (t) => {
      const script = "readlink /proc/self/ns/time; readlink /proc/self/ns/time_for_children";
      const options = ["--unshare-user", "--unshare-time"];
      const [own, childrens] = lines(await runIn(t, caller, ["sh", "-c", script], { options }));
      assert.equal(own, childrens);
      assert.notEqual(own, readlinkSync("/proc/self/ns/time"));
    });

    test("is not made when nobody asks", async (t) => {
      const options = ["--unshare-all"];
      const [own] = lines(await runIn(t, caller, ["readlink", "/proc/self/ns/time"], { options }));
      assert.equal(own, readlinkSync("/proc/self/ns/time"));
    });

    for (const [option, value, says] of [
      ["--boottime-offset", "-9000000000", /a clock cannot go below 0/],
      ["--monotonic-offset", "9223372036", /a clock cannot go below 0, nor above 146 years/],
      ["--monotonic-offset", "9223372037", /is not a number of seconds/],
      ["--monotonic-offset", "1s", /"1s" is not a number of seconds/],
      ["--boottime-offset", "--1", /is not a number of seconds/],
    ] as const) {
      test(`${option} ${value} is refused`, async (t) => {
        assertRefused(await runIn(t, caller, ["true"], { options: ["--unshare-user", option, value] }), [says]);
      });
    }
  });
}
