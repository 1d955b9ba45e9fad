// Whether a request matches an invitation, on its card. The package compares; this module asks once for the invitations of the cluster, and shows the verdict.
import { el, freshId, announce } from "../ui/dom.js";
import { explain, findingList, sentence } from "../ui/findings.js";
import { name, plainName } from "../ui/names.js";
import { when } from "../ui/dates.js";
import { cluster, connection } from "../cluster/connection.js";
import { BASE, SERVER } from "../shared/place.js";

/** @import { Cluster, Finding, Invitation, InvitationMatch, CsrStatus } from "../kubecred/index.js" */

/** @typedef {InvitationMatch & { error?: any }} Verdict */

/** The names that the package gives to invitations end so (`preview`); no other request of this page does. */
const LONG_NAME = /-[a-z0-9]{12}$/;

/** The invitations of the cluster: read once, and again where a request belongs to one that was made since. */
export function invitationBook() {
  /** @type {Promise<Invitation[]> | null} */
  let listed = null;
  /** The same, where it failed. @type {Promise<Invitation[]> | null} */
  let failed = null;
  /** The requests whose invitation could not be read when they were compared last. @type {Set<string>} */
  const unread = new Set();
  const list = (/** @type {Cluster} */ api) => {
    listed ??= api.invitations.list();
    const mine = listed;
    mine.catch(() => {
      failed = mine;
    });
    return mine;
  };
  /** @param {CsrStatus} report @returns {Promise<Verdict | undefined>} */
  async function compare(report) {
    const api = await cluster();
    // kubectl proxy in its narrow form does not forward the list: there only a request that may belong to an invitation leads to it.
    if (!BASE && !SERVER && !LONG_NAME.test(report.name) && !(await api.invitations.match(report, []))) return undefined;
    try {
      const found = await api.invitations.match(report, await list(api));
      if (!found || found.invitation) return found;
      listed = null;
      return await api.invitations.match(report, await list(api));
    } catch (error) {
      return (await api.invitations.match(report, [])) ? { matches: false, error, findings: [] } : undefined;
    }
  }
  return {
    /** The next card asks the cluster again. */
    forget() {
      listed = null;
    },
    /**
     * An InvitationMatch; { error } where the request belongs to an invitation that cannot be read; undefined where it belongs to none. What could not be
     * read before is read `again`.
     */
    async match(/** @type {CsrStatus} */ report, again = true) {
      if (again && listed === failed) listed = null;
      const verdict = await compare(report);
      if (verdict?.error) unread.add(report.name);
      else unread.delete(report.name);
      return verdict;
    },
    unread: (/** @type {string} */ of) => unread.has(of),
  };
}

/** The verdict for a card; `judged` is told whether it matches. `asked` is settled when it is there: nothing on the card can be pressed before. */
export function invitedPart(
  /** @type {CsrStatus} */ report,
  /** @type {ReturnType<typeof invitationBook>} */ book,
  /** @type {(matches: boolean) => void} */ judged,
) {
  const node = el("div", { class: "invited" });
  const box = el("input", { type: "checkbox", id: freshId("close-invitation"), checked: true });
  /** @type {Verdict | null} */
  let match = null;

  const asked = book.match(report).then(
    async (found) => {
      if (!found) return;
      match = found;
      node.dataset.matches = String(found.matches);
      node.replaceChildren(...(found.matches ? await matching(found) : differing(found)));
      if (!found.matches) return warn();
      judged(true);
      // That the invitation's account asks for another user is how invitations work.
      node.closest("article")?.querySelector("[data-code=requestor-differs]")?.remove();
    },
    (error) => {
      if (error?.code === "aborted" || error?.code === "session-closed") return;
      node.replaceChildren(el("p", { class: "hint" }, `Could not check whether this request matches an invitation. ${sentence(explain(error))}`));
    },
  );

  /** @param {Verdict} verdict @returns {Promise<Node[]>} */
  async function matching({ invitation: matched, findings }) {
    const invitation = /** @type {Invitation} */ (matched);
    const found = await connection();
    const user = found.state === "connected" ? found.user : undefined;
    const by = invitation.invitedBy && invitation.invitedBy !== user ? [name(invitation.invitedBy)] : ["you"];
    return [
      el(
        "p",
        { class: "matches" },
        el("b", {}, "Matches the invitation that ", ...by, " created for ", name(invitation.user)),
        ...(invitation.createdAt ? [", ", when(invitation.createdAt)] : []),
        ".",
      ),
      el("p", { class: "hint" }, "User, groups, lifetime, signer, usages and requester are as invited."),
      findingList(findings),
      el("p", { class: "check" }, box, el("label", { for: box.id }, "Close the invitation when approving: its link can then only fetch this certificate")),
    ].filter((node) => node !== null);
  }

  /** @returns {Node[]} */
  const differing = (/** @type {Verdict} */ { error, findings }) =>
    [
      el("p", { class: "differs" }, el("b", {}, error ? "This request comes from an invitation that cannot be read" : "Does not match the invitation")),
      findingList(error ? [{ code: error.code, level: "error", message: explain(error) }] : findings),
    ].filter((node) => node !== null);

  /** What speaks against it comes before what is asked for, and approving is neither the first choice nor one of many any more. */
  function warn() {
    const card = node.closest("article");
    card?.querySelector("dl")?.before(node);
    card?.querySelector(".decision > .row .primary")?.classList.remove("primary");
    judged(false);
  }

  return {
    node,
    asked,
    /** After an approval: closes the invitation where the box is ticked. A failure does not undo the approval, so it is only said. */
    async close() {
      if (!match?.matches || !box.checked) return;
      try {
        await (await cluster()).invitations.close(/** @type {Invitation} */ (match.invitation));
        announce(`Approved, and the invitation for ${plainName(match.invitation?.user)} is closed.`, { seen: true });
      } catch (error) {
        announce(`Approved, but the invitation was not closed. ${sentence(explain(error))} Revoke it under “Invitations”.`, { seen: true });
      }
      book.forget();
    },
  };
}
