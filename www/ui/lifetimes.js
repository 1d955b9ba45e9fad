// How long a certificate should live: the choices, and what each means in plain words.
import { el, find } from "./dom.js";
import { local } from "./dates.js";

const DAY = 86400;
/** @type {{ seconds: number | undefined, label: string, means: string }[]} */
export const LIFETIMES = [
  { seconds: 3600, label: "1 hour", means: "For one task. If the file is lost, it is soon useless." },
  { seconds: 8 * 3600, label: "8 hours", means: "For a working day." },
  { seconds: DAY, label: "1 day", means: "For one day. Tomorrow you request a new one." },
  { seconds: 7 * DAY, label: "1 week", means: "A good default." },
  { seconds: 90 * DAY, label: "90 days", means: "Long. A certificate cannot be revoked: it works until it expires, so guard the file well." },
  { seconds: undefined, label: "Cluster default", means: "The cluster decides, often 1 year. A certificate cannot be revoked: it works until it expires." },
];
const PRESET = 3;

/**
 * `exact`: without the server's default, where a lifetime has to be named.
 * @param {HTMLElement} fieldset
 * @param {HTMLElement} meaning
 * @param {{ exact?: boolean }} [how]
 */
export function lifetimeChoices(fieldset, meaning, { exact = false } = {}) {
  LIFETIMES.forEach((lifetime, index) => {
    if (exact && !lifetime.seconds) return;
    const input = el("input", { type: "radio", name: "lifetime", value: index, checked: index === PRESET });
    fieldset.append(el("label", {}, input, el("span", {}, lifetime.label)));
  });
  const say = () => {
    const { seconds, means } = chosen(fieldset);
    meaning.textContent = seconds ? `${means} Expires about ${local(Date.now() + seconds * 1000)}. The cluster may choose a shorter time.` : means;
  };
  fieldset.addEventListener("change", say);
  say();
}

/** The lifetime that is chosen. @param {HTMLElement} fieldset */
export function chosen(fieldset) {
  const lifetime = LIFETIMES[Number(find("input:checked", fieldset).value)];
  if (!lifetime) throw new Error("no lifetime is chosen");
  return lifetime;
}
