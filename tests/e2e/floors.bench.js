// How long from a click on a floor to its picture, and what of it is whose. A bench, no test:
//   CHROMIUM=/usr/bin/chromium node tests/e2e/floors.bench.js [address] [cpu|gpu] [text]
// `cargo xtask serve` must be running. A line a step: milliseconds from the click to the end of the click's own work, to
// the worker's first and last message, to the last change of the stage, and to the paint after it; then the tasks
// over 50 ms on the page's thread.

import { chromium } from "@playwright/test";

const [address = "http://localhost:8080/", engine = "cpu", text = ""] = process.argv.slice(2);
const flags = ["--no-first-run", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
if (engine === "gpu") flags.push("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
await page.addInitScript(() => {
  window.heard = [];
  const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
  Object.defineProperty(Worker.prototype, "onmessage", {
    set(listener) {
      set.call(this, listener && ((event) => {
        const from = performance.now();
        listener(event);
        window.heard.push([from, performance.now()]);
      }));
    },
  });
});
const query = text ? `&text=${encodeURIComponent(text)}` : "";
await page.goto(`${address}?model=story${engine === "gpu" ? "&engine=gpu" : ""}#/story?lang=en${query}`);
await page.waitForSelector("[data-testid=status][data-state=ready][data-tokens]", { timeout: 60_000 });
await page.waitForTimeout(1500);
await page.evaluate(() => {
  window.changed = [];
  window.long = [];
  new MutationObserver(() => window.changed.push(performance.now())).observe(document.querySelector("#stage"), {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((e) => [e.startTime, e.duration]))).observe({ type: "longtask" });
});

const floors = await page.locator("[data-testid=floor]").evaluateAll((all) => all.map((floor) => floor.dataset.floor));
const rows = [];
for (let round = 0; round < 3; round++) {
  for (const floor of floors) {
    const row = await page.evaluate(async (floor) => {
      const link = document.querySelector(`[data-testid=floor][data-floor="${floor}"]`);
      window.heard.length = window.changed.length = window.long.length = 0;
      const from = performance.now();
      link.click();
      const clicked = performance.now() - from;
      const painted = await new Promise((done) => {
        let last = from;
        const frame = () => requestAnimationFrame(() => setTimeout(() => {
          const now = performance.now();
          const change = window.changed.at(-1) ?? from;
          if (change > last) [last, window.painted] = [change, now];
          if (now - Math.max(last, window.heard.at(-1)?.[1] ?? from) > 400) return done(window.painted - from);
          frame();
        }));
        frame();
      });
      const since = (at) => at - from;
      return {
        floor, clicked, painted,
        heard: window.heard.map(([a, b]) => [since(a), b - a]),
        changed: since(window.changed.at(-1) ?? from),
        long: window.long.map(([at, of]) => [since(at), of]),
      };
    }, floor);
    if (round > 0) rows.push(row);
  }
}
const ms = (x) => x.toFixed(0);
for (const { floor, clicked, painted, heard, changed, long } of rows) {
  console.log(`${floor.padEnd(12)} click ${ms(clicked)}  heard ${heard.map(([at, of]) => `${ms(at)}+${ms(of)}`).join(" ")}  changed ${ms(changed)}  painted ${ms(painted)}  long ${long.map(([at, of]) => `${ms(at)}+${ms(of)}`).join(" ")}`);
}
await browser.close();
