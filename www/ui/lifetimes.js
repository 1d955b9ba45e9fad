// How long a certificate should live: the choices, and what each means in plain words.
import { el, find } from "./dom.js";
import { iso } from "./dates.js";

const DAY = 86400;
/** @type {{ seconds: number | undefined, label: string, means: string }[]} */
export const LIFETIMES = [
  { seconds: 3600, label: "1 hour", means: "For one task. Even if the file is lost, little can happen." },
  { seconds: 8 * 3600, label: "8 hours", means: "For a working day." },
  { seconds: DAY, label: "1 day", means: "For a day; tomorrow you ask again." },
  { seconds: 7 * DAY, label: "1 week", means: "A fair middle: long enough to work with, short enough to run out by itself." },
  { seconds: 90 * DAY, label: "90 days", means: "Long. A certificate cannot be taken back before it ends, so guard the file well." },
  { seconds: undefined, label: "Server’s default", means: "The cluster decides, usually one year. A certificate cannot be taken back before it ends." },
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
    meaning.textContent = seconds ? `${means} Ends about ${iso(Date.now() + seconds * 1000)}; the cluster may shorten it.` : means;
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
