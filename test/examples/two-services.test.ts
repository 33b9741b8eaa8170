// Two services that end together: examples/two-services, and the same script in docs/two-services.md.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Mode, modes } from "../support/modes.ts";
import type { Running } from "../support/rein.ts";
import { commandOf, examples, startContainer, temporaryFolder } from "./support/example.ts";

const script = join(examples, "two-services/start.sh");

/** The shells that images have as /bin/sh. */
const shells = [["sh"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([name = "", ...rest]) => spawnSync(name, [...rest, "-c", "exit 0"]).status === 0,
);

/** Two services that say when they are there, and clean up when they are to end; each ends with 7 as soon as its pipe has a line. */
class Services {
  readonly #folder: string;
  readonly programs: Readonly<Record<string, string>>;

  constructor(t: TestContext) {
    this.#folder = temporaryFolder(t);
    this.programs = { "php-fpm": this.#make("php-fpm"), nginx: this.#make("nginx") };
  }

  #make(name: string): string {
    const path = join(this.#folder, name);
    assert.equal(spawnSync("mkfifo", [`${path}.pipe`]).status, 0);
    // A pipe that is opened for both is not waited for.
    const text = `#!/bin/sh
trap 'echo "${name} cleans up"; exit 0' TERM
exec 4<>${path}.pipe
echo "${name} $*"
read -r line <&4
exit 7
`;
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  }

  end(name: string): void {
    writeFileSync(join(this.#folder, `${name}.pipe`), "end\n");
  }
}

async function start(t: TestContext, mode: Mode, shell: readonly string[], services: Services): Promise<Running> {
  const command = commandOf("two-services/Dockerfile").map((word) => (word === "/rein" ? "rein" : word));
  assert.equal(command.at(-1), "/start.sh");
  const words = [...command.slice(0, -1), ...shell, script];
  const running = await startContainer(t, words, { mode, programs: services.programs });
  const lines = [await running.line(), await running.line()];
  assert.deepEqual(lines.sort(), ["nginx -g daemon off;", "php-fpm --nodaemonize"]);
  return running;
}

test("the page shows the example's files", () => {
  const page = readFileSync(join(examples, "../docs/two-services.md"), "utf8");
  assert.ok(page.includes(`\`\`\`sh\n${readFileSync(script, "utf8")}\`\`\`\n`));
  const image = readFileSync(join(examples, "two-services/Dockerfile"), "utf8").split("\n");
  for (const line of /```dockerfile\n([^`]*)\n```/.exec(page)?.[1]?.split("\n") ?? [""])
    assert.ok(image.includes(line));
  for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"]) assert.match(page, new RegExp(`^\\| .*${signal}\\b`, "m"));
});

for (const mode of modes) {
  describe(`${mode.name}: two services`, { skip: mode.unavailable }, () => {
    for (const shell of shells) {
      for (const [first, second] of [
        ["php-fpm", "nginx"],
        ["nginx", "php-fpm"],
      ] as const) {
        test(`under ${shell.join(" ")}, ${second} ends when ${first} has, with its status`, async (t) => {
          const services = new Services(t);
          const running = await start(t, mode, shell, services);
          services.end(first);
          assert.deepEqual(await running.closed(), { status: 7, signal: null });
          assert.deepEqual(await running.stdout.rest(), [`${second} cleans up`]);
        });
      }

      for (const [name, signal] of [
        ["SIGTERM", 15],
        ["SIGINT", 2],
        ["SIGQUIT", 3],
      ] as const) {
        test(`under ${shell.join(" ")}, ${name} reaches both`, async (t) => {
          const running = await start(t, mode, shell, new Services(t));
          running.signal(signal);
          assert.deepEqual(await running.closed(), { status: 143, signal: null });
          assert.deepEqual((await running.stdout.rest()).sort(), ["nginx cleans up", "php-fpm cleans up"]);
        });
      }
    }
  });
}
