// Something that a person waits for has happened while they look at another tab: the title and the icon say so until they are back.
import { el } from "./dom.js";
import { sentence } from "./findings.js";
import { NAME } from "../shared/place.js";

let shown = false;

/** Why a wait for a certificate is over, by the code of its error. @type {Record<string, string>} */
const WORDS = { "request-denied": "Denied", "request-failed": "Failed", "request-collected": "Request deleted" };

/**
 * What follows "Denied by an administrator.": the reason, and that the same request would be denied again.
 * @param {any} error the package's `request-denied`
 * @param {string} [whom] who is asked about it
 * @returns {(Node | string)[]}
 */
export function deniedWords({ details = [] }, whom = "your administrator") {
  const said = (/** @type {string} */ field) => details.find((/** @type {{ field: string }} */ one) => one.field === field)?.message;
  const why = said("message") ?? said("reason");
  return [...(why ? [" Reason: “", el("bdi", {}, sentence(why)), "”"] : [" No reason was given."]), ` Talk to ${whom} before you send another request.`];
}

/** The certificate that the person waits for is here. */
export const tellIssued = () => tell("✓ Approved");

/** The wait is over without one. @param {string | undefined} code */
export const tellEnded = (code) => tell(`✕ ${WORDS[code ?? ""] ?? "Stopped waiting"}`);

/** @param {string} words */
function tell(words) {
  if (!document.hidden || shown) return;
  /** @type {HTMLLinkElement | null} */
  const icon = document.querySelector('link[rel="icon"]'); // offline.html has none
  const before = { title: document.title, icon: icon?.getAttribute("href") ?? "" };
  const told = [words, NAME, "kubecred"].filter(Boolean).join(" · ");
  shown = true;
  document.title = told;
  if (icon) icon.href = before.icon.replace(/favicon\.svg$/, "favicon-news.svg"); // www/deploy has a version in its path
  document.addEventListener("visibilitychange", function back() {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", back);
    shown = false;
    if (document.title === told) document.title = before.title; // another panel has its own
    if (icon) icon.href = before.icon;
  });
}
