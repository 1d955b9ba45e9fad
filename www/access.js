// #/access: the five steps from a name to a kubeconfig, and what keeps the key from being lost by accident.
import { find } from "./dom.js";
import { createFlow } from "./flow.js";
import { startWho } from "./step-who.js";
import { startKey } from "./step-key.js";
import { startRequest } from "./step-request.js";
import { startAnswer } from "./step-answer.js";
import { startFile } from "./step-file.js";
import { startKeep } from "./keep.js";

export function startAccess() {
  const flow = createFlow(find("#steps"));
  for (const start of [startWho, startKey, startRequest, startAnswer, startFile]) start(flow);
  startKeep();
  addEventListener("beforeunload", (event) => {
    if (flow.key && !flow.saved && !flow.kept) event.preventDefault();
  });
  return { title: "Get access", open() {} };
}
