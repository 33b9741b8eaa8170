// The manual pages, as mandoc and man read them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { suite, test } from "node:test";
import { options } from "../../src/options/options.ts";
import { missing } from "./support/programs.ts";

const root = join(import.meta.dirname, "../..");
const pages = globSync("docs/man/*.1", { cwd: root }).sort();
const withoutMandoc = missing("mandoc", "-V");
const withoutMan = missing("man");

/** What a reader sees, on a line. */
function shown(page: string): string {
  const { stdout } = spawnSync("mandoc", ["-Tascii", join(root, page)], { encoding: "utf8" });
  // A letter that is struck twice is bold, and one over a line is underlined.
  return stdout.replaceAll(/.[\b]/g, "").replaceAll(/\s+/g, " ");
}

test("there are the pages that are meant", () => {
  assert.deepEqual(
    pages.map((page) => basename(page)),
    ["rein-bwrap.1", "rein.1"],
  );
});

for (const page of pages) {
  suite(page, () => {
    test("mandoc finds nothing to say", { skip: withoutMandoc }, () => {
      const { status, stdout } = spawnSync("mandoc", ["-Tlint", join(root, page)], { encoding: "utf8" });
      assert.deepEqual([status, stdout], [0, ""]);
    });

    test("man warns of nothing", { skip: withoutMan }, () => {
      const environment = { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "80" };
      const words = ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", join(root, page)];
      const { status, stderr } = spawnSync("man", words, { encoding: "utf8", env: environment });
      assert.deepEqual([status, stderr], [0, ""]);
    });
  });
}

test("rein(1) has every option that rein takes, with its values", { skip: withoutMandoc }, () => {
  const text = shown("docs/man/rein.1");
  for (const { name, values, dialects } of options) {
    if (!dialects.includes("rein")) continue;
    const heading = [`--${name}`, ...values.map((value) => value.name)].join(" ");
    assert.ok(text.includes(` ${heading} `), heading);
  }
});

test("rein(1) has every event that the executable writes", { skip: withoutMandoc }, () => {
  const text = shown("docs/man/rein.1");
  const sources = globSync("src/executable/**/*.ts", { cwd: root }).map((file) =>
    readFileSync(join(root, file), "utf8"),
  );
  const written = sources.flatMap((source) => [
    ...source.matchAll(/\bevent\(bytes\("([a-z-]+)"\)/g),
    ...source.matchAll(/\{"event":"([a-z-]+)"/g),
  ]);
  const events = new Set(written.map(([, name]) => name ?? ""));
  assert.ok(events.size >= 15, [...events].join(" "));
  for (const event of events) assert.ok(text.includes(` ${event} (`), event);
});
