/*
 * A certificate signing request as a person decides on it: everything that the certificate will say, who submitted it, and what is wrong with it.
 */
import { when } from "../ui/dates.js";
import { el, freshId } from "../ui/dom.js";
import { findingList } from "../ui/findings.js";
import { name } from "../ui/names.js";
import { STATES, findingsOf, row, rowsOf } from "../ui/request.js";
import type { CsrStatus } from "../types.js";

/** The card without buttons. */
export function card(status: CsrStatus) {
  const id = freshId("request");
  return el(
    "article",
    { "aria-labelledby": id, part: `request ${status.state}` },
    el("h3", { id, tabindex: "-1" }, name(status.name), " ", el("span", { part: "state" }, `(${STATES[status.state]})`)),
    el("dl", {}, ...rowsOf(status), ...(status.createdAt ? row("Sent", when(status.createdAt)) : [])),
    findingList(findingsOf(status.findings, status.request).filter(({ code, audience }) => code !== "waiting-for-approval" && audience !== "requester")),
  );
}
