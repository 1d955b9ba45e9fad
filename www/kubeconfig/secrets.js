// What is secret in the kubeconfigs that are open, for the line at the foot of the page.
import { counted, joined } from "../ui/counted.js";
import { holds } from "../ui/secrets-here.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */

/** Says what is secret in these files: the open one and those whose merge is on the screen. @param {readonly Kubeconfig[]} configs */
export function saySecrets(configs) {
  const users = configs.flatMap((config) => config.users);
  const number = (/** @type {(user: Kubeconfig["users"][number]) => unknown} */ has) => users.filter(has).length;
  const keys = number(({ kind, certificate }) => kind === "certificate" || certificate);
  const tokens = number(({ kind, token }) => kind === "token" || token);
  const passwords = number(({ kind }) => kind === "basic");
  /** @type {[number, string][]} */
  const all = [
    [keys, "private key"],
    [tokens, "token"],
    [passwords, "password"],
  ];
  const parts = all.filter(([count]) => count > 0).map(([count, word]) => counted(count, word));
  const files = configs.length === 1 ? "the open kubeconfig" : `${configs.length} open kubeconfigs`;
  holds("kubeconfig", parts.length ? `${files} (${joined(parts)})` : "", keys > 0);
}
