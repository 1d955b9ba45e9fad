// Every state of invitations: axe finds nothing, nothing overflows, wide and narrow, light and dark.
import { test } from "node:test";
import { onStage } from "./stage.mjs";
import { tourInvitations } from "./tour-invitations.mjs";
import { walk } from "./walk.mjs";

let server, browser, wide, guest;

onStage(
  async (stage) => {
    ({ server, browser } = stage);
    wide = await stage.plane.proxy(0, stage.plane.admin, "invitations bindings");
    guest = await stage.plane.proxy(0, stage.plane.as("guest", { token: "nobody" }));
  },
  { served: true },
);

for (const { name, ...options } of [
  { name: "1280 px and light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "390 px and light", viewport: { width: 390, height: 800 }, colorScheme: "light", look: false },
  { name: "320 px and dark", viewport: { width: 320, height: 640 }, colorScheme: "dark" },
]) {
  test(`invitations, ${name}: nothing overflows, and axe finds nothing`, () =>
    walk(browser, (page, stop) => tourInvitations(page, { wide: wide.page, guest: guest.page, offline: server.address }, stop), 12, options));
}
