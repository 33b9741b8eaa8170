// The house's plan: a file imports from its own room and from those below it, and nothing goes round in a circle.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { circles } from "./support/graph.ts";
import { type Imports, readImports, specifiers } from "./support/imports.ts";
import { arrows, problems, roomGraph, TOP } from "./support/rooms.ts";

interface Package {
  /**
   * The rooms, the top one first: each may import from those behind it. A room is
   * a folder, without those in it, or a file. Undefined where there is no order yet.
   */
  readonly rooms?: readonly string[];
  /** The other folders of src that it may import from. */
  readonly uses: readonly string[];
  /** Why there may be circles as yet. */
  readonly todo?: string;
}

/** The folders of src. */
const packages: Readonly<Record<string, Package>> = {
  library: {
    rooms: [TOP, "portable", "pid-1", "reexec", "run", "options", "shared"],
    // The table of options has the manual's text, which would be in the package's bundle.
    uses: [],
  },
  executable: {
    rooms: [
      ...["main.ts", "stages.ts", "run-plan.ts"],
      ...["dialects/catatonit", "dialects/dumb-init", "dialects/tini", "dialects/bwrap", "dialects/rein"],
      "dialects/shared",
      ...["sandbox", "sandbox/root", "sandbox/identity", "sandbox/failure"],
      ...["init", "payload", "confine", "reexec", "plan", "report", "signals", "linux", "support", "host", "options"],
      // What the build knows, for all.
      "runtime.d.ts",
    ],
    uses: [],
  },
  options: { rooms: [TOP], uses: [] },
};

const src = join(import.meta.dirname, "../../src");
const all = readImports(src);

/** What one folder of src has of the imports, without those that leave it. */
function within(folder: string): Imports {
  const prefix = `${folder}/`;
  const own = (files: Iterable<string>): string[] =>
    [...files].filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  return new Map(own(all.keys()).map((file) => [file, new Set(own(all.get(prefix + file) ?? []))]));
}

for (const folder of readdirSync(src)) {
  suite(`src/${folder}`, () => {
    const { rooms, uses = [], todo } = packages[folder] ?? {};
    const imports = within(folder);
    const unless = todo === undefined ? {} : { todo };

    test("is one that is known here", () => {
      assert.ok(packages[folder], `declare src/${folder} in this test, with its rooms`);
      assert.ok(imports.size > 0, "it has files");
    });

    test("imports only from the folders of src that it may", () => {
      const allowed = [folder, ...uses].map((one) => `${one}/`);
      const wrong = [...all]
        .filter(([file]) => file.startsWith(`${folder}/`))
        .flatMap(([file, imported]) =>
          [...imported]
            .filter((one) => !allowed.some((prefix) => one.startsWith(prefix)))
            .map((one) => `${file} imports ${one}`),
        );
      none("imports lead where they may not", wrong);
    });

    test("has no circle of files", unless, () => none("files import each other in a circle", circles(imports)));

    test("has no circle of rooms", unless, () => {
      const found = circles(roomGraph(imports, rooms)).flatMap((circle) => [
        circle,
        ...arrows(circle, imports, rooms).map((arrow) => `    ${arrow}`),
      ]);
      none("rooms import from each other in a circle", found);
    });

    test("has an order of rooms that every file keeps to", { todo: rooms === undefined && (todo ?? true) }, () => {
      assert.ok(rooms, "no order is declared");
      none("files are not where they belong", problems(imports, rooms));
    });
  });
}

/** Fails, and names what should not be there. */
function none(what: string, found: readonly string[]): void {
  assert.ok(found.length === 0, `${what}:\n  ${found.join("\n  ")}`);
}

/** Imports as a test writes them: `{ "a.ts": "b.ts c.ts" }`. */
function drawn(files: Readonly<Record<string, string>>): Imports {
  return new Map(Object.entries(files).map(([file, list]) => [file, new Set(list.split(" ").filter(Boolean))]));
}

suite("this test sees", () => {
  const ways: [string, string][] = [
    ["an import", 'import { a } from "./a.ts";'],
    ["an import of several lines", 'import {\n  a, // one\n  type B,\n} from "./a.ts";'],
    ["an import of a type", 'import type { A } from "./a.ts";'],
    ["an import of everything", 'import * as a from "./a.ts";'],
    ["an import for what it does", 'import "./a.ts";'],
    ["an export from elsewhere", 'export { a } from "./a.ts";'],
    ["an export of everything", 'export type * from "./a.ts";'],
    ["a type that is imported where it is used", 'let a: import("./a.ts").A;'],
    ["what is loaded when it runs", 'const { a } = await import("./a.ts");'],
    ["what is required when it runs", 'createRequire(import.meta.url)("./a.ts");'],
    ["an import behind a comment's beginning in a string", 'const b = "/*"; import "./a.ts"; // */'],
  ];
  for (const [name, code] of ways) test(name, () => assert.deepEqual(specifiers(code), ["./a.ts"]));

  test("no import in a comment, and none of another package", () => {
    const code = '// import "./a.ts";\n/* import "./b.ts" */ import "node:fs"; import { run } from "rein";';
    assert.deepEqual(specifiers(code), []);
  });

  test("a circle, of every length, once", () => {
    const imports = drawn({ "a.ts": "b.ts d.ts", "b.ts": "c.ts", "c.ts": "a.ts", "d.ts": "d.ts e.ts", "e.ts": "" });
    assert.deepEqual(circles(imports), ["a.ts → b.ts → c.ts → a.ts", "d.ts → d.ts"]);
  });

  test("no circle where two ways lead to one file", () => {
    assert.deepEqual(circles(drawn({ "a.ts": "b.ts c.ts", "b.ts": "d.ts", "c.ts": "d.ts", "d.ts": "" })), []);
  });

  test("a circle of rooms that is none of files", () => {
    const imports = drawn({ "x/a.ts": "y/b.ts", "y/b.ts": "", "y/c.ts": "x/d.ts", "x/d.ts": "" });
    assert.deepEqual(circles(imports), []);
    assert.deepEqual(circles(roomGraph(imports)), ["x → y → x"]);
    assert.deepEqual(arrows("x → y → x", imports), ["x/a.ts imports y/b.ts", "y/c.ts imports x/d.ts"]);
  });

  test("an import from a room above", () => {
    const imports = drawn({
      "main.ts": "high/a.ts",
      "high/a.ts": "low/b.ts plan.ts",
      "low/b.ts": "plan.ts",
      "plan.ts": "",
    });
    assert.deepEqual(problems(imports, [TOP, "high", "low", "plan.ts"]), []);
    assert.deepEqual(problems(imports, [TOP, "low", "plan.ts", "high"]), [
      "high/a.ts imports low/b.ts, and low is above high",
      "high/a.ts imports plan.ts, and plan.ts is above high",
    ]);
  });

  test("a file in no room, and a room without a file", () => {
    const imports = drawn({ "main.ts": "new/a.ts", "new/a.ts": "" });
    assert.deepEqual(problems(imports, [TOP, "old"]), [
      "new/a.ts is in no room: declare new, above all that it imports from",
      "old is declared, and no file is in it",
    ]);
  });
});
