// A program that reads the terminal of this one: what is typed for both reaches both, as with execa.

import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { CTRL_C, openTerminal, terminalUnavailable } from "../support/terminal.ts";
import { nodes } from "./support/nodes.ts";

const program = join(import.meta.dirname, "programs/terminal.ts");

for (const { version, path, unavailable } of nodes) {
  suite(`Node.js ${version}`, { skip: unavailable || terminalUnavailable }, () => {
    for (const way of ["execa", "run", "run, process.stdin", "runSync"]) {
      test(`${way}: Ctrl-C`, async (t) => {
        const terminal = openTerminal(t, [path, program, way]);
        await terminal.lineMatching(/^program ready$/);
        terminal.type(CTRL_C);
        // In either order: two processes say them.
        const seen = [await terminal.line(), await terminal.line()].sort();
        assert.deepEqual(seen, ["caller has SIGINT", "program has SIGINT"]);
        assert.equal(await terminal.line(), "ended: 3");
        assert.equal((await terminal.ending()).status, 0);
      });
    }

    test("run in a sandbox: Ctrl-C is the program's alone", async (t) => {
      const terminal = openTerminal(t, [path, program, "sandbox"]);
      await terminal.lineMatching(/^program ready$/);
      terminal.type(CTRL_C);
      assert.equal(await terminal.line(), "program has SIGINT");
      assert.equal(await terminal.line(), "ended: 3");
      assert.equal((await terminal.ending()).status, 0);
    });
  });
}
