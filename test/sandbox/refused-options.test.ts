// Options that without their namespace would change the machine, or do nothing.

import { describe, test } from "node:test";
import { assertRefused } from "../support/accounts.ts";
import { root, runIn } from "./support/callers.ts";

// A namespace of the test's own around it: what is not refused changes nobody's name.
const before = ["unshare", "--uts"];

describe("without its namespace is refused", { skip: root.unavailable }, () => {
  for (const [option, value, wanted] of [
    ["--hostname", "inside", /--hostname requires --unshare-uts/],
    ["--domainname", "inside", /--domainname requires --unshare-uts/],
    ["--uid", "5", /--uid requires --unshare-user/],
    ["--gid", "5", /--gid requires --unshare-user/],
  ] as const) {
    test(option, async (t) => {
      assertRefused(await runIn(t, root, ["true"], { options: [option, value, "--unshare-pid"], before }), [wanted]);
    });
  }
});
