"use strict";
// node check.js REPORT.html [SCREENSHOTS]: uses a report page in a headless Chromium as a reader would; exit code 1 if something is wrong.
const { chromium } = require("playwright-core");
const fs = require("fs");
const path = require("path");

const file = "file://" + path.resolve(process.argv[2]);
const pictures = process.argv[3];
const wrong = [];

function expect(holds, what) {
  if (!holds) wrong.push(what);
}

async function use(page) {
  for (const section of await page.$$("section[id^=run-]")) {
    const id = await section.getAttribute("id");
    const at = (role) => section.$("[data-role=" + role + "]");
    const count = async () => Number((await (await at("status")).textContent()).split(" ")[0]);
    const all = await count();
    expect(all > 0, id + ": no prompts");
    for (const show of ["changed", "answered", "refused", "wrong", "broken"]) {
      await (await at("show")).selectOption(show);
      expect((await count()) <= all, id + ": filter " + show);
    }
    await (await at("show")).selectOption("all");
    await (await at("search")).fill("no prompt has these words");
    expect((await count()) === 0, id + ": search finds what is not there");
    await (await at("search")).fill("");
    expect((await count()) === all, id + ": search does not end");
    const slider = await at("strength");
    if (await slider.isVisible()) {
      await slider.focus();
      await page.keyboard.press("Home");
      const cursor = () => section.$eval("figure:not([hidden]) .cursor", (line) => line.getAttribute("x1"));
      const label = async () => (await at("strength-label")).textContent();
      const before = [await cursor(), await label()];
      await page.keyboard.press("ArrowRight");
      expect((await cursor()) !== before[0] && (await label()) !== before[1], id + ": the slider moves nothing");
    }
    for (const summary of await section.$$("summary")) await summary.click();
    const names = () => section.$$eval("table.sortable tbody tr", (rows) => rows.map((row) => row.cells[0].textContent).join());
    const button = await section.$("table.sortable th button");
    await button.click();
    const up = await names();
    await button.click();
    expect(up !== (await names()) || !up.includes(","), id + ": sorting changes nothing");
  }
}

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  for (const width of [1280, 360]) {
    for (const colorScheme of ["light", "dark"]) {
      const where = width + " " + colorScheme + ": ";
      const page = await (await browser.newContext({ viewport: { width, height: 900 }, colorScheme })).newPage();
      page.on("console", (message) => expect(message.type() !== "error", where + message.text()));
      page.on("pageerror", (error) => wrong.push(where + error));
      page.on("dialog", (dialog) => { wrong.push(where + "a dialog: " + dialog.message()); dialog.dismiss(); });
      page.on("request", (request) => expect(request.url() === file, where + "asks for " + request.url()));
      const started = Date.now();
      await page.goto(file, { waitUntil: "load" });
      expect(Date.now() - started < 2000, where + "opened in " + (Date.now() - started) + " ms");
      expect((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, where + "wider than the screen");
      if (pictures) await page.screenshot({ path: path.join(pictures, width + "-" + colorScheme + ".png"), fullPage: true });
      await page.evaluate(fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
      const found = await page.evaluate(() => axe.run());
      found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
        .forEach((one) => wrong.push(where + "axe: " + one.id + ": " + one.nodes[0].html));
      await use(page);
    }
  }
  await browser.close();
  wrong.forEach((what) => console.error(what));
  console.log(wrong.length === 0 ? "as it should be" : wrong.length + " wrong");
  process.exit(wrong.length === 0 ? 0 : 1);
})();
