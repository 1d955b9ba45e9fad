/*
 * The worker of a browser: an engine at the end of a message port. The session posts the compiled module first. Has no exports: it is the
 * file of a worker, for `open({ worker: () => new Worker(…, { type: "module" }) })`.
 */
import { Engine } from "./engine.js";

const scope = globalThis as any;
const engine = new Engine((message, transfer) => scope.postMessage(message, transfer));
scope.onmessage = ({ data }: MessageEvent) => (Object.hasOwn(data, "hold") ? void hold(data.hold).catch(() => {}) : engine.receive(data));

/** Holds a lock for as long as this worker lives, and says so; see session/ports.ts. Does nothing where it does not see the page's own, which is held. */
async function hold(pages: string) {
  const { locks } = scope.navigator;
  const name = `${pages}-worker`;
  const held = () => {
    scope.postMessage({ held: name });
    return new Promise(() => {});
  };
  if (await locks.request(pages, { ifAvailable: true }, (lock: unknown) => !lock)) await locks.request(name, held);
}
