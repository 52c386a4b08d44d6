// In a browser with an adapter alone.

import { expect, status, test } from "./support.js";

test("a software adapter is passed over unless it is asked for", async ({ page }) => {
  await page.goto("./?model=story#/?lang=en");
  await expect(status(page)).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
  await expect(status(page)).toHaveAttribute("data-engine", "cpu");
});
