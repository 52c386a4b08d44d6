// For people: both languages, every floor, light and dark, three sizes, keyboard and screen reader.

import AxeBuilder from "@axe-core/playwright";
import { mkdirSync } from "node:fs";
import { expect, open, prompt, settled, status, test, trace, type, values } from "./support.js";

const TEXT = "The King said to the Queen";
const FLOORS = ["tokens", "embedding", "block-2", "unembedding"];
const SIZES = [[1920, 1080], [1024, 768], [390, 844]];

test("both languages say everything, and switching loses nothing", async ({ page, engine }) => {
  await open(page, engine, { hash: `block-1?text=${encodeURIComponent(TEXT)}` });
  const length = trace(TEXT).tokens.length;
  await settled(page, length);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  const before = await values(page.getByTestId("probability"), "value");
  await page.getByTestId("language").click();
  await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
  await expect(page.locator("body")).toContainText("注意力");
  expect(await values(page.getByTestId("probability"), "value")).toEqual(before);
  await expect(prompt(page)).toHaveValue(TEXT);
});

test("keys lead through floors and tokens", async ({ page, engine }) => {
  await open(page, engine, { hash: `tokens?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  await page.locator("[data-testid=floor][data-floor=tokens]").focus();
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/#\/embedding/);
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/#\/block-0/);
  await page.keyboard.press("ArrowUp");
  await expect(page).toHaveURL(/#\/embedding/);
});

for (const floor of FLOORS) {
  test(`axe finds nothing on floor ${floor}`, async ({ page, engine }) => {
    test.skip(engine === "gpu", "the page is the same whichever engine answers");
    for (const lang of ["en", "zh"]) {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await open(page, engine, { lang, hash: `${floor}?text=${encodeURIComponent(TEXT)}&pin=2` });
        await settled(page, trace(TEXT).tokens.length);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const told = violations.map((v) => `${lang} ${colorScheme}: ${v.id} at ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
        expect(told).toEqual([]);
      }
    }
  });
}

for (const [width, height] of SIZES) {
  test(`screenshots at ${width}×${height}, and nothing wider than the page`, async ({ page, engine }) => {
    test.skip(engine === "gpu", "the page is the same whichever engine answers");
    test.setTimeout(120_000);
    mkdirSync("test-results/screenshots", { recursive: true });
    await page.setViewportSize({ width, height });
    for (const [lang, model, text] of [["en", "story", TEXT], ["zh", "poem", "床前明月光,"]]) {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const floor of FLOORS) {
          await open(page, engine, { lang, model, hash: `${floor}?text=${encodeURIComponent(text)}&pin=4` });
          await settled(page, trace(text, { model }).tokens.length);
          if (floor === "embedding") await expect(page.getByTestId("neighbour").first()).toBeVisible();
          await page.screenshot({ path: `test-results/screenshots/${width}-${lang}-${colorScheme}-${floor}.png` });
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(overflow, `${floor} in ${lang} is wider than the page`).toBeLessThanOrEqual(0);
        }
      }
    }
    if (width === 1920 && process.env.KEEP_SCREENSHOT) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1440, height: 900 });
      await open(page, engine, { hash: `block-2?text=${encodeURIComponent(TEXT)}&pin=5` });
      await settled(page, trace(TEXT).tokens.length);
      await page.screenshot({ path: "www/screenshot.png" });
    }
  });
}

test("a link shows what its sender saw", async ({ page, engine }) => {
  await open(page, engine, { hash: `block-1/head-2?text=${encodeURIComponent(TEXT)}&pin=3` });
  await settled(page, trace(TEXT).tokens.length);
  const address = page.url();
  await page.goto("about:blank");
  await page.goto(address);
  await expect(status(page)).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
  await expect(prompt(page)).toHaveValue(TEXT);
  await expect(page.getByTestId("attention")).toHaveAttribute("data-head", "2");
  await type(page, "Another text");
  await settled(page, trace("Another text").tokens.length);
});
