// All kinds of credentials that an API server takes: whom each is for, how long it lives, and how it ends; and what to do when a file is lost.
import { el } from "../ui/dom.js";
import { shellLines } from "../ui/shell.js";

/** Kind, for whom, lifetime, how it is ended. */
const KINDS = [
  [
    "Client certificate",
    "People without a login service; break-glass access",
    "From 10 minutes to the signer’s maximum, often 1 year",
    "Not at all before it expires; remove its bindings",
  ],
  [
    "Service account token (TokenRequest)",
    "CI and programs outside the cluster",
    "From 10 minutes to the server’s maximum",
    "Delete the account, or the object it is bound to",
  ],
  ["Service account token in a Secret", "Old programs that cannot renew a token", "Does not expire", "Delete the Secret or the account"],
  ["Projected token in a pod", "Programs in the cluster", "About 1 hour; the kubelet renews it", "Invalid once the pod is deleted"],
  [
    "OpenID Connect (OIDC)",
    "People in an organization",
    "Minutes to hours; the login service decides",
    "Sign out or block the person there; a token that was issued works until it expires",
  ],
  ["exec plugin of a cloud", "People and programs in managed clusters", "Minutes to hours; the plugin renews it", "In the cloud’s access management"],
  ["Bootstrap token", "kubeadm, when a node joins", "24 hours unless set otherwise", "Delete its Secret in kube-system"],
  ["Static token file", "Tests only", "Does not expire", "Remove the line and restart the API server"],
];

export function credentialTable() {
  const [first, ...others] = ["Credential", "For whom", "Lifetime", "How to revoke it"].map((word) => el("th", { scope: "col" }, word));
  return el(
    "section",
    { class: "card", "aria-labelledby": "how-kinds" },
    el("h2", { id: "how-kinds" }, "Which credential for whom?"),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of all credentials" },
      el(
        "table",
        { class: "kinds" },
        el("thead", {}, el("tr", {}, first, ...others)),
        el(
          "tbody",
          {},
          ...KINDS.map(([kind, ...cells]) => el("tr", { "data-kind": kind }, el("th", { scope: "row" }, kind), ...cells.map((cell) => el("td", {}, cell)))),
        ),
      ),
    ),
    el(
      "p",
      { class: "hint" },
      "A certificate cannot be revoked because the API server keeps no list of revoked ones: it trusts every unexpired certificate that its CA signed. So choose a short lifetime, and renew.",
    ),
  );
}

export function lostFile() {
  return el(
    "section",
    { class: "card", "aria-labelledby": "how-lost" },
    el("h2", { id: "how-lost" }, "A file is lost or stolen"),
    el("p", {}, "End what is in it first, then create a new one. The names are examples."),
    shellLines([
      {
        says: "A service account’s token: deleting the account invalidates all its tokens at once. Create it again afterwards.",
        text: "kubectl delete serviceaccount ci --namespace=default",
      },
      { says: "A token in a Secret:", text: "kubectl delete secret ci-token --namespace=default" },
      {
        says: "A client certificate: it works until it expires, so remove what it may do. Find the bindings of its user and groups:",
        text: "kubectl get rolebindings,clusterrolebindings --all-namespaces --output=wide",
      },
      { says: "Remove them, and use another user name for the new certificate:", text: "kubectl delete rolebinding dev-view --namespace=default" },
    ]),
    el(
      "p",
      { class: "hint" },
      "A certificate for the group ",
      el("code", {}, "system:masters"),
      " has no binding to remove: only another CA for client certificates invalidates it. That is why this page does not create one.",
    ),
  );
}
