// Looks: every floor in both languages, light and dark, at three sizes; axe finds nothing. The page is the same
// whichever engine answers, so one of them is enough.

import AxeBuilder from "@axe-core/playwright";
import { mkdirSync } from "node:fs";
import { expect, open, settled, test, trace } from "./support.js";

const TEXT = "The King said to the Queen";
const FLOORS = [
  "story", "tokens", "embedding", "block-2", "block-2/head-3", "block-2/mlp", "unembedding", "river", "heads", "knobs",
];
const SIZES = [[1920, 1080], [1024, 768], [390, 844]];

for (const floor of FLOORS) {
  test(`axe finds nothing on floor ${floor}`, async ({ page, engine }) => {
    test.setTimeout(240_000);
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
    test.setTimeout(300_000);
    mkdirSync("test-results/screenshots", { recursive: true });
    await page.setViewportSize({ width, height });
    for (const [lang, model, text] of [["en", "story", TEXT], ["zh", "poem", "床前明月光，"]]) {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const floor of FLOORS) {
          await open(page, engine, { lang, model, hash: `${floor}?text=${encodeURIComponent(text)}&pin=4` });
          await settled(page, trace(text, { model }).tokens.length);
          if (floor === "embedding") await expect(page.getByTestId("neighbour").first()).toBeVisible();
          await page.screenshot({ path: `test-results/screenshots/${width}-${lang}-${colorScheme}-${floor.replace("/", "-")}.png` });
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(overflow, `${floor} in ${lang} is wider than the page`).toBeLessThanOrEqual(0);
        }
      }
    }
    if (width === 1920 && process.env.KEEP_SCREENSHOT) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1440, height: 900 });
      await open(page, engine, { hash: `story?text=${encodeURIComponent(TEXT)}&pin=5` });
      await settled(page, trace(TEXT).tokens.length);
      await page.screenshot({ path: "www/screenshot.png" });
    }
  });
}
