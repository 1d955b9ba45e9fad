// What the elements and the page share (pkg/ui) and draw on a document, on one of the test's own: elements, their attributes and their text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { disarm } from "../../pkg/ui/arm.js";
import { findingItem } from "../../pkg/ui/findings.js";

class Drawn {
  attributes = {};
  children = [];
  constructor(tag) {
    this.tag = tag;
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  append(...children) {
    this.children.push(...children);
  }
  get text() {
    return this.children.map((child) => child.text ?? child).join("");
  }
  /** Every element in it with this tag. */
  all(tag) {
    return this.children.flatMap((child) => (child instanceof Drawn ? [...(child.tag === tag ? [child] : []), ...child.all(tag)] : []));
  }
}

/** A document without layout, as jsdom's. */
class Unlaid extends EventTarget {
  visibilityState = "visible";
  createElement = (tag) => new Drawn(tag);
  shown(visibilityState) {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

function onDocument(t) {
  assert.equal(globalThis.IntersectionObserver, undefined, "the control");
  globalThis.document = new Unlaid();
  t.after(() => delete globalThis.document);
  return globalThis.document;
}

test("a time in a finding is written as people say it, and a name that looks like one stays as it is", (t) => {
  onDocument(t);
  const TIME = "2026-11-24T07:00:00Z";
  const said = (message) => {
    const item = findingItem({ code: "requestor-differs", level: "notice", message });
    return [item.text, item.all("time").map(({ attributes }) => attributes.datetime)];
  };
  for (const message of [
    `The requestor "jane" is not the user "${TIME}" in the request.`,
    `The requestor "${TIME}" is not the user "jane ${TIME}" in the request.`,
    `The requestor "${TIME} and no end.`,
  ])
    assert.deepEqual(said(message), [`Note: ${message}`, []]);
  const [text, times] = said(`The user "${TIME}" has until ${TIME} to renew it, "jane" until ${TIME}.`);
  assert.deepEqual(times, [TIME, TIME]);
  assert.match(text, /^Note: The user "2026-11-24T07:00:00Z" has until \w{3} 24 Nov 2026, \d\d:\d\d \(.*\) to renew it, "jane" until \w{3} 24 Nov/);
});

test("a card that took the place of another can be decided on after a second where nothing is laid out; a hidden tab does not count", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const document = onDocument(t);
  const controls = [{ disabled: false }, { disabled: false }];
  const disabled = () => controls.map((control) => control.disabled);
  let armed = 0;
  const begin = () => disarm({}, controls, () => armed++);

  begin();
  assert.deepEqual(disabled(), [true, true]);
  t.mock.timers.tick(999);
  assert.deepEqual([disabled(), armed], [[true, true], 0]);
  document.shown("hidden");
  t.mock.timers.tick(5000);
  assert.deepEqual([disabled(), armed], [[true, true], 0]);
  document.shown("visible");
  t.mock.timers.tick(999);
  assert.deepEqual([disabled(), armed], [[true, true], 0], "the second begins again");
  t.mock.timers.tick(1);
  assert.deepEqual([disabled(), armed], [[false, false], 1]);
  document.shown("visible");
  t.mock.timers.tick(5000);
  assert.equal(armed, 1);

  const stop = begin();
  stop();
  document.shown("visible");
  t.mock.timers.tick(5000);
  assert.deepEqual([disabled(), armed], [[true, true], 1], "the card is gone");
});
