// Links with kubecred/inline, which has the platform's own compression alone: it works where there is one, and where there is none that is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KubecredError, open } from "../../pkg/inline.js";
import { linkOf } from "./links.mjs";

test("where the platform has no raw deflate, as Node before 20.12, no link is called damaged", async (t) => {
  const kubecred = await open();
  t.after(() => kubecred.close());
  const key = await kubecred.keys.generate("ecdsa-p256");
  const pem = await key.createCsr({ user: "jane" });
  const link = await kubecred.links.encode(pem);
  assert.deepEqual(await kubecred.links.decode(link), { kind: "csr", pem }, "the control");
  const invitation = linkOf("no invitation");
  await assert.rejects(kubecred.invitations.read(invitation), { code: "invalid-invitation" });

  const unsupported = (error) => error instanceof KubecredError && error.code === "unsupported-algorithm" && /Node 20\.12 or later/.test(error.message);
  const { CompressionStream, DecompressionStream } = globalThis;
  t.after(() => Object.assign(globalThis, { CompressionStream, DecompressionStream }));
  class OldCompression {
    constructor(format) {
      if (format === "deflate-raw") throw new TypeError("The argument 'format' must be one of: 'deflate', 'gzip'.");
      // biome-ignore lint/correctness/noConstructorReturn: stands for the platform's
      return new CompressionStream(format);
    }
  }
  for (const stream of [OldCompression, undefined]) {
    Object.assign(globalThis, { CompressionStream: stream, DecompressionStream: stream });
    await assert.rejects(kubecred.links.encode(pem), unsupported);
    await assert.rejects(kubecred.links.decode(link), unsupported);
    await assert.rejects(kubecred.invitations.read(invitation), unsupported);
  }
});
