// What most of the tests stand on, started before the first and ended after the last.
import { after, before } from "node:test";
import { serve } from "../cluster/static.mjs";
import { startBrowser } from "./browser.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { dist } from "../support/place.mjs";

/**
 * A control plane, kubectl proxy in front of it, Chromium: handed over once they are there. `onEnd` takes what is to be ended with
 * them; what came last is ended first, and also where the start fails half-way.
 * @param {(stage: { plane: any, proxy: any, server: any, browser: any, onEnd: (end: () => unknown) => void }) => unknown} take
 * @param {object} [wanted]
 * @param {string} [wanted.allow] what more than the narrow form the proxy lets through; see proxy.sh
 * @param {object} [wanted.flags] a control plane of one's own, with these flags
 * @param {boolean} [wanted.cluster] false: neither control plane nor proxy
 * @param {boolean} [wanted.served] the page without a cluster besides, as `server`
 */
export function onStage(take, { allow = "", flags, cluster = true, served = false } = {}) {
  const ends = [];
  const onEnd = (end) => {
    ends.unshift(end);
  };
  before(async () => {
    const plane = cluster ? await startControlPlane(flags) : undefined;
    if (plane) onEnd(() => plane.stop());
    const proxy = await plane?.proxy(0, plane.admin, allow);
    const server = served ? await serve(dist) : undefined;
    if (server) onEnd(() => server.close());
    const browser = await startBrowser();
    onEnd(() => browser.close());
    await take({ plane, proxy, server, browser, onEnd });
  });
  after(async () => {
    for (const end of ends) await end();
  });
}
