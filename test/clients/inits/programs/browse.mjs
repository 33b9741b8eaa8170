// A program with a browser, as images of crawlers have it: opens a page, and stays until it is asked to end.

import { createRequire } from "node:module";

const puppeteer = createRequire(process.env.CLIENTS_PACKAGES)("puppeteer-core");
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  userDataDir: process.env.PROFILE,
  pipe: true,
  handleSIGTERM: false,
  handleSIGINT: false,
  handleSIGHUP: false,
});
const page = await browser.newPage();
await page.goto("data:text/html,<title>a page</title>");
process.on("SIGTERM", async () => {
  await browser.close();
  console.log("browser closed");
  process.exit(0);
});
console.log(`title: ${await page.title()}`);
