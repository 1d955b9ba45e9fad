// The start of the page: refuses when framed, chooses the panel by the part of the address after #, closes the session on leaving.
import { find, show } from "./dom.js";
import { startAccess } from "./access.js";
import { startReview } from "./review.js";
import { startLedger } from "./ledger.js";
import { connection, startConnection } from "./connection.js";
import { session, closeSession } from "./session.js";

// frame-ancestors is not obeyed in a meta tag (CSP level 3), and kubectl proxy sends no headers (2026-11): so the page refuses by itself.
if (window.top !== window.self) {
  document.body.replaceChildren("kubecred does not run inside another page. Open it in a tab of its own.");
} else {
  start();
}

function start() {
  const panels = { access: startAccess(), review: startReview() };
  let current = "access";

  function route({ focus }) {
    const [, id, rest = ""] = /^#\/([a-z]+)(?:\/(.*))?$/.exec(location.hash) ?? [];
    const wanted = Object.hasOwn(panels, id) ? id : "access";
    for (const panel of Object.keys(panels)) {
      show(find(`#panel-${panel}`), panel === wanted);
      const link = find(`nav a[href="#/${panel}"]`);
      if (panel === wanted) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
    document.title = `${panels[wanted].title} · kubecred`;
    if (focus && wanted !== current) find(`#panel-${wanted} h1`).focus();
    current = wanted;
    panels[wanted].open(decoded(rest));
  }

  startLedger();
  startConnection();
  addEventListener("hashchange", () => route({ focus: true }));
  route({ focus: false });

  // Leaving ends the worker and the key with it. A page that the browser kept for "back" has no session any more: it starts anew.
  addEventListener("pagehide", () => {
    closeSession();
    for (const field of document.querySelectorAll("input[type=password], textarea, input[type=file]")) field.value = "";
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // The package is loaded after the first paint; what it found out fills the line at the top and the foot.
  requestAnimationFrame(() => setTimeout(async () => {
    connection();
    const { version } = await session().catch(() => ({}));
    if (version) find("#build").textContent = `kubecred ${version.kubecred}, commit ${version.commit.slice(0, 12)}, wasm sha256 ${version.wasmSha256.slice(0, 16)}…`;
  }, 0));
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
