// Two browsers, one pair of hands on a keyboard: what a test presses and what it then sees, without a mouse and without knowing the browser.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Key } from "selenium-webdriver";
import { until } from "./wait.mjs";

// A button or heading by its words, a field by its id, a choice by the words beside it.
const FOCUSED =
  "const node = document.activeElement; return node.closest('label')?.textContent ?? (node.matches('input, textarea') ? node.id : node.textContent);";

/** Tab, Enter, Space and ArrowDown by name; `download(act)` gives the one file that `act` saves. */
export function inChromium(page) {
  return {
    goto: (url) => page.goto(url),
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.insertText(text),
    run: (body, ...args) => page.evaluate(`(function () { ${body} }).apply(null, ${JSON.stringify(args)})`),
    async download(act) {
      const [download] = await Promise.all([page.waitForEvent("download"), act()]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    },
  };
}

export function inFirefox({ driver, downloads }) {
  const keys = { Tab: Key.TAB, Enter: Key.ENTER, Space: Key.SPACE, ArrowDown: Key.ARROW_DOWN };
  return {
    goto: (url) => driver.get(url),
    press: (key) => driver.actions().sendKeys(keys[key]).perform(),
    type: async (text) => (await driver.switchTo().activeElement()).sendKeys(text),
    run: (body, ...args) => driver.executeScript(body, ...args),
    async download(act) {
      const before = new Set(await readdir(downloads));
      await act();
      let name;
      await until(async () => {
        name = (await readdir(downloads)).find((each) => !before.has(each) && !each.endsWith(".part"));
        return name && (await readFile(join(downloads, name))).length > 0;
      }, "the download");
      return { name, bytes: await readFile(join(downloads, name)) };
    },
  };
}

/** What is done with hands alone, in either browser. */
export function person(hands) {
  const focused = () => hands.run(FOCUSED);
  const self = {
    focused,
    async tabTo(wanted) {
      for (let presses = 0; presses < 60; presses++) {
        await hands.press("Tab");
        if ((await focused()).trim().startsWith(wanted)) return;
      }
      throw new Error(`Tab never reached ${wanted}; the focus is at ${await focused()}`);
    },
    async enter(wanted) {
      await self.tabTo(wanted);
      await hands.press("Enter");
    },
    /** From the start page through the door. */
    async getAccess() {
      await self.enter("I need access");
      await until(async () => (await focused()) === "Get access to a Kubernetes cluster", "the focus at the heading");
    },
    async fill(wanted, text) {
      await self.tabTo(wanted);
      await hands.type(text);
    },
    /** A step is open, the focus stands at its heading, and no button waits for an answer: Tab would pass by. */
    async headed(heading, timeout) {
      await until(async () => (await hands.run("return document.querySelector('li.now h2').textContent")) === heading, `the step “${heading}”`, timeout);
      await until(async () => (await focused()) === heading, `the focus at “${heading}”`);
      await until(() => hands.run("return !document.querySelector('li.now [inert]')"), `the buttons of “${heading}”`);
    },
    text: (selector) => hands.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector),
    sees: (selector, pattern) => until(async () => pattern.test(await self.text(selector)), `${pattern} in ${selector}`),
  };
  return self;
}
