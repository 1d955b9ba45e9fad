// The list of requests, decisions, grave permissions and trouble: axe finds nothing, nothing overflows.
import { test } from "node:test";
import { open } from "../package/common.mjs";
import { onStage } from "./stage.mjs";
import { tourDecisions } from "./tour-decisions.mjs";
import { walk } from "./walk.mjs";

let plane, wide, guest, server, browser, kubecred;
onStage(
  async (stage) => {
    ({ plane, server, browser } = stage);
    wide = await plane.proxy(0, plane.admin, "invitations bindings roles robot");
    guest = await plane.proxy(0, plane.as("guest", { token: "nobody" }));
    kubecred = await open();
    stage.onEnd(() => kubecred.close());
  },
  { served: true, flags: {} },
);

for (const { name, ...options } of [
  { name: "1280 px and light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "320 px and dark", viewport: { width: 320, height: 640 }, colorScheme: "dark" },
]) {
  test(`decisions, ${name}: nothing overflows, and axe finds nothing`, () =>
    walk(browser, (page, stop) => tourDecisions(page, { wide: wide.page, guest: guest.page, offline: server.address, plane, kubecred }, stop), 17, options));
}
