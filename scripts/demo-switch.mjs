// The demo's switch "You are: administrator / jane": a file, as private as the links in it, that leads to the two pages. Each page has a server,
// a guard, a link and a cookie of its own, started as anybody starts npx kubecred; neither knows of the other, and nothing of this is in the program.
//   node scripts/demo-switch.mjs "LABEL=OUTPUT" …      OUTPUT: the file with what npx kubecred printed without a terminal
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { folderForBrowsers, openBrowser } from "../pkg/bin/open.mjs";

const people = process.argv.slice(2).map((text) => {
  const [, label, output] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  return { label, output };
});

/** The link that a program without a terminal wrote into a private file, whose name it printed. */
async function linkFrom(output) {
  for (;;) {
    const file = existsSync(output) ? /^\s*(\/.*\/open\.html)$/m.exec(readFileSync(output, "utf8"))?.[1] : undefined;
    const link = file && existsSync(file) ? /url=(http:\/\/127\.0\.0\.1:\d+\/#[\w-]+)"/.exec(readFileSync(file, "utf8"))?.[1] : undefined;
    if (link) return link;
    await pause(50);
  }
}

const links = await Promise.all(people.map(async ({ label, output }) => ({ label, link: await linkFrom(output) })));
const { folder, remove } = folderForBrowsers();
process.on("exit", remove);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(0));
const file = join(folder, "demo.html");
writeFileSync(
  file,
  `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<title>kubecred demo</title>
<h1>kubecred demo</h1>
<p>You are:</p>
<ul>
${links.map(({ label, link }) => `<li><a href="${link}" target="kubecred-demo-${label}" rel="noreferrer">${label}</a></li>`).join("\n")}
</ul>
<p>Each opens in a tab of its own. As jane, make a key and send a request; as the administrator, review and approve it; as jane, save the kubeconfig.</p>
</html>
`,
  { mode: 0o600 },
);
const opened = openBrowser(file);
// The links are secrets: they go to a terminal, and otherwise only into files that this user alone can read.
console.log(`\n  ${opened ? "The browser opens the demo" : "Open this file in your browser"}: ${file}`);
if (process.stdout.isTTY) for (const { label, link } of links) console.log(`  You are ${label}:  ${link}`);
console.log("");
setInterval(() => {}, 1 << 30); // the file is there until the demo ends
