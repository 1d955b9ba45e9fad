// The invitations of the cluster: who is invited, until when, and what became of it. Expired ones and leftovers are removed by one button.
import { el, announce, show } from "../ui/dom.js";
import { clearRemarks, showError } from "../ui/findings.js";
import { name, nameList, plainName } from "../ui/names.js";
import { when } from "../ui/dates.js";
import { cluster } from "../cluster/connection.js";

/** @import { Invitation } from "../kubecred/index.js" */

/** @type {Record<string, string>} */
const STATES = { open: "open", requested: "request received", closed: "closed", expired: "expired", incomplete: "incomplete" };

/** A row that stays in its place after its invitation was removed. @param {Invitation} invitation @param {number} height */
function removedItem({ name: of, user }, height) {
  const row = el("li", { "data-name": of, "data-state": "removed" }, name(user || of), " ", el("span", { class: "state" }, "removed"));
  row.style.minHeight = `${height}px`;
  return row;
}

/** States in which nobody can use the invitation any more. */
const OVER = ["expired", "incomplete"];

export function invitationList() {
  const items = el("ul", { class: "invitations" });
  const count = el("span", { class: "hint" });
  const place = el("div", { class: "report", "data-report": "" });
  const clean = el("button", { type: "button", id: "invite-clean", hidden: true, onclick: () => removeAll() });
  const refresh = el("button", { type: "button", onclick: () => load() }, "Refresh");
  const node = el(
    "section",
    { class: "card", id: "invite-list", "aria-labelledby": "invite-list-title", hidden: true },
    el("h2", { id: "invite-list-title", tabindex: "-1" }, "Invitations"),
    items,
    place,
    el("div", { class: "row" }, clean, refresh, count),
  );
  /** @type {Invitation[]} */
  let known = [];
  /** Those that were removed here since the list was read, and how tall their rows were. @type {Map<Invitation, number>} */
  const gone = new Map();
  let asked = 0;

  const over = () => known.filter((each) => OVER.includes(each.state) && !gone.has(each));

  function draw() {
    items.replaceChildren(...known.map(item));
    const left = over().length;
    count.textContent = known.length ? "" : "No invitation in this cluster.";
    clean.textContent = left === 1 ? "Remove the expired invitation" : `Remove ${left} expired invitations`;
    show(clean, left > 0);
  }

  function item(/** @type {Invitation} */ invitation) {
    const height = gone.get(invitation);
    if (height !== undefined) return removedItem(invitation, height);
    const { state } = invitation;
    const requested = invitation.request !== undefined;
    return el(
      "li",
      { "data-name": invitation.name, "data-state": state },
      el(
        "div",
        {},
        name(invitation.user || invitation.name),
        ...(invitation.groups.length ? [" in ", ...nameList(invitation.groups)] : []),
        " ",
        el("span", { class: "state" }, STATES[state] ?? state),
      ),
      el(
        "p",
        { class: "hint" },
        ...(invitation.expiresAt ? [state === "expired" ? "Expired " : "Expires ", when(invitation.expiresAt)] : ["Its record is missing"]),
        invitation.invitedBy ? [", created by ", name(invitation.invitedBy)] : "",
        ". ",
        invitation.missing?.length ? `Missing or changed: ${invitation.missing.map(plainName).join(", ")}. ` : "",
        requested ? el("a", { href: `#/review/${encodeURIComponent(invitation.name)}` }, "Open the request") : "",
      ),
      el(
        "button",
        {
          type: "button",
          class: "small danger",
          "aria-label": `Revoke the invitation for ${plainName(invitation.user || invitation.name)}`,
          onclick: ({ currentTarget }) => revoke([invitation], currentTarget),
        },
        OVER.includes(state) ? "Remove" : "Revoke",
      ),
    );
  }

  async function load() {
    asked += 1;
    const mine = asked;
    clearRemarks(node);
    try {
      const found = await (await cluster()).invitations.list();
      if (mine !== asked) return;
      // What is left of one whose person keeps their role is not an invitation any more: there is nothing to revoke.
      known = found.filter(({ uids }) => Object.values(uids).some((uid) => uid !== undefined));
      gone.clear();
      draw();
    } catch (error) {
      if (mine !== asked) return;
      known = [];
      draw();
      count.textContent = "";
      showError(node, error);
    }
  }

  /** One after the other. What was deleted leaves its row, so that the button of the next one does not move under the pointer; the next list is without it. */
  /** @param {Invitation[]} invitations @param {HTMLButtonElement} button @returns {Promise<void>} */
  async function revoke(invitations, button) {
    clearRemarks(node);
    button.disabled = true;
    let done = 0;
    try {
      const api = await cluster();
      for (const invitation of invitations) {
        await api.invitations.revoke(invitation);
        const row = [...items.children].find((each) => each instanceof HTMLElement && each.dataset.name === invitation.name);
        gone.set(invitation, row?.getBoundingClientRect().height ?? 0);
        done += 1;
      }
      announce(done === 1 ? "The invitation was removed." : `${done} invitations were removed.`, { seen: true });
      draw();
      refresh.focus();
    } catch (error) {
      draw();
      showError(node, error);
    } finally {
      button.disabled = false;
    }
  }
  /** @returns {Promise<void>} */
  const removeAll = () => revoke(over(), clean);

  return { node, load, show: (/** @type {boolean} */ visible) => show(node, visible) };
}
