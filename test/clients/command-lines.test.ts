// The options with which public tools start bubblewrap, each with the program inside that looks around.

import { inspector } from "./support/bubblewraps.ts";
import { client } from "./support/compare.ts";

const compareLine = client({ name: "command lines" });

compareLine({
  name: "try",
  request: () => ({
    command: [
      "bwrap",
      "--ro-bind",
      "/",
      "/",
      "--proc",
      "/proc",
      "--dev",
      "/dev",
      "--unshare-all",
      "--tmpfs",
      "/tmp",
      inspector,
      "inspect",
      "3",
    ],
  }),
});
