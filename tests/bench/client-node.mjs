// The official client's loader, by itself. The undici that it brings wants Node 22; what Node 20 lacks of it is never called here.
import threads from "node:worker_threads";
import zlib from "node:zlib";

zlib.createZstdDecompress ??= () => {
  throw new Error("no zstd in this Node");
};
threads.markAsUncloneable ??= () => {};
const { KubeConfig } = await import("@kubernetes/client-node");

export function loadFromString(text) {
  const config = new KubeConfig();
  config.loadFromString(text);
  return config;
}
