// From what is seen to how it came about: bars and a head's cells open their receipts, by pointer and by keyboard.

import { close, expect, open, settled, test, trace } from "./support.js";

const TEXT = "The King said to the Queen";

test("a bar opens the receipt of its logit, and that of its chance, on any floor", async ({ page, engine }) => {
  const expected = trace(TEXT, { sites: "logits" });
  const last = expected.tokens.length - 1;
  const width = expected.sites[0].values.length / expected.tokens.length;
  const logits = expected.sites[0].values.slice(last * width);
  const whole = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const receipt = page.getByTestId("receipt");
  const chance = page.getByTestId("receipt-chance");
  const shows = async (id) => {
    await expect(page).toHaveURL(new RegExp(`cell=logits(:|%3A)${last}(:|%3A)${id}(&|$)`));
    await expect(receipt).toHaveAttribute("data-cell", `logits:${last}:${id}`);
    await expect(chance.locator("data[data-id]")).toHaveAttribute("data-id", id);
    await expect(chance).toHaveAttribute("data-verdict", "agrees");
    const again = await page.getByTestId("chance-check").getAttribute("data-value");
    close([again], [Math.exp(logits[id]) / whole], engine === "gpu" ? 5e-2 : 2e-3);
  };
  for (const floor of ["story", "block-1/mlp"]) {
    await open(page, engine, { hash: `${floor}?text=${encodeURIComponent(TEXT)}` });
    await settled(page, expected.tokens.length);
    const bar = page.getByTestId("probability").nth(1);
    const id = await bar.getAttribute("data-id");
    // Anywhere on the row.
    await bar.locator(".bars").click();
    await shows(id);
    expect(page.url()).toContain(`#/${floor}?`);
    await page.keyboard.press("Escape");
    await expect(receipt).toHaveCount(0);
    // By keyboard, and the keyboard comes back.
    await bar.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await shows(id);
    await page.keyboard.press("Escape");
    await expect(receipt).toHaveCount(0);
    await expect(bar.getByRole("button")).toBeFocused();
  }
  // A word that is on no bar.
  await page.locator("input[name=my-word]").fill("zebra");
  const word = page.locator(".word-answer");
  await expect(word).toBeVisible();
  const id = await word.getAttribute("data-id");
  await page.getByTestId("word-opens").click();
  await shows(id);
});

test("a cell of a head's map is held, with its arithmetic, and opens its receipt", async ({ page, engine }) => {
  const expected = trace(TEXT, { sites: "block.1.attention.scores,block.1.attention.weights" });
  const tokens = expected.tokens.length;
  const at = (site, head, query, key) => expected.sites[site].values[(head * tokens + query) * tokens + key];
  await open(page, engine, { hash: `block-1/head-2?text=${encodeURIComponent(TEXT)}` });
  await settled(page, tokens);
  const arithmetic = page.getByTestId("cell-arithmetic");
  const shows = async (row, column) => {
    await expect(arithmetic).toHaveAttribute("data-row", String(row));
    await expect(arithmetic).toHaveAttribute("data-column", String(column));
  };
  // The middle of a cell of the large map, in CSS pixels.
  const map = page.locator(".attention .heatmap-plate canvas");
  const spot = async (query, key) => {
    const { width, height } = await map.boundingBox();
    return { x: ((key + 0.5) / tokens) * width, y: ((query + 0.5) / tokens) * height };
  };
  await map.scrollIntoViewIfNeeded();
  await map.click({ position: await spot(4, 1) });
  await expect(page).toHaveURL(/[?&]pin=4&key=1(&|$)/);
  await shows(4, 1);
  // The pointer goes over another cell, and away: what is held stays.
  await map.hover({ position: await spot(3, 0) });
  const sentence = page.locator(".attention > .attention-body > .sentence");
  await expect(sentence.locator("[data-key]")).toHaveAttribute("data-cell", "block.1.attention.weights:2:3:0");
  await arithmetic.hover();
  await shows(4, 1);
  const share = sentence.locator("[data-key]");
  await expect(share).toHaveAttribute("data-cell", "block.1.attention.weights:2:4:1");
  close([await share.getAttribute("data-value")], [at(1, 2, 4, 1)], engine === "gpu" ? 2e-2 : 1e-3);
  // The panel's button opens the receipt of the score; its value is the command line's.
  await page.getByTestId("cell-opens").click();
  const receipt = page.getByTestId("receipt");
  await expect(receipt).toHaveAttribute("data-cell", "block.1.attention.scores:2:4:1");
  const value = page.getByTestId("receipt-value");
  close([await value.getAttribute("data-value")], [at(0, 2, 4, 1)], engine === "gpu" ? 5e-2 : 1e-3);
  await page.keyboard.press("Escape");
  await expect(receipt).toHaveCount(0);
  // A link holds the same cell.
  await page.reload();
  await settled(page, tokens);
  await shows(4, 1);
  // By keyboard: arrows move, Enter holds, Tab leaves it held, Enter once more opens the receipt.
  const plate = page.locator(".attention .heatmap-plate");
  await plate.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]pin=4&key=2(&|$)/);
  await page.keyboard.press("Tab");
  await shows(4, 2);
  await plate.focus();
  await page.keyboard.press("Enter");
  await expect(receipt).toHaveAttribute("data-cell", "block.1.attention.weights:2:4:2");
  await page.keyboard.press("Escape");
  await expect(receipt).toHaveCount(0);
  await plate.focus();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/[?&](pin|key)=/);
});
