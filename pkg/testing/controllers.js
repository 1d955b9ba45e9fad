/*
 * What kube-controller-manager does: signs what is approved, fills Secrets with tokens, equips namespaces and removes them.
 * Each acts after the answer to the write that it follows, and without a timer, so that a test with a false clock does not wait for it.
 */
import { RESOURCES, resource } from "./resources.js";
import { hasCondition, signed, withDecision } from "./requests.js";

/** @typedef {import("./store.js").Change} Change */
/** @typedef {import("./store.js").Store} Store */

const REQUESTS = resource("certificatesigningrequests");
const ROOT =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/**
 * @param {Store} store
 * @param {import("./authority.js").Authority} authority
 * @param {import("./accounts.js").Accounts} accounts
 * @param {{ sign: boolean, autoApprove: boolean }} options
 * @returns {{ end: () => void, idle: () => Promise<void> }} `idle`: when they have done what follows from the changes so far
 */
export function control(store, authority, accounts, { sign, autoApprove }) {
  /** @param {Change} change */
  const act = ({ plural, before, after }) => {
    const now = after && store.find(resource(plural), after.metadata.namespace ?? "", after.metadata.name);
    // The object of a later change is the later change's.
    if (now !== after) return;
    if (plural === "certificatesigningrequests" && after) {
      const open = !hasCondition(after, "Approved") && !hasCondition(after, "Denied");
      if (open && autoApprove) store.update(REQUESTS, after, withDecision(after, "Approved", "AutoApproved", "Approved by fakeCluster."));
      else if (sign) follow(signed(after, authority), after);
    } else if (plural === "secrets") accounts.fill(after);
    else if (plural === "serviceaccounts" && before && !after) accounts.forget(before);
    else if (plural === "namespaces" && after) inhabit(store, authority, after);
  };
  /** @param {import("./store.js").Stored | undefined} after @param {import("./store.js").Stored} before */
  const follow = (after, before) => after && store.update(REQUESTS, before, after);
  let last = Promise.resolve();
  const end = store.listen((change) => {
    last = last.then(() => act(change));
  });
  const idle = async () => {
    let seen;
    do {
      seen = last;
      await seen;
    } while (seen !== last);
  };
  return { end, idle };
}

/** @param {Store} store @param {import("./authority.js").Authority} authority @param {import("./store.js").Stored} namespace */
function inhabit(store, authority, { metadata: { name, deletionTimestamp } }) {
  const inside = RESOURCES.filter(({ namespaced }) => namespaced);
  if (deletionTimestamp) {
    for (const of of inside) for (const [, object] of store.list(of)) if (object.metadata.namespace === name) store.remove(of, object);
    store.remove(resource("namespaces"), store.get(resource("namespaces"), "", name));
    return;
  }
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } };
  const root = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-root-ca.crt", namespace: name, annotations: { "kubernetes.io/description": ROOT } },
  };
  if (!store.find(resource("serviceaccounts"), name, "default")) store.create(resource("serviceaccounts"), account);
  if (!store.find(resource("configmaps"), name, "kube-root-ca.crt"))
    store.create(resource("configmaps"), { ...root, data: { "ca.crt": authority.certificate } });
}
