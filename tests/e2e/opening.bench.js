// How long from following the link to the first picture of the run, cold and warm. A bench, no test:
//   CHROMIUM=/usr/bin/chromium node tests/e2e/opening.bench.js [address] [cpu|gpu]
// `cargo xtask serve` must be running. Prints JSON, one line a model.

import { chromium } from "@playwright/test";

const [address = "http://localhost:8080/", engine = "cpu"] = process.argv.slice(2);
const flags = ["--no-first-run", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
if (engine === "gpu") flags.push("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
for (const model of ["story", "poem"]) {
  const seconds = { cold: [], warm: [] };
  for (let round = 0; round < 3; round++) {
    // A new context has an empty cache; the second visit finds it filled.
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    for (const visit of ["cold", "warm"]) {
      const page = await context.newPage();
      const start = performance.now();
      await page.goto(`${address}?model=${model}${engine === "gpu" ? "&engine=gpu" : ""}`);
      await page.waitForSelector("[data-testid=status][data-state=ready][data-tokens]", { timeout: 60_000 });
      await page.waitForSelector("[data-testid=probability]");
      seconds[visit].push((performance.now() - start) / 1000);
      await page.close();
    }
    await context.close();
  }
  const median = (list) => Number(list.sort((a, b) => a - b)[1].toFixed(2));
  console.log(JSON.stringify({ model, engine, cold_s: median(seconds.cold), warm_s: median(seconds.warm) }));
}
await browser.close();
