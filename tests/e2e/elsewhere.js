// What tests of models from elsewhere share: models of random weights, a server that can fail, and how a visitor asks.

import { test as base, expect } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { serve } from "./flaky.js";
import { openPicker, picker, status } from "./support.js";

const target = process.env.CARGO_TARGET_DIR ?? "target";
const folder = path.resolve(target, "e2e-models");

/** A model of random weights, made once. */
export function random(name, shape) {
  const out = path.join(folder, name);
  if (!existsSync(path.join(out, "model.safetensors"))) {
    execFileSync(`${target}/debug/glassbox`, ["random", "--config", shape, "--out", out]);
  }
  return name;
}
export const middle = random("middle", "layers=4,heads=8,width=256,vocab=9000,positions=128");

export const test = base.extend({
  server: async ({}, use) => {
    const server = await serve(folder);
    await use(server);
    await server.close();
  },
  page: async ({ page }, use) => {
    const uncaught = [];
    page.on("pageerror", (error) => uncaught.push(error.message));
    await use(page);
    expect(uncaught).toEqual([]);
  },
  engine: async ({}, use, info) => use(info.project.name === "webgpu" ? "gpu" : "cpu"),
});

/** Asks for a model by its address, as a visitor does. */
export async function ask(page, address) {
  if (!(await picker(page).isVisible())) await openPicker(page);
  await page.getByTestId("model-address").fill(address);
  await page.getByTestId("model-address-load").click();
}

/** Bytes of memory that the engine's worker uses now, and has taken so far. */
export async function memory(page) {
  if (!(await picker(page).isVisible())) await openPicker(page);
  const told = await page.getByTestId("memory").evaluate(({ dataset }) => ({ ...dataset }));
  return { used: Number(told.used), taken: Number(told.taken) };
}

/** Bytes of memory of the browser's GPU process, which holds what lies on a graphics card that is none; nothing where the system tells none. */
export async function cardMemory(browser) {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  await devtools.detach();
  const gpu = processInfo.find(({ type }) => type === "GPU");
  const status = gpu && `/proc/${gpu.id}/status`;
  if (!status || !existsSync(status)) return undefined;
  return 1024 * Number(readFileSync(status, "utf8").match(/VmRSS:\s+(\d+)/)[1]);
}

export const load = (page) => page.getByTestId("picker").getByTestId("load");
export const bytes = (server) => server.requests.filter(({ name }) => name.endsWith("model.safetensors"));
export const isModel = (page, name) => expect(status(page)).toHaveAttribute("data-model", name, { timeout: 50_000 });

/** The address names the model whose numbers are shown, once they have rested for a moment: a reload opens it again. */
export const isInAddress = (page, name) => expect(page).toHaveURL(new RegExp(`[?&]model=[^#]*${name}`));
