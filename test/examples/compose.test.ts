// The compose file: it can be read, and its services stop before Compose kills them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { pid1 } from "../support/modes.ts";
import { run } from "../support/rein.ts";
import { commandOf, examples, secondsOf } from "./support/example.ts";

interface Service {
  readonly image?: string;
  readonly build?: string | { readonly dockerfile_inline: string };
  readonly entrypoint?: readonly string[];
  readonly init?: boolean;
  readonly stop_signal?: string;
  readonly stop_grace_period: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const compose = parse(readFileSync(join(examples, "compose.yaml"), "utf8")) as {
  readonly services: Readonly<Record<string, Service>>;
};

/** rein's words in front of the command, wherever a service has them from. */
function reinOf({ build, entrypoint, environment }: Service): readonly string[] {
  if (entrypoint !== undefined) return entrypoint;
  if (typeof build === "string") return commandOf(`${build}/Dockerfile`);
  return ["rein", ...(environment?.REIN_OPTIONS?.split(" ") ?? []), "--"];
}

describe("compose.yaml", () => {
  assert.deepEqual(Object.keys(compose.services), ["python", "web", "cache"]);
  for (const [name, service] of Object.entries(compose.services)) {
    test(`${name}: rein takes its options, and they leave Compose time`, { skip: pid1.unavailable }, async (t) => {
      const words = reinOf(service);
      assert.equal(words[0], "rein");
      const options = words.slice(1, words.indexOf("--"));
      assert.equal((await run(t, pid1, ["sh", "-c", "exit 7"], { options })).status, 7);
      const patience = secondsOf(["stop_grace_period", service.stop_grace_period], "stop_grace_period");
      assert.ok(secondsOf(words, "--grace") < patience);
      assert.ok(secondsOf(words, "--drain") < patience);
    });
  }

  test("one init at a time: an image with rein in it has none from Docker", () => {
    for (const { build, init } of Object.values(compose.services)) assert.ok(init !== true || build === undefined);
  });

  test("the web server gets the signal that rein rewrites", () => {
    const { web } = compose.services;
    assert.equal(web?.stop_signal, "SIGTERM");
    assert.ok(web?.entrypoint?.includes("TERM:QUIT"));
    const { build } = web ?? {};
    assert.ok(typeof build === "object" && build.dockerfile_inline.includes("COPY --from=rein /rein "));
  });
});
