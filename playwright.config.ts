import { defineConfig } from "@playwright/test";

// Run by `cargo xtask test`, which finds or installs the browser and builds the page first.
const port = Number(process.env.GLASSBOX_PORT ?? 4173);
const xtask = process.env.GLASSBOX_XTASK;
// A sandbox that needs a user other than root, and services that would call home from a test.
const flags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results/artifacts",
  // One at a time: the page computes on every core, and a software GPU too.
  workers: 1,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://localhost:${port}/`,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  // A file named *.cpu.spec.js or *.webgpu.spec.js is for that project alone; all others run in both.
  projects: [
    {
      name: "webgpu",
      testIgnore: "*.cpu.spec.js",
      use: {
        launchOptions: {
          executablePath: process.env.CHROMIUM,
          args: [...flags, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
        },
      },
    },
    {
      // Without those two flags a browser on a machine without a graphics card finds no adapter.
      name: "cpu",
      testIgnore: "*.webgpu.spec.js",
      use: { launchOptions: { executablePath: process.env.CHROMIUM, args: flags } },
    },
  ],
  webServer: {
    command: `${xtask ? JSON.stringify(xtask) : "cargo xtask"} serve --no-build --port ${port}`,
    url: `http://localhost:${port}/`,
    reuseExistingServer: !process.env.CI,
    timeout: 120_000,
  },
});
