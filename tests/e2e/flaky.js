// A server of models with the faults that servers have: slow, cut off in the middle, closed to other sites.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

/** Files from here on count as large: faults befall only them. */
const LARGE = 2e6;

/**
 * Serves `folder` on a port of its own. `speed`: bytes a second of a large file; `drop`: a connection ends after
 * so many bytes of one; `ranges: false`: it answers every request with the whole file; `open: false`: other sites'
 * pages may not read (no CORS header); `flip`: the byte at this place of a large file is another one; `status`: every
 * request is answered with this status, and no file.
 * The faults can be changed while it serves: `server.faults.speed = 0`.
 */
export async function serve(folder, faults = {}) {
  const requests = [];
  const server = createServer((request, response) => answer(folder, faults, requests, request, response));
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address();
  const close = () => { server.closeAllConnections(); return new Promise((resolve) => server.close(resolve)); };
  return { url: `http://localhost:${port}`, requests, faults, close };
}

function answer(folder, faults, requests, request, response) {
  const name = decodeURIComponent(request.url.split("?")[0]);
  const range = faults.ranges === false ? undefined : request.headers.range;
  requests.push({ name, range });
  if (faults.open !== false) {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-expose-headers", "content-range, etag");
  }
  if (faults.status) {
    response.writeHead(faults.status).end();
    return;
  }
  let size;
  try {
    size = statSync(path.join(folder, name)).size;
  } catch {
    response.writeHead(404).end();
    return;
  }
  const first = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  if (first >= size) {
    response.writeHead(416, { "content-range": `bytes */${size}` }).end();
    return;
  }
  const headers = { "content-length": size - first, etag: `"${size}"` };
  if (range) headers["content-range"] = `bytes ${first}-${size - 1}/${size}`;
  response.writeHead(range ? 206 : 200, headers);
  send(path.join(folder, name), first, size > LARGE ? faults : {}, response);
}

function send(file, first, faults, response) {
  const stream = createReadStream(file, { start: first, highWaterMark: 1 << 16 });
  let sent = 0;
  stream.on("data", (chunk) => {
    const at = (faults.flip ?? -1) - first - sent;
    if (at >= 0 && at < chunk.length) chunk[at] ^= 1;
    response.write(chunk);
    sent += chunk.length;
    if (faults.drop && sent >= faults.drop) {
      stream.destroy();
      setTimeout(() => response.destroy(), 20);
    } else if (faults.speed) {
      stream.pause();
      setTimeout(() => stream.resume(), (1000 * chunk.length) / faults.speed);
    }
  });
  stream.on("end", () => response.end());
  response.on("close", () => stream.destroy());
}
