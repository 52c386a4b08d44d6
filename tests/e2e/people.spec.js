// For people: languages, keys, links.

import { expect, open, prompt, settled, status, test, trace, type, values } from "./support.js";

const TEXT = "The King said to the Queen";

test("both languages say everything, and switching loses nothing", async ({ page, engine }) => {
  await open(page, engine, { hash: `block-1/head-0?text=${encodeURIComponent(TEXT)}` });
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
