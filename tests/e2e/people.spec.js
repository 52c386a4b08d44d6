// For people: languages, keys, links.

import { readFileSync } from "node:fs";
import { close, expect, open, prompt, settled, status, test, trace, type, values } from "./support.js";

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

test("Back goes to the floor before, and takes no typing back", async ({ page, engine }) => {
  await open(page, engine, { hash: `tokens?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  await expect(page).toHaveURL(/#\/tokens/);
  await page.locator("[data-testid=floor][data-floor=embedding]").click();
  await expect(page).toHaveURL(/#\/embedding/);
  await type(page, "The old cat");
  await settled(page, trace("The old cat").tokens.length);
  await expect(page).toHaveURL(/old/);
  await page.goBack();
  await expect(page.locator("[data-testid=floor][aria-current]")).toHaveAttribute("data-floor", "tokens");
  await expect(prompt(page)).toHaveValue("The old cat");
});

test("a key opens the sheet of keys, another closes it, and terms explain themselves", async ({ page, engine }) => {
  await open(page, engine, { hash: `block-1?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  await page.keyboard.press("?");
  await expect(page.locator("dialog[open] .key-table")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  await page.keyboard.press("m");
  await expect(page).toHaveURL(/#\/block-1\/mlp/);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/#\/block-1\?/);
  await page.locator(".floor-head .glossary-term").first().click();
  await expect(page.locator(".popup:popover-open")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.locator(".popup:popover-open")).toHaveCount(0);
});

test("what is saved is what the command line writes", async ({ page, engine }) => {
  const expected = trace(TEXT, { sites: "logits" });
  await open(page, engine, { hash: `unembedding?text=${encodeURIComponent(TEXT)}` });
  await settled(page, expected.tokens.length);
  const saved = async (kind) => {
    await page.locator(".save").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-save=${kind}]`).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const { name, bytes } = await saved("trace");
  expect(name).toBe("glassbox-story-trace.safetensors");
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  expect(JSON.parse(header.__metadata__.ids)).toEqual(expected.tokens.map((token) => token.id));
  const [start, end] = header.logits.data_offsets;
  const logits = new Float32Array(new Uint8Array(bytes.subarray(8 + length + start, 8 + length + end)).buffer);
  close([...logits.slice(0, 50)], expected.sites[0].values.slice(0, 50), 2e-2);
  expect((await saved("csv")).bytes.toString()).toContain("cell,label,value");
  const picture = await saved("svg");
  expect(picture.name).toBe("glassbox-story-unembedding.svg");
  expect(picture.bytes.toString()).toMatch(/^<svg .*<\/svg>$/s);
  expect((await saved("png")).bytes.subarray(1, 4).toString()).toBe("PNG");
});

test("what is cut away leaves the draw, and a link carries the cut", async ({ page, engine }) => {
  await open(page, engine, { hash: `unembedding?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  const bars = page.getByTestId("probability");
  const own = await values(bars, "value");
  await expect(page.getByTestId("kept")).toHaveCount(0);
  // The slider's stops are 1, 2, 3, …; at its right end the cut is off.
  const topK = page.locator("input[name=top-k]");
  await expect(topK).toHaveAttribute("aria-valuetext", "off");
  await topK.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(topK).toHaveAttribute("aria-valuetext", "3 tokens");
  await expect(page.getByTestId("kept")).toHaveAttribute("data-count", "3");
  // The model's own chances stay as they were; three of them, scaled up, are the draw.
  expect(await values(bars, "value")).toEqual(own);
  const sum = own.slice(0, 3).reduce((sum, p) => sum + Number(p), 0);
  const drawn = (await values(bars, "drawValue")).map(Number);
  close(drawn.slice(0, 3), own.slice(0, 3).map((p) => Number(p) / sum));
  expect(drawn.slice(3).every((p) => p === 0)).toBe(true);
  await expect(page.locator("[data-testid=probability].cut")).toHaveCount(own.length - 3);
  const topP = page.locator("input[name=top-p]");
  await topP.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/[?&]k=3&p=0\.95(&|$)/);
  const address = page.url();
  await page.goto("about:blank");
  await page.goto(address);
  await expect(status(page)).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
  await expect(topK).toHaveAttribute("aria-valuetext", "3 tokens");
  await expect(topP).toHaveAttribute("aria-valuetext", /^95/);
  await page.getByTestId("sampling-back").click();
  await expect(topK).toHaveAttribute("aria-valuetext", "off");
  await expect(page.getByTestId("kept")).toHaveCount(0);
  await expect(page).not.toHaveURL(/[?&][kp]=/);
});

test("an open receipt stands beside its picture and can be saved", async ({ page, engine }) => {
  await open(page, engine, { hash: `unembedding?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  const stage = page.locator(".stage");
  const before = await stage.boundingBox();
  await page.locator("#room button[data-cell]").first().click();
  const receipt = page.getByTestId("receipt");
  await expect(receipt).toBeVisible();
  await expect(page.locator("#room .opened").first()).toBeAttached();
  const [picture, panel] = [await stage.boundingBox(), await receipt.boundingBox()];
  expect(picture.x + picture.width).toBeLessThanOrEqual(panel.x + 1);
  expect(panel.width).toBeLessThanOrEqual(0.45 * page.viewportSize().width);
  await page.locator(".save").click();
  const item = page.locator("[data-save=receipt-csv]");
  const [download] = await Promise.all([page.waitForEvent("download"), item.click()]);
  expect(download.suggestedFilename()).toMatch(/^glassbox-story-receipt-.*\.csv$/);
  await expect(item).toBeHidden();
  await page.locator("#receipt-title").focus();
  await page.keyboard.press("Escape");
  await expect(receipt).toHaveCount(0);
  expect(await stage.boundingBox()).toEqual(before);
});

test("a newcomer finds out in ten clicks why the highest bar is the highest", async ({ page, engine }) => {
  await open(page, engine, { hash: "" });
  const floor = (name) => page.locator(`[data-testid=floor][data-floor=${name}]`).click();
  await page.locator(".examples button").nth(0).click();
  await floor("story");
  await expect(page.locator(".score-token").first()).toBeVisible();
  await floor("tokens");
  await expect(page.locator(".token-table")).toBeVisible();
  await floor("embedding");
  await expect(page.getByTestId("neighbour").first()).toBeVisible();
  await floor("block-0");
  await page.locator("nav.rooms [data-room=head]").click();
  await expect(page.getByTestId("attention")).toBeVisible();
  await page.locator("nav.rooms [data-room=mlp]").click();
  await floor("river");
  await expect(page.getByTestId("river")).toBeVisible();
  await floor("unembedding");
  await page.getByRole("button", { name: "The whole receipt" }).click();
  // The receipt adds up to the logit of the token on the highest bar.
  const winner = await page.getByTestId("probability").first().getAttribute("data-id");
  await expect(page).toHaveURL(new RegExp(`cell=logits(:|%3A)\\d+(:|%3A)${winner}`));
  await expect(page.locator(".receipt")).toContainText("logits:");
});
