// How a token, its account and what the account may do are revoked: the lines, and what cannot be revoked alone.
import { inTerminal } from "../ui/shell.js";

/** @import { KubernetesObject } from "../kubecred/index.js" */

/** No shell reads anything but itself in such a name. Kubernetes allows no others for accounts, Secrets and namespaces. */
const PLAIN = /^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/;

/** @param {{ serviceAccount: string, namespace: string, secret?: string | undefined, objects?: readonly KubernetesObject[] }} account */
export function endLines({ serviceAccount, namespace, secret, objects = [] }) {
  const remove = (/** @type {string} */ says, /** @type {string} */ kind, /** @type {unknown} */ name) =>
    typeof name === "string" &&
    [name, namespace].every((each) => PLAIN.test(each)) && { says, text: `kubectl delete ${kind} ${name} --namespace=${namespace}` };
  const bindings = objects.filter(({ kind }) => kind === "RoleBinding").map(({ metadata }) => metadata.name);
  return inTerminal(
    [
      secret && remove("Revoke the token: delete its Secret.", "secret", secret),
      ...bindings.map((name) => remove("Remove the permissions, and keep the account:", "rolebinding", name)),
      remove(
        `${secret ? "" : "A token from TokenRequest cannot be revoked alone. "}Delete the account: its tokens stop working within seconds.`,
        "serviceaccount",
        serviceAccount,
      ),
    ],
    { label: "How to revoke it" },
  );
}
