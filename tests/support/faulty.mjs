// A proxy on loopback in front of another origin that spoils what a test wants spoiled, on real connections: an answer is replaced, held back, cut in its
// midst, or lost after the server behind it has done what was asked; a watch's lines are sent twice or in another order; the whole of it is down.
import { createServer, request as ask } from "node:http";

/**
 * @typedef {object} Fault
 * @property {[number, Record<string, string>, string]} [answer] in the place of the server's, which is not asked
 * @property {boolean} [lose] the server is asked, and its answer does not arrive
 * @property {number} [cut] so many bytes of the answer's body arrive
 * @property {Promise<unknown>} [hold] nothing is sent to the server before this is settled
 * @property {(line: string) => string[]} [lines] what is sent for each line of the answer
 */

/**
 * `faults` sees each request, { method, url }, and says what becomes of it; undefined: nothing. It may be exchanged at any time.
 * @param {string} origin
 */
export async function faulty(origin) {
  const proxy = {
    /** @type {(request: { method: string, url: string }) => Fault | undefined} */
    faults: () => undefined,
    origin: "",
    page: "",
    /** Ends every connection and takes no other, until `up`. */
    down() {
      isDown = true;
      server.closeAllConnections();
    },
    up() {
      isDown = false;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
  let isDown = false;
  const server = createServer(async (incoming, outgoing) => {
    if (isDown) return incoming.socket.destroy();
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { answer, lose, cut, hold, lines } = proxy.faults({ method: incoming.method ?? "", url: incoming.url ?? "" }) ?? {};
    if (answer) {
      const [status, headers, text] = answer;
      return outgoing.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);
    }
    await hold;
    if (outgoing.destroyed) return; // the page has given up
    const { host } = new URL(origin);
    const sent = ask(origin + incoming.url, { method: incoming.method, headers: { ...incoming.headers, host } });
    const broken = () => outgoing.destroy();
    outgoing.on("close", () => sent.destroy());
    sent.on("error", broken);
    sent.on("response", (back) => {
      back.on("error", broken);
      if (lose) return back.resume().on("end", broken);
      outgoing.writeHead(back.statusCode ?? 502, back.headers);
      outgoing.flushHeaders();
      if (lines) return byLines(back, outgoing, lines);
      if (cut === undefined) return back.pipe(outgoing);
      let left = cut;
      back.on("data", (chunk) => {
        outgoing.write(chunk.subarray(0, left), () => left === 0 && outgoing.destroy());
        left = Math.max(0, left - chunk.length);
      });
      back.on("end", broken);
    });
    sent.end(Buffer.concat(chunks));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  proxy.origin = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  proxy.page = `${proxy.origin}/kubecred/`;
  return proxy;
}

function byLines(from, to, edit) {
  let rest = "";
  from.on("data", (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) for (const line of edit(part)) to.write(`${line}\n`);
  });
  from.on("end", () => to.end());
}
