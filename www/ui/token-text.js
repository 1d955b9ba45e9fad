// What is copied along with a token, such as "Bearer", is none of it: the core removes it, and the page says so.
import { forgetMatch } from "../shared/match.js";
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

/** A JSON Web Token somewhere in a text, between blanks or quotes. */
const JWT = /(?<![\w.-])eyJ[\w-]+\.[\w-]+\.[\w-]+(?![\w.-])/g;

/**
 * The one token in a text with other words, such as a mail; any other text as it is. Bytes are left to the package.
 * @param {string | Uint8Array} text
 */
export function tokenIn(text) {
  if (typeof text !== "string") return text;
  const found = [...new Set(forgetMatch(text.match(JWT)) ?? [])];
  return found.length === 1 ? (found[0] ?? text) : text.trim();
}
