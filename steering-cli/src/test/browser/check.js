"use strict";
// node check.js [--screenshots DIR] PAGE...: uses pages in a headless Chromium as a reader would. A page is a report's or a trace's file, or the
// address of a running 'steer serve'. A line of figures for each; exit code 1 if something is wrong.
const { chromium } = require("playwright-core");
const fs = require("fs");
const path = require("path");

const given = process.argv.slice(2);
const pictures = given[0] === "--screenshots" ? given.splice(0, 2)[1] : undefined;
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const MOST_MILLISECONDS = 2000;
const HOSTILE = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
const wrong = [];

function expect(holds, what) {
  if (!holds) wrong.push(what);
}

async function useRun(page, section, where) {
  const id = where + await section.getAttribute("id");
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
  if (await slider.isVisible()) await useSlider(page, section, slider, id);
  for (const summary of await section.$$("details:not([open]) > summary")) await summary.click();
  const names = () => section.$$eval("table.sortable tbody tr", (rows) => rows.map((row) => row.cells[0].textContent).join());
  const button = await section.$("table.sortable th button");
  await button.click();
  const up = await names();
  await button.click();
  expect(up !== (await names()) || !up.includes(","), id + ": sorting changes nothing");
}

async function useSlider(page, section, slider, id) {
  const at = (role) => section.$("[data-role=" + role + "]");
  await slider.focus();
  await page.keyboard.press("Home");
  const cursor = () => section.$eval("figure[data-dose]:not([hidden]) .cursor", (line) => line.getAttribute("x1"));
  const label = async () => (await at("strength-label")).textContent();
  const figure = await section.$("figure[data-dose]:not([hidden])");
  const canvas = await figure.waitForSelector("canvas");
  expect(await canvas.isVisible(), id + ": no curve to be read off");
  expect(!(await (await figure.$("svg.still")).isVisible()), id + ": the curve is there twice");
  const before = [await cursor(), await label()];
  await page.keyboard.press("ArrowRight");
  expect((await cursor()) !== before[0] && (await label()) !== before[1], id + ": the slider moves nothing");
  const readout = () => figure.$eval("[data-role=readout]", (line) => line.textContent);
  expect((await readout()).startsWith(await label()), id + ": the values are not those of the slider");
  await page.keyboard.press("Home");
  const plot = await figure.$(".u-over");
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + box.width - 3, box.y + box.height / 2);
  const last = await slider.evaluate((input) => input.max);
  const shown = await readout();
  expect(!shown.startsWith(await label()), id + ": pointing at the curves shows no values");
  await page.mouse.click(box.x + box.width - 3, box.y + box.height / 2);
  expect((await slider.evaluate((input) => input.value)) === last, id + ": a click on the curves does not move the slider");
  expect(shown.startsWith(await label()), id + ": the values shown are others than those of the place clicked");
}

async function useReport(page, where) {
  for (const section of await page.$$("section[id^=run-]")) await useRun(page, section, where);
  for (const figure of await page.$$("figure[data-role=layers]")) {
    await figure.waitForSelector("canvas");
    const options = await figure.$$eval("option", (all) => all.map((option) => option.value));
    const readout = () => figure.$eval("[data-role=readout]", (line) => line.textContent);
    for (const option of options) {
      await (await figure.$("select")).selectOption(option);
      const plot = await figure.$(".u-over");
      await plot.scrollIntoViewIfNeeded();
      const box = await plot.boundingBox();
      await page.mouse.move(1, 1);
      await page.mouse.move(box.x + box.width - 3, box.y + box.height / 2);
      expect((await readout()).startsWith("layer "), where + "no values of layers: " + (await readout()));
    }
  }
  const lost = await page.$$eval("a[href^='#']", (links) => links.map((link) => link.getAttribute("href").slice(1)).filter((id) => document.getElementById(id) === null));
  expect(lost.length === 0, where + "links lead nowhere: " + lost);
  const printed = await page.emulateMedia({ media: "print" }).then(() => page.$$eval("figure[data-dose]:not([hidden])",
    (figures) => figures.every((figure) => getComputedStyle(figure.querySelector("svg.still")).display !== "none"
      && getComputedStyle(figure.querySelector(".live")).display === "none")));
  expect(printed, where + "curves are not on paper");
  await page.emulateMedia({ media: "screen" });
}

