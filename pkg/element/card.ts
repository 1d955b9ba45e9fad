/*
 * A certificate signing request as a person decides on it: everything that the certificate will say, who submitted it, and what is wrong with it.
 */
import { when } from "../ui/dates.js";
import { findingList } from "../ui/findings.js";
import { cardOf, findingsOf, row, rowsOf } from "../ui/request.js";
import type { CsrStatus, Finding } from "../types.js";

/** A request whose card is in the list. */
export type Shown = {
  status: CsrStatus;
  node: HTMLElement;
  /** Of a decision that was not sent yet: aborted with the sentence that says why it is not. */
  waiting?: AbortController | undefined;
  /** Whether a decision is being sent. */
  sending?: boolean;
  /** What the list told of the request meanwhile. */
  told?: CsrStatus;
  /** Ends the waiting for the card to be seen. */
  seen?: () => void;
};

const isForApprover = ({ code, audience }: Finding) => code !== "waiting-for-approval" && audience !== "requester";

/** The card without buttons. */
export const card = (status: CsrStatus) =>
  cardOf(status, {
    heading: "h3",
    rows: [...rowsOf(status), ...(status.createdAt ? row("Sent", when(status.createdAt)) : [])],
    below: findingList(findingsOf(status.findings.filter(isForApprover), { ...status.request, findings: status.request.findings.filter(isForApprover) })),
  });
