// The three-minute story (scripts/story.mjs), followed act by act in the real demo: once with the administrator in Chromium and jane in Firefox, once the other
// way round. The README and the demo tell the same story.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { lines, seconds, story } from "../../scripts/story.mjs";
import { openPage, startBrowser } from "./browser.mjs";
import { kubectl } from "../support/control-plane.mjs";
import { startFirefox } from "./firefox.mjs";
import { inChromium, inFirefox } from "./hands.mjs";
import { startDemo } from "../support/demo.mjs";
import { tests } from "../support/place.mjs";
import { until } from "./wait.mjs";

const root = join(tests, "..");
const folder = mkdtempSync(join(tmpdir(), "kubecred-story-"));
let chromium, fox, demo, link, page;

before(async () => {
  demo = startDemo(folder);
  [chromium, fox] = await Promise.all([startBrowser(), startFirefox()]);
  // The switch between the demo's people, a private file, has the administrator's link.
  const file = await demo.said(/: (\/.*\/demo\.html)$/m);
  link = /href="(http[^"]+)" target="kubecred-demo-administrator"/.exec(readFileSync(file, "utf8"))[1];
  page = await demo.said(/and (http:\/\/127\.0\.0\.1:\d+\/kubecred\/) as the page address/);
});
after(async () => {
  await demo?.end();
  await chromium?.close();
  await fox?.close();
  rmSync(folder, { recursive: true, force: true });
});

// What a person sees and can press, by its words. The text of a hidden panel is not seen.
const SEEN = "return document.body?.innerText ?? '';";
/** What is asked while a page is being left has no answer; it is asked again. */
const shows = async (hands, words) => ((await hands.run(SEEN).catch(() => "")) ?? "").includes(words);
const FIND = `
  const [kind, wanted] = arguments;
  const shown = (node) => node.checkVisibility();
  const words = (node) => node.textContent.trim().replace(/\\s+/g, " ");
  const label = () => [...document.querySelectorAll("label")].find((node) => words(node).startsWith(wanted) && (node.control ?? node).checkVisibility());
  const found = kind === "press" ? [...document.querySelectorAll("button, a")].find((node) => shown(node) && !node.disabled && words(node) === wanted) : label()?.control;
  if (!found) return false;
  found.focus();
  found.select?.();
  return document.activeElement === found;`;
const CLIPBOARD = "window.copied = ''; navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); };";

function actor(hands) {
  const at = (kind, wanted) => until(() => hands.run(FIND, kind, wanted).catch(() => false), `something to ${kind} called ${wanted}`);
  return {
    async press(wanted) {
      await at("press", wanted);
      await hands.press("Enter");
    },
    async type([label, text]) {
      await at("type", label);
      await hands.type(text);
    },
    async choose(label) {
      await at("choose", label);
      await hands.press("Space");
    },
    see: (words) =>
      until(() => shows(hands, words), words).catch(async (error) => {
        throw new Error(`${error.message}; the page says:\n${await hands.run(SEEN)}`);
      }),
    async copy(wanted, world) {
      await hands.run(CLIPBOARD);
      await this.press(wanted);
      await until(async () => {
        world.copied = await hands.run("return window.copied;");
        return world.copied;
      }, "something copied");
    },
    open: (_, world) => hands.goto(world.copied),
    async save(wanted, world) {
      await at("press", wanted);
      world.file = await hands.download(() => hands.press("Enter"));
    },
    async run(args, world) {
      const path = join(folder, world.file.name);
      writeFileSync(path, world.file.bytes, { mode: 0o600 });
      world.answer = await kubectl(path, [...args, "-o", "json"]);
    },
  };
}

for (const [administrator, jane] of [
  ["Chromium", "Firefox"],
  ["Firefox", "Chromium"],
]) {
  test(`administrator in ${administrator}, jane in ${jane}`, async () => {
    const opened = await openPage(chromium, null);
    fox.seen.console.length = fox.seen.requests.length = 0;
    const hands = { Chromium: inChromium(opened.page), Firefox: inFirefox(fox) };
    await hands[administrator].goto(link);
    await until(() => shows(hands[administrator], "as admin"), "the connection");
    // The form fills in address and CA of the cluster a moment after it opens; a person types meanwhile.
    const people = { administrator: actor(hands[administrator]), jane: actor(hands[jane]) };
    const world = {};
    for (const { who, acts } of story({ page })) {
      for (const act of acts) {
        const [[verb, what]] = Object.entries(act);
        if (what === "Show what will be created")
          await until(() => hands[administrator].run("return document.querySelector('#invite-ca').value !== '';"), "the cluster's CA");
        await people[who][verb](what, world);
      }
    }
    assert.equal(world.answer.code, 0, world.answer.stderr);
    const { username, groups } = JSON.parse(world.answer.stdout).status.userInfo;
    assert.deepEqual([username, groups], ["jane", ["developers", "system:authenticated"]]);
    assert.deepEqual([opened.seen.violations, opened.seen.errors], [[], []]);
    assert.deepEqual(await hands.Firefox.run("return globalThis.violations;"), []);
    // Done: a fresh document, which has nothing of the key. A context that is closed while its page is being left may never be closed.
    await hands[jane].run("window.before = true; document.querySelector('#invitation-done').click();");
    const fresh = "return window.before === undefined && document.readyState === 'complete';";
    await until(() => hands[jane].run(fresh).catch(() => false), "a fresh document");
    assert.equal(await shows(hands[jane], "Your kubeconfig is ready"), false);
    await opened.context.close();
  });
}

test("the story takes a person less than three minutes, and demo and README tell it", () => {
  const steps = story({ page });
  assert.ok(seconds(steps) < 180, String(seconds(steps)));
  for (const { says } of steps.slice(0, -1)) assert.ok(demo.output.includes(says), says);
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const line of lines(story({ page: "the address that the demo prints for jane" }))) assert.ok(readme.includes(line.trim()), line);
});
