// bubblewrap on a terminal: which session and group the command is in, and what it can do with the terminal.

import { inspector } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";

const compareTerminal = client({
  name: "on a terminal",
  needs: { "/usr/bin/script": "apt-get install bsdutils" },
});

for (const options of [
  "",
  "--new-session",
  "--unshare-pid",
  "--unshare-all --new-session --die-with-parent",
  "--unshare-pid --as-pid-1",
  "--unshare-pid --cap-drop ALL",
]) {
  const words = `bwrap --ro-bind / / --dev /dev --proc /proc ${options} -- ${inspector} inspect 3`;
  compareTerminal({
    name: options === "" ? "without options" : options,
    request: () => ({
      command: ["script", "--quiet", "--return", "--command", words, "/dev/null"],
      // The pseudoterminal's number: in a path, in a device's number, and of what is mounted.
      clean: (text) => text.replace(/(\/dev\/pts\/|\b136:|^\/)\d+/g, "$1…"),
    }),
  });
}
