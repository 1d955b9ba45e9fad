/*
 * What kube-controller-manager does: signs what is approved, fills Secrets with tokens, equips namespaces and removes them.
 * Each acts after the answer to the write that it follows, and without a timer, so that a test with a false clock does not wait for it.
 */
import { RESOURCES, resource } from "./resources.js";
import { hasCondition, signed, withDecision } from "./requests.js";
import type { Accounts } from "./accounts.js";
import type { Authority } from "./authority.js";
import type { Change, Store, Stored } from "./store.js";

const REQUESTS = resource("certificatesigningrequests");
const ROOT =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/** @returns `idle`: when they have done what follows from the changes so far */
export function control(
  store: Store,
  authority: Authority,
  accounts: Accounts,
  { sign, autoApprove }: { sign: boolean; autoApprove: boolean },
): { end: () => void; idle: () => Promise<void> } {
  const act = ({ plural, before, after }: Change) => {
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
  const follow = (after: Stored | undefined, before: Stored) => after && store.update(REQUESTS, before, after);
  let last = Promise.resolve();
  const end = store.listen((change) => {
    last = last.then(() => act(change));
  });
  const idle = async () => {
    let seen: Promise<void>;
    do {
      seen = last;
      await seen;
    } while (seen !== last);
  };
  return { end, idle };
}

function inhabit(store: Store, authority: Authority, { metadata: { name, deletionTimestamp } }: Stored) {
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
