// How long from a key to all pictures drawn, and the tasks over 50 ms on the page's thread. A bench, no test:
//   CHROMIUM=/usr/bin/chromium node tests/e2e/keystrokes.bench.js [address] [floor] [cpu|gpu]
// `cargo xtask serve` must be running. Prints JSON.

import { chromium } from "@playwright/test";

const [address = "http://localhost:8080/", floor = "block-2", engine = "cpu"] = process.argv.slice(2);
const TEXT = "The King said to the Queen";
const flags = ["--no-first-run", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
if (engine === "gpu") flags.push("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
await page.goto(`${address}?model=story${engine === "gpu" ? "&engine=gpu" : ""}#/${floor}?lang=en`);
await page.waitForSelector("[data-testid=status][data-state=ready][data-tokens]", { timeout: 60_000 });
await page.getByTestId("prompt").click();
await page.keyboard.press("ControlOrMeta+A");
await page.keyboard.press("Delete");
await page.waitForTimeout(1000);
await page.evaluate(() => {
  window.drawn = [];
  window.long = [];
  let pressed = null;
  document.addEventListener("input", () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    const from = pressed;
    pressed = null;
    if (from !== null) requestAnimationFrame(() => setTimeout(() => window.drawn.push(performance.now() - from)));
  }).observe(document.querySelector("[data-testid=status]"), { attributeFilter: ["data-milliseconds"] });
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
});
for (const key of TEXT) {
  await page.keyboard.type(key);
  await page.waitForTimeout(250);
}
const { drawn, long } = await page.evaluate(() => ({ drawn: window.drawn, long: window.long }));
drawn.sort((a, b) => a - b);
const at = (share) => drawn[Math.min(drawn.length - 1, Math.floor(share * drawn.length))];
console.log(JSON.stringify({ floor, engine, n: drawn.length, median_ms: at(0.5), p95_ms: at(0.95), tasks_over_50_ms: long }));
await browser.close();
