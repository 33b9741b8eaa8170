// A program that loads no more than its function needs, when it is started for that.

import { init, register } from "rein/reexec";

register("loaded", () => console.log("registered once for both"));
if (!init()) {
  const { command } = await import("rein");
  await command("loaded", { stdio: "inherit" });
}
