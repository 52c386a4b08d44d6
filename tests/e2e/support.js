// What the browser tests share: a page that is watched, typing, waiting for an answer, and the
// command line's own numbers to compare with.

import { test as base, expect } from "@playwright/test";
import { execFileSync } from "node:child_process";

export { expect };

const binary = `${process.env.CARGO_TARGET_DIR ?? "target"}/debug/glassbox`;

/** The same model and text through the command line, on the CPU: another party's numbers. */
export function trace(text, { model = "story", ...options } = {}) {
  const words = Object.entries(options).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  const args = ["trace", "--json", "--engine", "cpu", "--model", `www/models/${model}`, "--text", text, ...words];
  return JSON.parse(execFileSync(binary, args, { maxBuffer: 1 << 28, encoding: "utf8" }));
}

/** The page, watched: no console error, no unhandled rejection, no request to another host. */
export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const complaints = [];
    page.on("console", (message) => {
      // A server without a model's examples answers 404, which the page takes for "none".
      if (message.type() === "error") complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      const local = url.origin === new URL(baseURL).origin || ["data:", "blob:"].includes(url.protocol);
      if (!local) complaints.push(`request to ${url.origin}`);
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
  // The engine that a project's browser is to use.
  engine: async ({}, use, info) => use(info.project.name === "webgpu" ? "gpu" : "cpu"),
});

/** Opens the page with the engine asked for, and waits for the model. */
export async function open(page, engine, { model = "story", lang = "en", hash = "block-0/head-0" } = {}) {
  const query = new URLSearchParams({ model, ...(engine === "gpu" ? { engine } : {}) });
  const [path, rest = ""] = hash.split("?");
  await page.goto(`./?${query}#/${path}?lang=${lang}${rest ? `&${rest}` : ""}`);
  await expect(status(page)).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
  await expect(status(page)).toHaveAttribute("data-engine", engine);
}

export const status = (page) => page.getByTestId("status");
export const prompt = (page) => page.getByTestId("prompt");

/** The sheet of models, while it is open. */
export const picker = (page) => page.locator("dialog[open] [data-testid=picker]");

export async function openPicker(page) {
  await page.getByTestId("model-picker").click();
  await expect(picker(page)).toBeVisible();
}

/** Opens a model of the page through the picker, and waits for it. */
export async function chooseModel(page, name) {
  await openPicker(page);
  await picker(page).locator(`[data-testid=model-open][data-model="${name}"]`).first().click();
  await expect(status(page)).toHaveAttribute("data-model", name, { timeout: 60_000 });
  await expect(picker(page)).toHaveCount(0);
}

/** Waits until the picture of `tokens` tokens is there and nothing is under way. */
export async function settled(page, tokens) {
  await expect(status(page)).toHaveAttribute("data-tokens", String(tokens), { timeout: 30_000 });
  await expect(status(page)).toHaveAttribute("data-state", "ready");
}

/** Replaces the text as a person does: select all, type. */
export async function type(page, text, delay = 0) {
  await prompt(page).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text, { delay });
}

/** A data attribute of every element found. */
export const values = (locator, name) =>
  locator.evaluateAll((elements, name) => elements.map((element) => element.dataset[name]), name);

/** Numbers agree but for the order in which two machines add. */
export function close(found, expected, relative = 2e-3) {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    const off = Math.abs(Number(value) - expected[i]);
    // Written so that NaN fails.
    expect(off <= relative * Math.abs(expected[i]) + 1e-5, `${value} for ${expected[i]} at ${i}`).toBe(true);
  });
}