async function useTrace(page, where) {
  expect((await page.$$("table.grid tbody tr")).length > 0, where + "no layers");
  expect((await page.$$("table.grid td[title]")).length > 0, where + "no states");
}

async function useServer(page, where) {
  await page.waitForFunction(() => document.getElementById("method").options.length > 0);
  await page.fill("#tokens", "8");
  await page.fill("#question", HOSTILE);
  await page.click("#send");
  await page.waitForFunction(() => document.querySelectorAll("#steered .assistant, #steered .note").length > 0 && !document.getElementById("send").disabled, undefined, { timeout: 60000 });
  expect((await page.textContent("#steered .user")) === HOSTILE, where + "the question is not shown as it was asked");
  expect((await page.$$("main img, main script")).length === 0, where + "a question became markup");
  expect(!(await page.isVisible("#problem")), where + (await page.textContent("#problem")));
  await page.focus("#strength");
  await page.keyboard.press("End");
  const most = await page.textContent("#strength-shown");
  await page.keyboard.press("Home");
  expect((await page.textContent("#strength-shown")) !== most, where + "the slider moves nothing");
  await page.click("#clear");
  expect((await page.$$("#steered .user")).length === 0, where + "a new chat is not new");
}

async function kind(page) {
  if (await page.$("#report-data")) return useReport;
  return (await page.$("#ask")) ? useServer : useTrace;
}

async function look(browser, address, width, colorScheme) {
  const where = address + ", " + width + " " + colorScheme + ": ";
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  const own = address.startsWith("file:") ? (url) => url === address : (url) => url.startsWith(address);
  page.on("console", (message) => expect(message.type() !== "error", where + message.text()));
  page.on("pageerror", (error) => wrong.push(where + error));
  page.on("dialog", (dialog) => { wrong.push(where + "a dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => expect(own(request.url()), where + "asks for " + request.url()));
  const started = Date.now();
  await page.goto(address, { waitUntil: "load" });
  const opened = Date.now() - started;
  expect(opened < MOST_MILLISECONDS, where + "opened in " + opened + " ms");
  const title = await page.title();
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect((await over()) <= 0, where + "wider than the screen");
  if (width === 1280) {
    const cut = await page.$$eval(".drawn, .live", (all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    expect(cut === 0, where + cut + " charts are wider than their place");
  }
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number));
  expect(colorScheme === "dark" ? paper.every((c) => c < 80) : paper.every((c) => c > 200), where + "paper is " + paper);
  if (pictures) {
    const name = path.basename(address).replace(/[^a-z0-9.-]/gi, "-") || "server";
    await page.screenshot({ path: path.join(pictures, name + "-" + width + "-" + colorScheme + ".png"), fullPage: true });
  }
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .forEach((one) => wrong.push(where + "axe: " + one.id + ": " + one.nodes[0].html.slice(0, 300)));
  const use = await kind(page);
  await use(page, where);
  expect((await over()) <= 0, where + "wider than the screen after use");
  expect((await page.title()) === title, where + "the title was changed");
  await context.close();
  return { opened, rules: found.passes.length };
}

(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  // The first page of a browser waits for the browser itself.
  await (await browser.newPage()).goto("about:blank");
  for (const one of given) {
    const address = /^https?:/.test(one) ? one : "file://" + path.resolve(one);
    const times = [];
    let rules = 0;
    for (const width of [1280, 360]) {
      for (const colorScheme of ["light", "dark"]) {
        const seen = await look(browser, address, width, colorScheme);
        times.push(seen.opened);
        rules = seen.rules;
      }
    }
    console.log(one + ": opened in " + times.join(", ") + " ms (1280 light, dark, 360 light, dark); axe: " + rules + " rules hold");
  }
  await browser.close();
  wrong.forEach((what) => console.error(what));
  console.log(wrong.length === 0 ? "as it should be" : wrong.length + " wrong");
  process.exit(wrong.length === 0 ? 0 : 1);
})().catch((error) => { console.error(error); process.exit(1); });
