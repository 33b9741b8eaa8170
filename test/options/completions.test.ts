// Completions in the real shells: options, their values, and then the command's own completion.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, suite, test } from "node:test";
import { bash, fish, PROGRAMS, type Shell, zsh } from "./support/completions.ts";
import { missing } from "./support/programs.ts";

const shells: readonly (readonly [string, Shell])[] = [
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
];

/** A line, and all that is offered for its last word. */
const cases: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ["rein --gr", ["--grace", "--group", "--groups"]],
  ["rein --group --landlock-s", ["--landlock-scope", "--landlock-strict"]],
  ["rein --level", []],
  ["bwrap --level", ["--level-prefix"]],
  ["bwrap --gr", []],
  ["rein --grace 5", ["500ms"]],
  ["rein --grace=", ["--grace=10s", "--grace=1h", "--grace=2m", "--grace=500ms"]],
  ["rein --parent-death QU", ["QUIT"]],
  ["rein --stop-signal KI", []],
  ["rein -p KI", ["KILL"]],
  ["rein -r TE", ["TERM"]],
  ["rein -r TERM:Q", ["TERM:QUIT"]],
  ["rein --rewrite=TERM:Q", ["--rewrite=TERM:QUIT"]],
  ["rein --user roo", ["root"]],
  ["rein --user root:roo", ["root:root"]],
  ["rein --rlimit nof", ["nofile"]],
  ["rein --rlimit nofile=u", ["nofile=unlimited"]],
  ["rein --cap-drop NET_", ["NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW"]],
  ["rein --seccomp-profile ", ["default", "strict"]],
  ["bwrap --landlock-scope ", ["abstract-unix", "signal"]],
  ["rein --join ne", ["net", "network"]],
  ["rein --join net:alpha-fi", ["net:alpha-file"]],
  ["rein --chdir alpha-", ["alpha-folder"]],
  ["rein --bind alpha-", ["alpha-file", "alpha-folder"]],
  ["rein --bind alpha-file alpha-fo", ["alpha-folder"]],
  ["rein --landlock-ro=alpha-fi", ["--landlock-ro=alpha-file"]],
  ["rein trie", ["tried"]],
  ["rein -- trie", ["tried"]],
  ["rein the", []],
  ["rein tried ap", ["apple", "apricot"]],
  ["rein -- tried ap", ["apple", "apricot"]],
  ["rein -gv tried ap", ["apple", "apricot"]],
  ["rein -gve 5 tried app", ["apple"]],
  ["rein -gve5 tried app", ["apple"]],
  ["rein --grace=5s tried app", ["apple"]],
  ["rein --bind a b --setenv A 'b c' tried app", ["apple"]],
  ["bwrap --bind a b -- tried app", ["apple"]],
  ["rein tried --gr", []],
];

for (const [name, shell] of shells) {
  suite(`completion in ${name}`, { skip: missing(name) }, () => {
    let offers: readonly (readonly string[])[] = [];

    // All lines in one shell, which takes longer to start than to complete.
    before(() => {
      const directory = mkdtempSync(join(tmpdir(), "rein-completion-"));
      try {
        writeFileSync(join(directory, "alpha-file"), "");
        for (const name of ["alpha-folder", PROGRAMS]) mkdirSync(join(directory, name));
        writeFileSync(join(directory, PROGRAMS, "tried"), "", { mode: 0o755 });
        const lines = cases.map(([line]) => line);
        offers = shell(lines, directory);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });

    for (const [index, [line, expected]] of cases.entries()) {
      test(line, () => {
        assert.deepEqual(offers[index], expected);
      });
    }
  });
}
