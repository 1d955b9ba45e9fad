// What is secret in the kubeconfigs that are open, for the line at the foot of the page.
import { holds } from "../ui/secrets-here.js";

/** @import { Kubeconfig } from "../kubecred/index.js" */

const counted = (/** @type {number} */ count, /** @type {string} */ word) => (count ? [`${count} ${word}${count === 1 ? "" : "s"}`] : []);

/** Says what is secret in these files: the open one and those whose merge is on the screen. @param {readonly Kubeconfig[]} configs */
export function saySecrets(configs) {
  const users = configs.flatMap((config) => config.users);
  const keys = users.filter(({ kind, certificate }) => kind === "certificate" || certificate).length;
  const parts = [
    ...counted(keys, "private key"),
    ...counted(users.filter(({ kind, token }) => kind === "token" || token).length, "token"),
    ...counted(users.filter(({ kind }) => kind === "basic").length, "password"),
  ];
  const files = configs.length === 1 ? "the open kubeconfig" : `${configs.length} open kubeconfigs`;
  holds("kubeconfig", parts.length ? `${files} (${new Intl.ListFormat("en").format(parts)})` : "", keys > 0);
}
