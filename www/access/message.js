// What a requester sends to the administrator: who, what, for how long, on which cluster, the key's fingerprint, the lines, and how to answer.
import { sentence } from "../ui/findings.js";
import { plainName } from "../ui/names.js";
import { lifetime } from "../ui/dates.js";
import { shownFingerprint } from "../ui/fingerprint.js";
import { session } from "../shared/session.js";
import { linkTo } from "../shared/link.js";
import { LINKABLE, NAME } from "../shared/place.js";

/** @import { CommandStep } from "../kubecred/index.js" */
/** @import { Flow } from "./flow.js" */

/**
 * How an administrator reads the request and approves it; once the cluster has it, under its uid.
 * @param {{ name: string, uid: string | undefined }} request
 * @returns {CommandStep[]}
 */
export const decisionSteps = ({ name, uid }) => [
  { step: "show-request", name },
  { step: "approve", name, ...(uid === undefined ? {} : { uid }) },
];

export async function message(/** @type {Flow} */ flow) {
  const kubecred = await session();
  const groups = flow.groups.length ? `, groups ${flow.groups.map(plainName).join(" and ")}` : "";
  const { expirationSeconds } = flow.requested ?? {};
  const valid = expirationSeconds ? `, for ${lifetime(expirationSeconds)}` : ", cluster default lifetime";
  const place = NAME ? ` on ${plainName(NAME)}` : "";
  const { fingerprint } = flow.key ?? flow.own ?? (await kubecred.csr.inspect(flow.request ?? ""));
  /** @param {CommandStep[]} steps */
  const lines = async (steps) => (await Promise.all(steps.map((step) => kubecred.commands(step, "sh")))).join("\n");
  const head = [
    sentence(`please approve my certificate request ${flow.name}${place} (user ${plainName(flow.user)}${groups}${valid})`),
    `Key fingerprint: ${shownFingerprint(fingerprint)}`,
  ].join("\n");
  if (!flow.byHand) return `${head}\n\n${await lines(decisionSteps(flow))}\n`;
  return [
    head,
    LINKABLE ? "Open it in kubecred:" : "Paste this line into kubecred, under “Review requests”:",
    await linkTo("review", flow.request ?? "", flow.requested),
    "Or with kubectl:",
    await lines([...(flow.object ? [/** @type {CommandStep} */ ({ step: "submit-request", manifest: flow.object })] : []), ...decisionSteps(flow)]),
    "Then send me what this prints:",
    await lines([{ step: "fetch-certificate", name: flow.name }]),
    "",
  ].join("\n\n");
}
