// The ledger at the foot: what left this page. It is fed by the package's fetch module through onRequest and by nothing else;
// no module of the page calls fetch.
import { el, find } from "../ui/dom.js";
import { plainName } from "../ui/names.js";
import { timed } from "../ui/dates.js";
import { HOST, OFFLINE } from "../shared/place.js";

const LONGEST = 200;
/** @type {HTMLElement[]} */
const entries = [];
let count = 0;
let bytes = 0;
/** Whether a token was sent along: where the page itself has none, that of an invitation. */
let tokenSent = HOST !== "";

/** From now on a token goes along with requests. */
export function tokenIsSent() {
  tokenSent = true;
}

/** @param {number} number */
const size = (number) => (number < 1000 ? `${number} bytes` : `${(number / 1000).toFixed(1)} kB`);

/**
 * The onRequest listener for the package.
 * @param {{ method: string, path: string, bytes?: number, what?: string }} request
 * @param {{ token?: boolean }} [how]
 */
export function record({ method, path, bytes: sent = 0, what = "" }, { token = false } = {}) {
  tokenSent ||= token;
  count += 1;
  bytes += sent;
  const now = new Date();
  entries.push(
    el(
      "tr",
      {},
      el("td", {}, timed(now, now.toTimeString().slice(0, 8))),
      el("td", {}, method),
      el("td", {}, plainName(path)),
      el("td", {}, size(sent)),
      el("td", {}, plainName(what)),
    ),
  );
  if (entries.length > LONGEST) entries.shift();
  show();
}

function show() {
  const ledger = find("#ledger");
  find("summary", ledger).textContent =
    `Sent so far: ${count} ${count === 1 ? "request" : "requests"} to ${HOST || "this address"}, ${size(bytes)}, ${tokenSent ? "no secrets except your token" : "no secrets"}`;
  if (ledger.open) list(ledger);
}

/** @param {HTMLElement} ledger */
function list(ledger) {
  if (!count) return;
  const head = el("tr", {}, ...["Time", "Method", "Path", "Size", "Contents"].map((word) => el("th", { scope: "col" }, word)));
  find("summary", ledger).after(
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "What was sent" },
      count > LONGEST ? el("p", {}, `The last ${LONGEST}:`) : "",
      el("table", {}, el("thead", {}, head), el("tbody", {}, ...entries)),
    ),
  );
  while (ledger.children.length > 2) ledger.lastElementChild?.remove();
}

export function startLedger() {
  const ledger = find("#ledger");
  if (OFFLINE) find("p", ledger).textContent = "This file cannot connect to anything.";
  ledger.addEventListener("toggle", () => {
    if (ledger.open) list(ledger);
  });
}
