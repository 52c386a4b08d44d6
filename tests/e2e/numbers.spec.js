// What the page shows is what the run gave: compared with the command line's numbers.

import { close, expect, open, settled, status, test, trace, type, values } from "./support.js";

const TEXT = "The King said to the Queen";

test("bars show the softmax over the whole vocabulary", async ({ page, engine }) => {
  await open(page, engine);
  await type(page, TEXT);
  const expected = trace(TEXT);
  await settled(page, expected.tokens.length);
  expect(await values(page.getByTestId("token"), "id")).toEqual(expected.tokens.map((t) => String(t.id)));
  const bars = page.getByTestId("probability");
  expect((await values(bars, "id")).slice(0, 10)).toEqual(expected.next.map((n) => String(n.id)));
  const shown = (await values(bars, "value")).slice(0, 10);
  close(shown, expected.next.map((n) => n.probability));
  const rest = page.getByTestId("remainder");
  const sum = (list) => list.reduce((a, b) => a + Number(b), 0);
  expect(Math.abs(sum(await values(bars, "value")) + Number(await rest.getAttribute("data-value")) - 1)).toBeLessThan(1e-4);
  expect(Number(await rest.getAttribute("data-count"))).toBe(expected.config.vocab_size - 10);
});

test("cells show attention as the engine computed it", async ({ page, engine }) => {
  const picks = [{ layer: 0, head: 0, query: 5 }, { layer: 2, head: 3, query: 4 }, { layer: 5, head: 7, query: 2 }];
  const sites = picks.map((p) => `block.${p.layer}.attention.weights`).join(",");
  const expected = trace(TEXT, { sites });
  const length = expected.tokens.length;
  for (const { layer, head, query } of picks) {
    const hash = `block-${layer}/head-${head}?text=${encodeURIComponent(TEXT)}&pin=${query}`;
    await open(page, engine, { hash });
    await settled(page, length);
    const map = page.getByTestId("attention");
    await expect(map).toHaveAttribute("data-layer", String(layer));
    await expect(map).toHaveAttribute("data-head", String(head));
    const cells = map.locator(`[data-testid=cell][data-query="${query}"]`);
    await expect(cells.first()).toBeAttached();
    const shown = await cells.evaluateAll((all) => all.map((c) => [Number(c.dataset.key), c.dataset.value]));
    shown.sort((a, b) => a[0] - b[0]);
    const site = expected.sites.find((s) => s.name === `block.${layer}.attention.weights`);
    const row = site.values.slice((head * length + query) * length, (head * length + query) * length + query + 1);
    expect(shown.slice(0, query + 1).map(([key]) => key)).toEqual(row.map((_, key) => key));
    close(shown.slice(0, query + 1).map(([, value]) => value), row);
  }
});

test("neighbours are the nearest rows of the model's own table", async ({ page, engine }) => {
  const expected = trace(TEXT, { neighbours: 60 });
  await open(page, engine, { hash: `embedding?text=${encodeURIComponent(TEXT)}&pin=1` });
  await settled(page, expected.tokens.length);
  const rows = page.getByTestId("neighbour");
  await expect(rows.nth(9)).toBeAttached();
  const near = new Map(expected.neighbours[1].map((n) => [String(n.id), n.cosine]));
  const [ids, cosines] = [await values(rows, "id"), await values(rows, "value")];
  const first = ids.slice(0, 10);
  expect(first.filter((id) => !near.has(id))).toEqual([]);
  close(cosines.slice(0, 10), first.map((id) => near.get(id)));
});

test("each floor carries the model's guess were it to stop there", async ({ page, engine }) => {
  const expected = trace(TEXT);
  await open(page, engine);
  await type(page, TEXT);
  await settled(page, expected.tokens.length);
  const answer = page.locator("[data-testid=floor][data-floor=unembedding]");
  await expect(answer).toHaveAttribute("data-id", String(expected.next[0].id));
  const last = page.locator(`[data-testid=floor][data-floor=block-${expected.config.n_layer - 1}]`);
  await expect(last).toHaveAttribute("data-id", String(expected.next[0].id));
  const floors = await values(page.getByTestId("floor"), "floor");
  expect(floors).toHaveLength(expected.config.n_layer + 7);
});

test("a keystroke computes one position, a look at another head none", async ({ page, engine }) => {
  await open(page, engine);
  await type(page, TEXT);
  const length = trace(TEXT).tokens.length;
  await settled(page, length);
  await page.keyboard.type(",");
  await settled(page, length + 1);
  await expect(status(page)).toHaveAttribute("data-computed", "1");
  await page.locator("[data-testid=floor][data-floor=block-1]").click();
  await expect(page.getByTestId("attention")).toBeVisible();
  await expect(status(page)).toHaveAttribute("data-computed", "0");
});

test("another floor of the same text asks for what only it shows, and one that shows nothing new for nothing", async ({ page, engine }) => {
  await page.addInitScript(() => {
    window.looks = [];
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message, ...rest) {
      const request = JSON.parse(message[0]);
      if (request.Look) window.looks.push(request.Look.taps.map((tap) => tap.name));
      return postMessage.call(this, message, ...rest);
    };
  });
  await open(page, engine, { hash: `story?text=${encodeURIComponent(TEXT)}` });
  await settled(page, trace(TEXT).tokens.length);
  const asked = () => page.evaluate(() => window.looks.splice(0));
  const logits = /logits|lens/;
  const named = (looks) => JSON.stringify(looks).toLowerCase();
  expect(named(await asked())).toMatch(logits);
  await page.locator("[data-testid=floor][data-floor=block-1]").click();
  await expect(page.getByTestId("block")).toHaveAttribute("aria-busy", "false");
  const block = await asked();
  expect(block).toHaveLength(1);
  expect(named(block)).toMatch(/qkv/);
  expect(named(block)).not.toMatch(logits);
  await page.locator("[data-testid=floor][data-floor=tokens]").click();
  await expect(page.getByTestId("growth")).toBeVisible();
  expect(await asked()).toEqual([]);
  // Another text is another run.
  await type(page, `${TEXT},`);
  await settled(page, trace(`${TEXT},`).tokens.length);
  expect(named(await asked())).toMatch(logits);
});

test("guesses of every floor at every position are the command line's", async ({ page, engine }) => {
  const { grid, tokens } = trace(TEXT, { "lens-grid": true });
  await open(page, engine, { hash: `river?text=${encodeURIComponent(TEXT)}` });
  await settled(page, tokens.length);
  const guesses = page.getByTestId("river").locator("[data-depth][data-position][data-value]");
  await expect(guesses).toHaveCount(grid.cells.length);
  const shown = await guesses.evaluateAll((all) => all.map((g) => [g.dataset.depth * 1, g.dataset.position * 1, g.dataset.value]));
  const cells = shown.map(([depth, position]) => grid.cells[depth * grid.tokens + position]);
  close(shown.map(([, , value]) => value), cells.map((cell) => cell.chance), engine === "gpu" ? 5e-2 : 2e-3);
});
