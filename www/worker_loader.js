// Starts the engine in its worker. The build writes the names with their hashes in place of these two.
"use strict";

// Messages that come before the engine listens are kept and given to it afterwards.
const early = [];
const keep = (event) => early.push(event);
self.addEventListener("message", keep);

importScripts("./worker.js");
wasm_bindgen({ module_or_path: "./worker_bg.wasm" }).then(
  () => {
    self.removeEventListener("message", keep);
    for (const { data, ports } of early) {
      self.dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
    }
  },
  // A rejected promise stays inside a worker; a thrown error reaches the page's `error` listener.
  (reason) => setTimeout(() => { throw reason; }),
);
