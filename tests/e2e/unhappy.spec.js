// At the wrong moment: the graphics card stops, while nobody asks for anything or while a model comes. The page goes on
// with what it has and says what happened.

import { expect } from "@playwright/test";
import { test as base, ask, bytes, isModel, load, middle } from "./elsewhere.js";
import { chooseModel, open, prompt, settled, status, type } from "./support.js";

// A browser whose graphics process has died three times keeps the card to itself: each test has its own.
const test = base.extend({
  page: async ({ playwright, baseURL, viewport, locale }, use, info) => {
    const browser = await playwright.chromium.launch(info.project.use.launchOptions);
    await use(await browser.newPage({ baseURL, viewport, locale }));
    await browser.close();
  },
});

const trouble = (page) => page.getByTestId("trouble");

/** Ends the browser's process for the graphics card; the browser starts another. */
async function loseGraphicsCard(page) {
  const devtools = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  const found = processInfo.filter(({ type }) => type === "GPU");
  expect(found.length).toBe(1);
  process.kill(found[0].id, "SIGKILL");
  // The page hears of it a moment later.
  await page.waitForTimeout(1000);
}

test("a graphics card that stops is started anew; one that stops again gives way to the CPU", async ({ page, engine }) => {
  test.skip(engine !== "gpu", "there is none");
  await open(page, engine);
  await type(page, "The old king");
  await settled(page, 3);
  await loseGraphicsCard(page);
  await type(page, "The old king slept");
  await expect(trouble(page)).toContainText("started anew");
  await settled(page, 4);
  await expect(status(page)).toHaveAttribute("data-engine", "gpu");
  await loseGraphicsCard(page);
  await type(page, "The old king slept and");
  await expect(trouble(page)).toContainText("CPU engine took over");
  await settled(page, 5);
  await expect(status(page)).toHaveAttribute("data-engine", "cpu");
  await expect(prompt(page)).toHaveValue("The old king slept and");
});

test("a graphics card that stops while a model comes: the CPU takes it, and another model has the card again", async ({
  page,
  engine,
  server,
}) => {
  test.skip(engine !== "gpu", "there is none");
  await open(page, engine);
  server.faults.speed = 4e6;
  await ask(page, `${server.url}/${middle}`);
  await expect(load(page)).toContainText("MB/s");
  await page.keyboard.press("Escape");
  await loseGraphicsCard(page);
  server.faults.speed = 0;
  await isModel(page, middle);
  await expect(trouble(page)).toContainText("CPU engine took over");
  await expect(page.getByTestId("load")).toHaveCount(0);
  await expect(status(page)).toHaveAttribute("data-engine", "cpu");
  // What had come was kept: the CPU reads it from there.
  expect(bytes(server).length).toBe(1);
  await type(page, "The old king");
  await expect(status(page)).toHaveAttribute("data-state", "ready");
  await expect(status(page)).toHaveAttribute("data-tokens", /^[1-9]/);

  await chooseModel(page, "story");
  await settled(page, 3);
  await expect(status(page)).toHaveAttribute("data-engine", "gpu");
  await expect(prompt(page)).toHaveValue("The old king");
});

test("a graphics card that stops before the first model is there", async ({ page, engine }) => {
  test.skip(engine !== "gpu", "there is none");
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route("**/models/story/model.safetensors", async (route) => {
    await released;
    await route.continue();
  });
  const asked = page.waitForRequest(/\/models\/story\/model\.safetensors$/);
  await page.goto("./?model=story&engine=gpu#/block-0/head-0?lang=en");
  await asked;
  await loseGraphicsCard(page);
  release();
  // The engine is opened when the weights begin to come: there was nothing to lose yet.
  await expect(status(page)).toHaveAttribute("data-state", "ready", { timeout: 50_000 });
  await expect(status(page)).toHaveAttribute("data-engine", "gpu");
  await type(page, "The old king");
  await settled(page, 3);
});
