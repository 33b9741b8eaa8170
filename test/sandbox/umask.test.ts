// --umask in a sandbox: the command's, and not of what is made for it.

import assert from "node:assert/strict";
import { everything, testSandbox } from "../support/sandbox.ts";

for (const further of [[], ["--unshare-pid"], ["--unshare-pid", "--as-pid-1"]]) {
  testSandbox(`the command's mask is what was asked for ${further.join(" ")}`, async (make) => {
    if (make.dialect === "bwrap") return;
    const options = [...everything, ...further, "--umask", "0077", "--tmpfs", "/mnt", "--dir", "/mnt/made"];
    const result = await make.script(options, "umask; stat -c %a /mnt/made");
    assert.deepEqual([result.status, result.stdout, result.stderr], [0, "0077\n755\n", ""]);
  });
}
