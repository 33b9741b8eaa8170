// A server that has pages rendered: /browse by a browser that is closed, /crash by one whose first process is killed. One more
// stays open, and is closed at SIGTERM; `browser.mjs default` has no handler.

import { once } from "node:events";
import { createServer } from "node:http";
import puppeteer from "puppeteer-core";
import { answers } from "./answers.mjs";

const launch = () =>
  puppeteer.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
    handleSIGTERM: false,
  });

async function render(browser) {
  const page = await browser.newPage();
  await page.setContent("<p>6 * 7 = <script>document.write(6 * 7)</script></p>");
  return page.$eval("p", (element) => element.innerText);
}

const pages = {
  ...answers,
  "/browse": async () => {
    const browser = await launch();
    const text = await render(browser);
    await browser.close();
    return text;
  },
  "/crash": async () => {
    const browser = await launch();
    const text = await render(browser);
    const ended = once(browser, "disconnected");
    browser.process().kill("SIGKILL");
    await ended;
    return text;
  },
};

const kept = await launch();
await render(kept);
const server = createServer(async ({ url }, response) => response.end(await pages[url]()));
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
if (process.argv[2] !== "default") {
  process.on("SIGTERM", async () => {
    await kept.close();
    server.close(() => process.exit(5));
  });
}
