// Which C compiler the build takes: the first that compiles and links a small program with all options.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Architecture, findCompiler } from "../../scripts/build/compilers.ts";

const own = process.arch as Architecture;
const other = own === "x64" ? "arm64" : "x64";
const triplets = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };
const cc = execFileSync("sh", ["-c", "command -v cc"], { encoding: "utf8" }).trim();

/** A compiler that takes everything: it makes its last argument, the output. */
const TAKES_ALL = 'for output; do :; done; echo >"$output"';
/** The real one, which needs its assembler and linker. */
const REAL = `PATH='${process.env.PATH}' exec ${cc} "$@"`;

/** Only these programs, scripts of a line, are on PATH; `chosen` runs the choice. */
function withPrograms(t: TestContext, programs: Record<string, string>): (architecture: Architecture) => string[] {
  const folder = mkdtempSync(join(tmpdir(), "rein-compilers-"));
  const path = process.env.PATH;
  t.after(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });
  const [binaries, generated] = [join(folder, "bin"), join(folder, "generated")];
  for (const name of [binaries, generated]) mkdirSync(name);
  writeFileSync(join(generated, "resident.ld"), "");
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(binaries, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(binaries, name), 0o755);
  }
  process.env.PATH = binaries;
  const host = join(import.meta.dirname, "../../src/executable/host");
  return (architecture) => findCompiler(architecture, { host, generated });
}

test("this machine's own compiler is taken where it works, with all options", (t) => {
  const command = withPrograms(t, { cc: REAL, clang: TAKES_ALL })(own);
  assert.equal(command[0], "cc");
  assert.ok(command.includes("-nostdlib"));
});

test("one that refuses an option is not taken, and the next is", (t) => {
  const refuses = "echo \"cc: error: unrecognized option '-Wl'\" >&2; exit 1";
  const command = withPrograms(t, { cc: refuses, clang: TAKES_ALL })(own);
  assert.deepEqual(command.slice(0, 3), ["clang", `--target=${triplets[own]}`, "-fuse-ld=lld"]);
});

test("one that says that it has a version, and makes nothing, is not taken", (t) => {
  const choose = withPrograms(t, { [`${triplets[other]}-gcc`]: "exit 0", clang: TAKES_ALL });
  assert.equal(choose(other)[0], "clang");
});

test("where there is none, each is named with the reason", (t) => {
  const choose = withPrograms(t, { clang: "echo \"clang: error: unknown argument: '-fwhole-program'\" >&2; exit 1" });
  assert.throws(() => choose(other), {
    message:
      `no C compiler for linux-${other} (${triplets[other]}-gcc: not installed; ` +
      `clang --target=${triplets[other]}: unknown argument: '-fwhole-program')`,
  });
});

for (const [manager, hint] of [
  ["apt-get", "apt-get install gcc libc6-dev"],
  ["dnf", "dnf install gcc glibc-devel kernel-headers"],
  ["apk", "apk add gcc musl-dev linux-headers"],
] as const) {
  test(`without a C library's headers the line ends with what installs them: ${manager}`, (t) => {
    const choose = withPrograms(t, { cc: REAL.replace('"$@"', '-nostdinc "$@"'), [manager]: "exit 0" });
    assert.throws(
      () => choose(own),
      ({ message }: Error) => {
        assert.match(
          message,
          /^no C compiler for linux-\w+ \(cc: assert\.h: No such file or directory; .*not installed/,
        );
        assert.ok(message.endsWith(`; install one: ${hint}`), message);
        return !message.includes("\n");
      },
    );
  });
}

test("what the linker refuses is said in its words", (t) => {
  const choose = withPrograms(t, { cc: `${REAL.replace('"$@"', '-Wl,--no-such-option "$@"')}` });
  assert.throws(() => choose(own), /\(cc: .*unrecognized option '--no-such-option'/);
});
