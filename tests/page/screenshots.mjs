// Takes pictures of every state of the running page, at every width, light, dark and in forced colors, and renews the two that the README shows:
//   node tests/page/screenshots.mjs FOLDER [STATE …]
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "../cluster/static.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { startControlPlane } from "../support/control-plane.mjs";
import { dist, OFFLINE_FILE, tests } from "../support/place.mjs";
import { open } from "../package/common.mjs";
import { tour } from "./tour.mjs";
import { tourDecisions } from "./tour-decisions.mjs";
import { tourInvitations } from "./tour-invitations.mjs";

const WIDE = { width: 1280, height: 800 };
const LOOKS = [
  ...[1280, 768, 390, 320].flatMap((width) => ["light", "dark"].map((colorScheme) => ({ name: `${width}-${colorScheme}`, width, colorScheme }))),
  // 1280 px at 200 %.
  { name: "640-light", width: 640, colorScheme: "light" },
  { name: "1280-forced-light", width: 1280, colorScheme: "light", forcedColors: "active" },
  { name: "390-forced-dark", width: 390, colorScheme: "dark", forcedColors: "active" },
];
// As much as fits a window, so that they stay small: docs/NAME.png.
const README = { waiting: { name: "waiting", width: 1000, colorScheme: "light" }, saved: { name: "saved", width: 320, colorScheme: "dark" } };
const docs = join(tests, "..", "docs");
const [folder, ...only] = process.argv.slice(2);
if (!folder) {
  console.error("screenshots: say into which folder: node tests/page/screenshots.mjs FOLDER [STATE …]");
  process.exit(2);
}
for (const each of [folder, docs]) mkdirSync(each, { recursive: true });

async function look(page, { width, colorScheme, forcedColors = "none" }) {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: "reduce" });
}

const plane = await startControlPlane();
const server = await serve(dist);
const browser = await startBrowser();
const kubecred = await open();
let number = 0;
/** One walk in one window, which takes every look at each stop. */
async function pictures(tourOf) {
  const { page, context } = await openPage(browser, null, { viewport: WIDE, colorScheme: "light", reducedMotion: "reduce" });
  await tourOf(page, async (state) => {
    number += 1;
    if (only.length && !only.includes(state)) return;
    const shown = README[state];
    if (shown) {
      await look(page, shown);
      await page.evaluate(() => {
        const saved = document.querySelector("#file-saved");
        if (saved?.checkVisibility()) saved.scrollIntoView();
        else scrollTo(0, 0);
      });
      await page.screenshot({ path: join(docs, `${shown.name}.png`) });
    }
    for (const each of LOOKS) {
      await look(page, each);
      await page.screenshot({ path: join(folder, `${String(number).padStart(2, "0")}-${state}-${each.name}.png`), fullPage: true });
    }
    await look(page, { ...WIDE, colorScheme: "light" });
  });
  await context.close();
}

try {
  const proxy = await plane.proxy();
  const wide = await plane.proxy(0, plane.admin, "invitations bindings roles robot");
  const guest = await plane.proxy(0, plane.as("guest", { token: "nobody" }));
  const certificate = readFileSync(join(tests, "vectors", "signing-requests", "issued.crt.pem"), "utf8");
  await pictures((page, stop) => tour(page, { live: proxy.page, offline: server.address, file: OFFLINE_FILE, certificate }, stop));
  await pictures((page, stop) => tourInvitations(page, { wide: wide.page, guest: guest.page, offline: server.address }, stop));
  // The tour of decisions counts the requests in the list.
  await plane.kubectl(["delete", "csr", "--all"]);
  await pictures((page, stop) => tourDecisions(page, { wide: wide.page, guest: guest.page, offline: server.address, plane, kubecred }, stop));
  console.log(`screenshots: in ${folder}`);
} finally {
  kubecred.close();
  await browser.close();
  await server.close();
  plane.stop();
}
