/*
 * A certificate signing request as a person decides on it: everything that the certificate will say, who submitted it, and what is wrong with it.
 */
import { when } from "../ui/dates.js";
import { findingList } from "../ui/findings.js";
import { cardOf, findingsOf, row, rowsOf } from "../ui/request.js";
import type { CsrStatus } from "../types.js";

/** The card without buttons. */
export const card = (status: CsrStatus) =>
  cardOf(status, {
    heading: "h3",
    rows: [...rowsOf(status), ...(status.createdAt ? row("Sent", when(status.createdAt)) : [])],
    below: findingList(findingsOf(status.findings, status.request).filter(({ code, audience }) => code !== "waiting-for-approval" && audience !== "requester")),
  });
