// rein in the place of Docker's own docker-init.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runContainer } from "../support/container.ts";
import { asInit, ask, engineUnavailable, folder } from "../support/engine.ts";

const file = join(folder, "docker-init");

describe("docker-init", { skip: engineUnavailable }, () => {
  test("--version is in the form that Docker parses", () => {
    const version = execFileSync(file, ["--version"], { encoding: "utf8" });
    assert.match(version, /^tini version [^ ]+ - git\.[^. ]+\n$/);
  });

  test("docker info shows it, and its version", async (t) => {
    assert.equal(await ask(t, "info", "--format", "{{.InitBinary}}"), file);
    const version = await ask(t, "info", "--format", "{{.InitCommit.ID}}");
    assert.match(version, /^[^ ]+$/);
    assert.notEqual(version, "N/A");
    assert.match(await ask(t, "info"), /^ init version: rein-\d/m);
  });

  test("the daemon does not complain of the version", () => {
    assert.doesNotMatch(readFileSync(join(folder, "daemon.log"), "utf8"), /failed to parse.*docker-init/);
  });

  test("it is /sbin/docker-init in the container, in front of the command", async (t) => {
    const result = await runContainer(t, asInit, ["sh", "-c", "tr '\\0' ' ' </proc/1/cmdline"]);
    assert.match(result.stdout, /^\/sbin\/docker-init -- sh -c /);
  });

  test("the payload does not see REIN_OPTIONS", async (t) => {
    const command = ["sh", "-c", "! env | grep REIN_OPTIONS"];
    const result = await runContainer(t, asInit, command, { rein: ["-e", "3"] });
    assert.deepEqual([result.stdout, result.status], ["", 0]);
  });
});
