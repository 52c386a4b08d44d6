// Starts the app, and stands outside it: where it cannot start, or breaks while it runs, this shows what to do.
//
// The app tells a panic by an event on `window`:
//   new CustomEvent("glassbox:panic", { detail: "the panic's text" })
// A trap that tells nothing (`RuntimeError: unreachable`) is caught as an error event.

const element = (id) => document.getElementById(id);

const FAULTS = {
  old: {
    en: "This browser is too old for Glassbox: it lacks WebAssembly with SIMD. Chrome or Edge 123, Firefox 121, Safari 17.5, or newer, have it.",
    zh: "这个浏览器版本过旧，缺少带 SIMD 的 WebAssembly。请使用 Chrome 或 Edge 123、Firefox 121、Safari 17.5 或更新的版本。",
  },
  file: {
    en: "Glassbox was opened as a file, and a browser lets no program run from there. Serve the folder, for instance with `python3 -m http.server`, and open http://localhost:8000.",
    zh: "玻璃盒是作为本地文件打开的，浏览器不允许这样运行程序。请在该文件夹里运行 `python3 -m http.server`，然后打开 http://localhost:8000。",
  },
  load: {
    en: "A part of the page did not arrive. Check the network, then reload; if the page has just been updated, reloading is all it takes.",
    zh: "页面的一部分没有加载成功。请检查网络后重新加载；如果页面刚刚更新过，重新加载即可。",
  },
  panic: {
    en: "Glassbox met a fault of its own and stopped. Reload to go on; the report helps to mend it.",
    zh: "玻璃盒内部出错并已停止。重新加载即可继续；下面的报告有助于修复问题。",
  },
};

let shown = false;

/** Shows the panel once: what follows a first fault is mostly its echo. */
function show(kind, detail) {
  if (shown) return;
  shown = true;
  element("fault-en").textContent = FAULTS[kind].en;
  element("fault-zh").textContent = FAULTS[kind].zh;
  element("fault-report").value = report(kind, detail);
  element("fault-reload").addEventListener("click", () => location.reload());
  element("fault-copy").addEventListener("click", copy);
  const panel = element("fault");
  panel.dataset.kind = kind;
  panel.hidden = false;
  element("fault-reload").focus();
}

/** Facts about the fault and the browser; nothing that was typed, save what stands in the page's address. */
function report(kind, detail) {
  const lines = [
    `Glassbox fault: ${kind}`,
    text(detail),
    `build: ${element("app-script")?.href.split("/").pop() ?? "unknown"}`,
    `page: ${location.href}`,
    `browser: ${navigator.userAgent}`,
    `languages: ${navigator.languages.join(", ")}; WebGPU: ${"gpu" in navigator}; secure: ${window.isSecureContext}`,
    `window: ${innerWidth}×${innerHeight} at ${devicePixelRatio}; cores: ${navigator.hardwareConcurrency ?? "unknown"}`,
    `time: ${new Date().toISOString()}`,
  ];
  return lines.join("\n");
}

function text(detail) {
  if (detail instanceof Error) return detail.stack?.includes(detail.message) ? detail.stack : `${detail}\n${detail.stack ?? ""}`;
  return String(detail);
}

async function copy() {
  const field = element("fault-report");
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // No clipboard on an insecure origin: select the text and use the old way.
    field.select();
    document.execCommand("copy");
  }
  element("fault-copied").textContent = "Copied · 已复制";
}

/** A function of 8 lanes: valid only where SIMD is. */
function hasSimd() {
  const module = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(module));
}

/** Whether an uncaught error is wasm's own: anything else may come from an extension and is not ours to show. */
const trapped = (error) => error instanceof WebAssembly.RuntimeError;

async function start() {
  if (location.protocol === "file:") return show("file", location.protocol);
  if (!hasSimd()) return show("old", "no WebAssembly SIMD");
  window.addEventListener("glassbox:panic", (event) => show("panic", event.detail));
  window.addEventListener("error", (event) => trapped(event.error) && show("panic", event.error));
  window.addEventListener("unhandledrejection", (event) => trapped(event.reason) && show("panic", event.reason));
  try {
    const { default: init } = await import(element("app-script").href);
    await init({ module_or_path: element("app-wasm").href });
  } catch (error) {
    show(trapped(error) ? "panic" : "load", error);
  }
}

start();
