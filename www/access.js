// #/access: the five steps from a name to a kubeconfig, and what keeps the key from being lost by accident.
import { el, find } from "./dom.js";
import { showError } from "./findings.js";
import { createFlow } from "./flow.js";
import { startWho } from "./step-who.js";
import { startKey } from "./step-key.js";
import { startRequest } from "./step-request.js";
import { startAnswer } from "./step-answer.js";
import { startFile } from "./step-file.js";
import { startKeep } from "./keep.js";

export function start() {
  const flow = createFlow(find("#steps"));
  for (const start of [startWho, startKey, startRequest, startAnswer, startFile]) start(flow);
  startKeep();
  // The worker has ended and the key with it, as when the browser runs out of memory: back to the step that makes one.
  document.addEventListener("session-lost", ({ detail }) => {
    if (!flow.key) return;
    flow.key = null;
    find("#key-place").replaceChildren(el("b", {}, "No key yet."));
    flow.drop("key");
    flow.open("key");
    showError(find("#key"), detail, { says: "the part of this page that held the key has stopped, and the key is lost; what you typed is still here, so make another key and ask again" });
  });
  addEventListener("beforeunload", (event) => {
    if (flow.key && !flow.saved && !flow.kept) event.preventDefault();
  });
  return {};
}
