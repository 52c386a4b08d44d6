// The model picker: reached by keyboard, nothing fetched from elsewhere before a click, and bad models refused in
// words while the old one goes on. The page is the same whichever engine answers.

import AxeBuilder from "@axe-core/playwright";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BAD, bad, folder } from "./bad.js";
import { chooseModel, expect, open, openPicker, picker, prompt, settled, status, test, trace, type } from "./support.js";

const TEXT = "The King said to the Queen";

/** Gives a bad model to the picker: the folder, or its files one by one. */
async function give(page, info, name) {
  const { path, files } = bad(info, name);
  if (BAD[name].byFiles) await page.getByTestId("files-input").setInputFiles(files);
  else await page.getByTestId("folder-input").setInputFiles(path);
}

for (const lang of ["en", "zh"]) {
  test(`bad models are refused in words, and the old one goes on (${lang})`, async ({ page, engine }, info) => {
    test.setTimeout(240_000);
    await open(page, engine, { lang, hash: `tokens?text=${encodeURIComponent(TEXT)}` });
    await settled(page, trace(TEXT).tokens.length);
    for (const [name, { named }] of Object.entries(BAD)) {
      await openPicker(page);
      await give(page, info, name);
      const trouble = page.getByTestId("trouble");
      await expect(trouble, name).toBeVisible({ timeout: 30_000 });
      const sentence = await trouble.locator("p").innerText();
      expect(sentence, name).toContain(named);
      expect(sentence, name).toMatch(lang === "zh" ? /[\u4e00-\u9fff].*。$/ : /^[^\u4e00-\u9fff]*\.$/);
      await expect(status(page), name).toHaveAttribute("data-model", "story");
      await page.getByTestId("dismiss").click();
      await page.keyboard.press("Escape");
      await expect(page.locator("dialog[open]")).toHaveCount(0);
    }
    // The model that was there answers as before.
    await type(page, "The old cat");
    await settled(page, trace("The old cat").tokens.length);
  });
}

test("a good folder is opened, and what is not needed is named", async ({ page, engine }, info) => {
  const path = folder(info, "mine", ({ put }) => put("notes.md", "nothing"));
  await open(page, engine, { hash: `tokens?text=${encodeURIComponent(TEXT)}` });
  await openPicker(page);
  await page.getByTestId("folder-input").setInputFiles(path);
  await expect(status(page)).toHaveAttribute("data-model", "mine", { timeout: 30_000 });
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  await settled(page, trace(TEXT).tokens.length);
  // A disk's files cannot be linked to.
  await expect(page).not.toHaveURL(/model=/);
  await expect(prompt(page)).toHaveValue(TEXT);
});

test("files that are no model's are named, and nothing is opened", async ({ page, engine }, info) => {
  const path = folder(info, "strange", ({ put }) => put("holiday.jpg", "x"));
  await open(page, engine);
  await openPicker(page);
  await page.getByTestId("files-input").setInputFiles(join(path, "holiday.jpg"));
  await expect(page.getByTestId("left-aside")).toContainText("holiday.jpg");
  await expect(status(page)).toHaveAttribute("data-model", "story");
});

test("files are dropped anywhere on the page", async ({ page, engine }, info) => {
  await open(page, engine, { hash: `tokens?text=${encodeURIComponent(TEXT)}` });
  const path = folder(info, "mine", () => {});
  const files = Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file)).toString("base64")]));
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, files);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  await expect(page.locator(".drop-hint").first()).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await expect(page.locator(".drop-hint")).toHaveCount(0);
  await expect(status(page)).toHaveAttribute("data-model", "files", { timeout: 30_000 });
  await settled(page, trace(TEXT).tokens.length);
});

test("the picker is reached, used and left by keyboard", async ({ page, engine }) => {
  await open(page, engine, { hash: `tokens?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  const button = page.getByTestId("model-picker");
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(picker(page)).toBeVisible();
  // The page behind is out of reach: the focus stays within the sheet.
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("dialog[open]"));
    expect(inside).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(picker(page)).toHaveCount(0);
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await picker(page).locator("[data-testid=model-open][data-model=poem]").first().focus();
  await page.keyboard.press("Enter");
  await expect(status(page)).toHaveAttribute("data-model", "poem", { timeout: 30_000 });
  await expect(picker(page)).toHaveCount(0);
});

test("models of the page are chosen, and the one in use is marked", async ({ page, engine }) => {
  await open(page, engine);
  await chooseModel(page, "poem");
  await expect(page).toHaveURL(/model=poem/);
  await openPicker(page);
  await expect(picker(page).locator("[data-testid=model-card][data-model=poem]")).toHaveAttribute("data-state", "in-use");
  await page.keyboard.press("Escape");
  await chooseModel(page, "story");
});

// `test` itself complains of every request to another host.
test("a link to a model from elsewhere asks, and fetches nothing before the click", async ({ page }) => {
  await page.goto("./?model=distilbert/distilgpt2#/tokens?lang=en");
  await expect(page.getByTestId("asked")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId("asked")).toContainText("huggingface.co");
  await expect(page.getByTestId("asked")).toContainText("353 MB");
  await expect(status(page)).toHaveAttribute("data-model", "story", { timeout: 60_000 });
  await page.getByTestId("not-now").click();
  await expect(picker(page)).toHaveCount(0);
  await type(page, TEXT);
  await settled(page, trace(TEXT).tokens.length);
});

test("a wrong address is told under the field, and nothing is fetched", async ({ page, engine }) => {
  await open(page, engine);
  await openPicker(page);
  await page.getByTestId("model-address").fill("not a model");
  await page.getByTestId("model-address-load").click();
  await expect(page.locator("#model-address-wrong")).toContainText("https://");
  await expect(page.getByTestId("model-address")).toHaveAttribute("aria-invalid", "true");
  await page.getByTestId("hub").selectOption("other");
  await page.getByTestId("hub-own").fill("javascript:alert(1)");
  await page.getByTestId("hub-own").press("Enter");
  await expect(page.locator("#hub-wrong")).not.toBeEmpty();
});

test("the hub's address is remembered", async ({ page, engine }) => {
  await open(page, engine);
  await openPicker(page);
  await page.getByTestId("hub").selectOption("https://hf-mirror.com");
  await expect(picker(page)).toContainText("hf-mirror.com");
  await page.reload();
  await expect(status(page)).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
  await openPicker(page);
  await expect(page.getByTestId("hub")).toHaveValue("https://hf-mirror.com");
});

test("axe finds nothing on the open sheet, and it is not wider than the page", async ({ page, engine }) => {
  test.setTimeout(240_000);
  for (const lang of ["en", "zh"]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      // Addresses that differ behind the # alone lead to the page that is there, with its sheet open.
      await page.goto("about:blank");
      await open(page, engine, { lang });
      await openPicker(page);
      await expect(picker(page).locator("[data-testid=model-card]").nth(3)).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map((v) => `${lang} ${colorScheme}: ${v.id} at ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
      expect(told).toEqual([]);
      for (const width of [1920, 1024, 390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        const over = await page.locator("dialog[open]").evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
        expect(over, `${lang} at ${width}`).toBeLessThanOrEqual(0);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  }
});
