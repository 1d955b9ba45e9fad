// What the page itself asks the cluster in "How it works", and the answer in words. Every request is in the ledger.
import { el } from "../ui/dom.js";
import { explain, sentence } from "../ui/findings.js";
import { name, nameList, plainName } from "../ui/names.js";
import { cluster } from "../cluster/connection.js";
import { SERVER } from "../shared/place.js";

/** @import { Child } from "../ui/dom.js" */

/** Behind a proxy every request gets the proxy's credentials. @returns {Promise<Child[]>} */
export async function askWithoutCredentials() {
  if (!SERVER) return ["This page is behind a proxy that adds its credentials to every request, so it cannot ask without any. Use the lines for a terminal."];
  try {
    const { user, groups } = await (await cluster({ token: undefined })).whoAmI();
    return ["The API server answers, and takes you for ", name(user), " in ", ...nameList(groups), "."];
  } catch (error) {
    return ["The API server refuses: ", sentence(explain(error))];
  }
}

export async function askVersion() {
  const { gitVersion } = await (await cluster()).version();
  return ["The API server is Kubernetes ", name(gitVersion), "."];
}

/** @param {HTMLInputElement} address the field that takes what was found */
export async function findAddress(address) {
  const { entry, findings } = await (await cluster()).discover();
  if (entry.server) {
    address.value = entry.server;
    address.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return [
    entry.server ? "The cluster reports " : "The cluster does not report its address.",
    entry.server ? el("code", {}, plainName(entry.server)) : "",
    entry.server ? ", and the lines on this page now use it. " : " ",
    ...findings.map(({ message }) => `${sentence(message)} `),
  ];
}

export async function askWho() {
  const { user, groups, credential } = await (await cluster()).whoAmI();
  return [
    "The API server knows this page’s requests as ",
    name(user),
    " in ",
    ...nameList(groups),
    credential ? `, by a ${credential.kind === "certificate" ? "client certificate" : "token"}` : "",
    ".",
  ];
}

export async function askPermissions() {
  const { rows, incomplete } = await (await cluster()).rbac.permissions("default");
  return [
    `${rows.length} ${rows.length === 1 ? "kind of resource is" : "kinds of resources are"} listed for you in the namespace default${incomplete ? ", and the cluster does not list everything" : ""}. `,
    el("a", { href: "#/roles" }, "See all of them"),
    ", verb by verb.",
  ];
}
