// How a started function's process ends: a failure is seen, nothing is cut off, and the line of the README does for both
// kinds of functions.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { run } from "rein";
import { nodes } from "./support/nodes.ts";

interface End {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

for (const { version, path: node, unavailable } of nodes) {
  suite(`Node.js ${version}`, { skip: unavailable }, () => {
    /** Starts `code` as a function's body; `line` is what the program does about `init`. */
    const started = async (code: string, line = "if (!init()) await main();"): Promise<End> => {
      const program = `import { command, dispatch, init, register } from "rein";
        register("function", ${code});
        ${line}
        async function main() {
          const { exitCode, stdout, stderr } = await command("function", { reject: false, timeout: 60_000 });
          console.log(JSON.stringify({ exitCode, stdout: stdout.length > 1000 ? String(stdout.length) : stdout, stderr }));
        }`;
      const options = { cwd: import.meta.dirname, maxBuffer: 1 << 25 };
      const { stdout } = await run(node, ["--input-type=module", "--eval", program], options);
      return JSON.parse(stdout) as End;
    };
    const ends = (end: End, exitCode: number, stdout: string, stderr: RegExp): void => {
      assert.deepEqual([end.exitCode, end.stdout], [exitCode, stdout], JSON.stringify(end));
      assert.match(end.stderr, stderr);
    };
    const exits = "if (init()) process.exit(); await main();";

    for (const kind of ["", "async "]) {
      suite(`${kind === "" ? "a function that is not async" : "an async function"}`, () => {
        test("its success", async () => {
          ends(await started(`${kind}() => console.log("done")`), 0, "done", /^$/);
        });

        test("its failure", async () => {
          ends(await started(`${kind}() => { throw new Error("failed") }`), 1, "", /^Error: failed\n/);
        });

        test("its failure where the program exits on the spot", async () => {
          ends(await started(`${kind}() => { throw new Error("failed") }`, exits), 1, "", /Error: failed\n/);
        });

        test("its failure where the program exits on the spot, with dispatch", async () => {
          const line = "if (dispatch()) process.exit(0); await main();";
          const end = await started(`${kind}() => { throw new Error("failed") }`, line);
          ends(
            end,
            1,
            "",
            /^rein: the process ends before its function "function" was seen to fail: [\s\S]*Error: failed\n/,
          );
        });

        test("its success where the program exits on the spot", async () => {
          ends(await started(`${kind}() => {}`, exits), 0, "", /^$/);
        });

        test("five megabytes of output arrive", async () => {
          ends(await started(`${kind}() => { process.stdout.write("x".repeat(5_000_000)) }`), 0, "5000000", /^$/);
        });

        test("output arrives before a failure ends what is still open", async () => {
          const code = `${kind}() => {
            setInterval(() => {}, 1000);
            process.stdout.write("x".repeat(5_000_000));
            throw new Error("failed");
          }`;
          ends(await started(code), 1, "5000000", /^Error: failed\n/);
        });

        test("process.exit in it", async () => {
          ends(await started(`${kind}() => process.exit(7)`), 7, "", /^$/);
          ends(await started(`${kind}() => process.exit()`), 0, "", /^$/);
        });
      });
    }

    const cutOff = /^rein: the process ends before its function "function" had ended\n?/;

    test("an async function that is cut off is said, and fails", async () => {
      const code = `async () => { await new Promise((resolve) => setTimeout(resolve, 10)); console.log("done") }`;
      ends(await started(code, exits), 1, "", cutOff);
      ends(await started(code, "if (init()) process.exit(0); await main();"), 1, "", cutOff);
      ends(await started(code, "if (init()) setImmediate(() => process.exit()); else await main();"), 1, "", cutOff);
      ends(await started(code, "if (await init()) process.exit(); await main();"), 0, "done", /^$/);
    });

    test("one that waits for what never comes fails", async () => {
      ends(await started("() => new Promise(() => {})"), 1, "", cutOff);
    });

    test("one may end the process itself, with a code", async () => {
      ends(await started("async () => { await null; process.exit(0) }"), 0, "", /^$/);
      ends(await started("async () => { await null; process.exit(7) }"), 7, "", /^$/);
    });

    test("init that is called twice runs it once", async () => {
      ends(await started(`() => console.log("once")`, "init(); if (!init()) await main();"), 0, "once", /^$/);
    });
  });
}
