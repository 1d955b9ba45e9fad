// The start of the page: refuses when framed, chooses the panel by the part of the address after #, closes the session on leaving.
import "../shared/invitation-link.js"; // first: it takes the token of an invitation out of the address
import { el, find, show } from "../ui/dom.js";
import { PANELS } from "./panels.js";
import { startLedger } from "../cluster/ledger.js";
import { startDrop } from "../ui/drop.js";
import { connection, startConnection } from "../cluster/connection.js";
import { abilities } from "../cluster/abilities.js";
import { forgetSecrets } from "../ui/secret.js";
import { fileFor } from "../shared/handover.js";
import { holdUntil } from "../ui/hold.js";
import { COLOR, NAME } from "../shared/place.js";
import { session, closeSession } from "../shared/session.js";

// frame-ancestors is not obeyed in a meta tag (CSP level 3), and kubectl proxy sends no headers (2026-11): so the page refuses by itself.
if (window.top !== window.self) {
  document.body.replaceChildren("kubecred does not run inside another page. Open it in a tab of its own.");
} else {
  setTimeout(start, 0); // a task of its own, after that of the modules
}

function start() {
  find("#not-started").remove();
  const links = new Map(PANELS.filter(({ nav }) => nav).map(({ id, nav }) => [id, el("a", { href: `#/${id}` }, nav)]));
  find("#nav").append(...links.values());
  if (COLOR) document.documentElement.dataset.color = COLOR;
  const menu = startMenu(find("#menu"), find("#nav"));
  const started = new Map();
  /** @type {any} */
  let current = null;

  async function route(/** @type {{ focus: boolean }} */ { focus }) {
    const [, id, rest = ""] = /^#\/([a-z]+)(?:\/(.*))?$/.exec(location.hash) ?? [];
    const panel = PANELS.find((each) => each.id === id) ?? /** @type {(typeof PANELS)[number]} */ (PANELS[0]);
    const moved = current !== panel;
    if (moved) started.get(current?.id)?.then((/** @type {any} */ left) => left?.close?.());
    current = panel;
    document.body.dataset.panel = panel.id;
    if (moved) forgetSecrets(sectionOf(panel.id));
    for (const { id: each } of PANELS) show(sectionOf(each), each === panel.id);
    for (const [each, link] of links) {
      if (each === (panel.within ?? panel.id)) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = [panel.title, NAME, "kubecred"].filter(Boolean).join(" · ");
    menu.show(panel.nav ?? panel.title);
    const handle = await startOnce(panel);
    if (current !== panel) return;
    // A person who has begun to type in it, before its module was there, keeps the focus.
    const section = sectionOf(panel.id);
    if (focus && moved && !section.contains(document.activeElement)) section.querySelector("h1")?.focus();
    handle?.open?.(decoded(rest));
    const file = fileFor(panel.id);
    if (file) await handle?.drop?.(file);
  }

  function startOnce(/** @type {any} */ panel) {
    if (!started.has(panel.id)) {
      const section = sectionOf(panel.id);
      section.addEventListener("submit", tooEarly);
      started.set(
        panel.id,
        panel.load().then(
          (/** @type {any} */ module) => {
            section.removeEventListener("submit", tooEarly);
            return module.start(section);
          },
          () => {
            started.delete(panel.id);
            sectionOf(panel.id).replaceChildren(
              el("h1", { tabindex: "-1" }, panel.title),
              el("p", { role: "alert" }, "This part of the page could not be loaded. Is the server still there? Load the page again."),
            );
          },
        ),
      );
      // The text of a panel may be there before its module is: fields can be filled in, and no button is pressed in vain.
      holdUntil(section.querySelectorAll("button"), started.get(panel.id));
    }
    return started.get(panel.id);
  }

  startLedger();
  startConnection({ details: abilities });
  startDrop(() => startOnce(current));
  // Not by its address, which would lead to another panel.
  find(".skip").addEventListener("click", (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    sectionOf(current.id).querySelector("h1")?.focus();
  });
  addEventListener("hashchange", () => route({ focus: true }));
  void route({ focus: false });

  // Leaving ends the worker and the key with it. A page that the browser kept for "back" has no session any more: it starts again.
  addEventListener("pagehide", () => {
    closeSession();
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input, textarea")))
      if (!["radio", "checkbox"].includes(field.type)) field.value = "";
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // The package is loaded after the first paint; what it found out fills the line at the top and the foot.
  requestAnimationFrame(() =>
    setTimeout(async () => {
      void connection();
      const { version } = await session().catch(() => ({ version: undefined }));
      if (version)
        find("#build").replaceChildren(
          `kubecred ${version.kubecred}, commit ${version.commit.slice(0, 12)}, wasm sha256 `,
          el("code", {}, version.wasmSha256 || "not computed"),
        );
    }, 0),
  );
}

/**
 * On a narrow screen the navigation is a menu behind a button that says which panel is open.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} nav
 */
function startMenu(button, nav) {
  const set = (/** @type {boolean} */ open) => {
    button.setAttribute("aria-expanded", String(open));
    nav.classList.toggle("open", open);
  };
  button.addEventListener("click", () => {
    set(button.getAttribute("aria-expanded") !== "true");
    if (nav.classList.contains("open")) nav.querySelector("a")?.focus();
  });
  nav.addEventListener("click", () => set(false));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !nav.classList.contains("open")) return;
    set(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !nav.contains(event.target) && !button.contains(event.target)) set(false);
  });
  return {
    show(/** @type {string} */ panel) {
      set(false);
      button.replaceChildren(el("span", { class: "unseen" }, "Menu, open panel: "), panel);
    },
  };
}

/** The section of a panel: in index.html where its text should be there before any script is, else an empty one for its module to fill. @param {string} id @returns {HTMLElement} */
function sectionOf(id) {
  /** @type {HTMLElement | null} */
  const known = document.querySelector(`#panel-${id}`);
  if (known) return known;
  const fresh = el("section", { id: `panel-${id}`, hidden: true });
  find("#main").append(fresh);
  return fresh;
}

/** A form whose panel has not started: there is nothing to send it to. */
function tooEarly(/** @type {Event} */ event) {
  event.preventDefault();
}

function decoded(/** @type {any} */ text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
