// Starts browsers and kills them, as a crawler does with those that hang; then idles until SIGTERM.
//
//   node browsers.ts FOLDER BROWSER ARGUMENT...

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder = "", browser = "", ...words] = process.argv.slice(2);

for (let i = 0; i < 2; i++) {
  const profile = mkdtempSync(join(folder, "profile-"));
  const child = spawn(browser, [...words, `--user-data-dir=${profile}`, "--remote-debugging-port=0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /^DevTools listening on ws:\/\/([^/]+)/.exec(line)?.[1];
    if (address === undefined) continue;
    const pages = await fetch(`http://${address}/json/new?data:text/html,<p>hello`, { method: "PUT" });
    console.log(pages.ok ? "page opened" : await pages.text());
    break;
  }
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
  // Those whom it started may still hold the other end.
  child.stderr.destroy();
}
process.on("SIGTERM", () => {
  console.log("closing");
  process.exit(0);
});
console.log("killed");
setInterval(() => {}, 1 << 30);
