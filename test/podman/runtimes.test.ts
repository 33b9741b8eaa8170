// Podman's other ways: each runtime, without control groups, in the machine's network, and what it does for systemd.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Container, newName, runContainer } from "../support/container.ts";
import { asEntrypoint, asInit, ask, cgroupOptions, client, engineUnavailable, manners } from "../support/engine.ts";

const NO_GROUPS = "--cgroups disabled";

const ways = [
  { name: "--cgroups enabled --network none", options: [...cgroupOptions, "--network", "none"], possible: manners },
  { name: NO_GROUPS, options: ["--cgroups", "disabled", "--network", "none"], possible: manners },
  { name: "--network host", options: [...cgroupOptions, "--network", "host"], possible: manners },
  // Podman itself refuses --init with it. Its stop signal is SIGRTMIN+3.
  {
    name: "--systemd always",
    options: [...cgroupOptions, "--network", "none", "--systemd", "always"],
    possible: [asEntrypoint],
    stopSignal: 37,
  },
];

for (const runtime of ["crun", "runc"]) {
  for (const { name, options, possible, stopSignal = 15 } of ways) {
    for (const manner of possible) {
      const skip = runtime === "runc" && name === NO_GROUPS && "Podman says that runc cannot do without control groups";

      describe(`podman, ${runtime}, ${name}, ${manner.name}`, { skip: engineUnavailable }, () => {
        test("orphans are reaped, stop is at once, and the exit status passes", { skip }, async (t) => {
          const container = new Container(t, newName());
          const words = [
            "--runtime",
            runtime,
            "run",
            "--detach",
            "--interactive",
            "--name",
            container.name,
            ...options,
          ];
          const command = ["/payload", "delay", String(stopSignal), "0", "6"];
          await ask(t, ...words, ...manner.words("busybox", command, []));
          await container.ready();
          assert.ok(await container.isRein());
          await container.makeOrphans(20);
          await container.reaped();
          assert.equal(await container.stop("--time", "600"), 6);
        });

        test(`not found: ${manner.notFound}`, { skip }, async (t) => {
          const words = ["--runtime", runtime, "run", "--rm", ...options];
          const result = await client(t, ...words, ...manner.words("busybox", ["no-such-command"], []));
          assert.equal(result.status, manner.notFound, result.stderr);
        });
      });
    }
  }
}

describe("podman: --init", { skip: engineUnavailable }, () => {
  test("it is /run/podman-init in the container, in front of the command", async (t) => {
    const result = await runContainer(t, asInit, ["sh", "-c", "tr '\\0' ' ' </proc/1/cmdline"]);
    assert.match(result.stdout, /^\/run\/podman-init -- sh -c /);
  });
});
