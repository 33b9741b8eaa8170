// Chromium starts a tree of processes, and leaves it to PID 1 when it is killed: where zombies come from.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Scenario, tryOut } from "./support/scenario.ts";

const browser = [
  ...["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

const program = {
  name: "Chromium",
  file: "/usr/bin/chromium",
  package: "chromium",
  version: ["dpkg-query", "--show", "chromium"],
} as const;

/** What it keeps in a home, and its shared memory, stay in the test's folder. */
const world: Pick<Scenario, "environment" | "mounts"> = {
  environment: (folder) => ({ HOME: folder, TMPDIR: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder }),
  mounts(folder) {
    mkdirSync(join(folder, "shm"));
    return [[join(folder, "shm"), "/dev/shm"]];
  },
};

tryOut({
  ...world,
  name: "renders a page and ends",
  program,
  options: ["--drain", "10s"],
  status: 0,
  outcome: "page rendered",
  command: (folder) => [
    ...[...browser, `--user-data-dir=${join(folder, "profile")}`],
    ...["--dump-dom", "data:text/html,<p id=p></p><script>p.textContent=6*7</script>"],
  ],
  async use({ running }) {
    return async () => {
      await running.lineMatching(/<p id="p">42<\/p>/);
      return "page rendered";
    };
  },
});

tryOut({
  ...world,
  name: "is killed twice by a program that started it",
  program,
  options: ["--drain", "10s", "--grace", "30s"],
  signal: "SIGTERM",
  status: 0,
  outcome: "program closed",
  command: (folder) => [process.execPath, join(import.meta.dirname, "programs/browsers.ts"), folder, ...browser],
  async use(contained) {
    const { running } = contained;
    for (let i = 0; i < 2; i++) assert.equal(await running.line(), "page opened");
    assert.equal(await running.line(), "killed");
    await contained.alone();
    return async () => {
      await running.lineMatching(/^closing$/);
      return "program closed";
    };
  },
});
