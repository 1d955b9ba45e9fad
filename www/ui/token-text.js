// What is copied along with a token, such as "Bearer", is none of it: the core removes it, and the page says so.
import { announce } from "./dom.js";

/**
 * The token alone, out of what was pasted. Fails as createKubeconfig does.
 * @param {import("../kubecred/index.js").Kubecred} kubecred
 * @param {string | Uint8Array} text
 */
export async function tokenAlone(kubecred, text) {
  const made = await kubecred.kubeconfig.create({ cluster: { server: "https://server.invalid" }, token: text });
  try {
    const bytes = await made.serialize({ format: "json" });
    const { token } = JSON.parse(new TextDecoder().decode(bytes)).users[0].user;
    bytes.fill(0);
    if ((await kubecred.tokens.parse(text)).findings.some(({ code }) => code === "token-cleaned"))
      announce("What is not part of the token was removed, such as “Bearer”. Only the token itself is used.", { seen: true });
    return token;
  } finally {
    made.dispose();
  }
}
