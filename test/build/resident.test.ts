// What stays in memory while the command runs is put together by names, which change with the sources.

import assert from "node:assert/strict";
import { test } from "node:test";
import { residentSections } from "../../scripts/build/resident.ts";

const code = `static void w2c_rein_src0x2Fexecutable0x2Finit0x2Freap0x2FReaper0x23reapAll(w2c_rein*, u32);
static void w2c_rein_src0x2Fexecutable0x2Finit0x2Freap0x2FReaper0x23reapAll(w2c_rein* instance, u32 var_p0) {
`;

test("a name becomes the section of its function, and of what the compiler makes of it", () => {
  const section = ".text.w2c_rein_src0x2Fexecutable0x2Finit0x2Freap0x2FReaper0x23reapAll";
  assert.equal(residentSections(code, ["init/reap/Reaper#reapAll"]), `*(${section} ${section}.*)\n`);
  assert.match(residentSections(code, ["init/reap/Reaper#*"]), /Reaper0x23\* /);
});

test("a name that no function has any more is refused", () => {
  for (const name of ["init/reap/Reaper#reap", "init/Reaper#*"])
    assert.throws(() => residentSections(code, [name]), {
      message: `there is no function ${name} any more: put its new name in scripts/build/resident.ts`,
    });
});
