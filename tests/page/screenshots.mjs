// Takes pictures of every state of the running page, wide and narrow, light and dark, and renews the two that the README shows:
//   node tests/page/screenshots.mjs FOLDER [STATE …]
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../cluster/static.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { dist, OFFLINE_FILE, tests } from "../support/place.mjs";
import { tour } from "./tour.mjs";
import { tourInvitations } from "./tour-invitations.mjs";

// As much as fits a window, so that they stay small: docs/NAME.png.
const README = { "1000-light-waiting": "waiting", "320-dark-saved": "saved" };
const docs = join(tests, "..", "docs");
const [folder, ...only] = process.argv.slice(2);
if (!folder) {
  console.error("screenshots: say into which folder: node tests/page/screenshots.mjs FOLDER [STATE …]");
  process.exit(2);
}
for (const each of [folder, docs]) mkdirSync(each, { recursive: true });
const plane = await startControlPlane();
const server = await serve(dist);
const browser = await startBrowser();
try {
  const proxy = await plane.proxy();
  const wide = await plane.proxy(0, plane.admin, "invitations bindings");
  const guest = await plane.proxy(0, plane.as("guest", { token: "nobody" }));
  const certificate = readFileSync(join(tests, "vectors", "signing-requests", "issued.crt.pem"), "utf8");
  for (const width of [1000, 320]) {
    for (const colorScheme of ["light", "dark"]) {
      const { page, context } = await openPage(browser, null, { viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" });
      let number = 0;
      const stop = async (state) => {
        number += 1;
        if (only.length && !only.includes(state)) return;
        const shown = README[`${width}-${colorScheme}-${state}`];
        if (shown) {
          await page.evaluate(() =>
            document.querySelector("h3:not([hidden])")?.checkVisibility() ? document.querySelector("#file-saved").scrollIntoView() : scrollTo(0, 0),
          );
          await page.screenshot({ path: join(docs, `${shown}.png`) });
        }
        await page.screenshot({ path: join(folder, `${width}-${colorScheme}-${String(number).padStart(2, "0")}-${state}.png`), fullPage: true });
      };
      await tour(page, { live: proxy.page, offline: server.address, file: OFFLINE_FILE, certificate }, stop);
      await tourInvitations(page, { wide: wide.page, guest: guest.page, offline: server.address }, stop);
      await context.close();
    }
  }
  console.log(`screenshots: in ${folder}`);
} finally {
  await browser.close();
  await server.close();
  plane.stop();
}
