// Every state of the page: axe finds nothing, nothing overflows, wide and at 320 px, light and dark, at 200 % zoom.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { OFFLINE_FILE, tests } from "../support/place.mjs";
import { onStage } from "./stage.mjs";
import { tour } from "./tour.mjs";
import { walk } from "./walk.mjs";

const certificate = readFileSync(join(tests, "vectors", "signing-requests", "issued.crt.pem"), "utf8");
let proxy, server, browser;

onStage(
  (stage) => {
    ({ proxy, server, browser } = stage);
  },
  { served: true },
);

const looks = [
  { name: "wide and light", viewport: { width: 1000, height: 900 }, colorScheme: "light" },
  { name: "320 px and dark", viewport: { width: 320, height: 640 }, colorScheme: "dark" },
  // 1280 px at 200 % are 640 CSS pixels with two device pixels each. What axe looks at is the same there as above.
  { name: "200 % zoom", look: false, viewport: { width: 640, height: 450 }, colorScheme: "light", deviceScaleFactor: 2 },
];

for (const { name, look = true, ...options } of looks) {
  test(`${name}: ${look ? "axe finds nothing and " : ""}nothing overflows`, () =>
    walk(browser, (page, stop) => tour(page, { live: proxy.page, offline: server.address, file: OFFLINE_FILE, certificate }, stop), 20, { look, ...options }));
}
