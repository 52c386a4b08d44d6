// In a browser without an adapter alone: the fallback, and a full context, which takes a software GPU half a minute.

import { expect, open, prompt, settled, status, test } from "./support.js";

test("without WebGPU the page says which engine answers, and why", async ({ page, engine }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined }));
  await open(page, engine);
  await expect(status(page)).toContainText("CPU");
});

test("a text that is too long is read as far as it fits, and the page says so", async ({ page, engine }) => {
  await open(page, engine);
  await prompt(page).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText("The King said to the Queen. ".repeat(100));
  await settled(page, 256);
  expect(await page.getByTestId("token").count()).toBeLessThanOrEqual(256);
  await expect(page.locator(".unread")).toBeVisible();
});
