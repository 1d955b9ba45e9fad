// kubecred/testing as an API server over HTTP, for pages.
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { fakeCluster } from "../../pkg/testing/index.js";

/** On a port of its own, for every origin: { url, close }. */
export async function serveFake() {
  const fake = fakeCluster();
  const open = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-methods": "*" };
  const server = createServer(async (request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, open).end();
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const answer = await fake.fetch(`https://fake${request.url}`, {
        method: request.method,
        headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => ["accept", "content-type"].includes(name))),
        signal: gone.signal,
        ...(chunks.length ? { body: Buffer.concat(chunks).toString() } : {}),
      });
      response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...open });
      response.flushHeaders();
      Readable.fromWeb(answer.body)
        .on("error", () => response.destroy())
        .pipe(response);
    } catch {
      response.destroy();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      fake.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
