// Every room at every depth, for both models: each number that says which value of the run it is (data-cell)
// is that value, as the command line computes it.

import { expect, open, settled, test, trace } from "./support.js";

const TEXTS = { story: 'The King said, "I am old." And the King said', poem: "床前明月光，" };
const CELLS = { block: "block.1.mlp.expand:2:5", head: "block.1.attention.scores:2:3:1", unembedding: "logits:3:17" };
const PLACES = [
  "story", "tokens", "embedding", "block-1", "block-1/head-2", "block-1/mlp", "unembedding", "river", "heads", "knobs",
  `block-1?cell=${CELLS.block}`, `block-1/head-2?cell=${CELLS.head}`, `unembedding?cell=${CELLS.unembedding}`,
];
/** Rooms whose numbers have no address of one value: text, learned numbers, lengths, means over heads. */
const BARE = new Set(["story", "tokens", "embedding", "river", "heads", "knobs"]);

/** Waits until no part of the stage says that it is out of date. */
export async function fresh(page) {
  await expect(page.locator(".stage .stale")).toHaveCount(0);
  await page.waitForTimeout(150);
  await expect(page.locator(".stage .stale")).toHaveCount(0);
}

/** Values of the run by address, from the command line. */
function lookup(expected) {
  const tokens = expected.tokens.length;
  const sites = new Map(expected.sites.map((site) => [site.name, site.values]));
  return (address) => {
    const [name, ...at] = address.split(":");
    const values = sites.get(name);
    const [head, row, column] = at.length === 3 ? at.map(Number) : [0, ...at.map(Number)];
    const width = at.length === 3 ? tokens : values.length / tokens;
    const rows = at.length === 3 ? head * tokens + row : row;
    const line = values.slice(rows * width, (rows + 1) * width);
    const finite = line.filter((value) => Number.isFinite(value));
    const rms = Math.sqrt(finite.reduce((sum, value) => sum + value * value, 0) / Math.max(1, finite.length));
    return { value: line[column], rms };
  };
}

for (const model of Object.keys(TEXTS)) {
  for (const place of PLACES) {
    test(`${model}: what stands in ${place} is what was computed`, async ({ page, engine }) => {
      test.skip(engine === "gpu" && model === "poem", "one model is enough for the second engine");
      const text = TEXTS[model];
      const [path, rest = ""] = place.split("?");
      const hash = `${path}?text=${encodeURIComponent(text)}&pin=3${rest ? `&${rest}` : ""}`;
      await open(page, engine, { model, hash });
      const length = trace(text, { model }).tokens.length;
      await settled(page, length);
      await fresh(page);
      const addressed = page.locator(".stage [data-cell][data-value]");
      // What the worker is asked beside the run comes a moment later.
      if (!BARE.has(place)) await expect.poll(() => addressed.count(), "numbers in the room").toBeGreaterThan(3);
      const shown = await addressed.evaluateAll((all) =>
        all.map((element) => [element.dataset.cell, element.dataset.value]),
      );
      if (shown.length === 0) return;
      const names = [...new Set(shown.map(([cell]) => cell.split(":")[0]))];
      const find = lookup(trace(text, { model, sites: names.join(",") }));
      // f16 weights on the GPU, f32 on the CPU.
      const tolerance = engine === "gpu" ? 2e-2 : 1e-4;
      const wrong = shown.filter(([cell, value]) => {
        const { value: wanted, rms } = find(cell);
        if (wanted === null || wanted === undefined || !Number.isFinite(wanted)) return Number.isFinite(Number(value));
        return !(Math.abs(Number(value) - wanted) <= tolerance * (Math.abs(wanted) + rms) + 1e-7);
      });
      expect(wrong.slice(0, 5), `${wrong.length} of ${shown.length}`).toEqual([]);
    });
  }
}
