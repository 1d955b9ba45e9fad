// Hand-over by link: a request or a certificate as the part of an address behind #, which no server sees. What a link contains is checked by
// the package like any paste; nothing happens by opening one.
import { forgetMatch } from "./match.js";
import { LINKABLE } from "./place.js";
import { session } from "./session.js";

/**
 * What a link carries looks like this; no name of a request does.
 * @param {string} text
 */
export const isLink = (text) => /^[12]\.[A-Za-z0-9_-]{40,}$/.test(text);

/**
 * What a pasted text carries, where there is one link of ours in it, from whichever address, or the part behind # alone; other words around it are fine.
 * @param {string} text
 */
export function linkIn(text) {
  const found = new Set([...text.matchAll(/(?<![^\s/"'<>()[\]:,;])([12]\.[A-Za-z0-9_-]{40,})(?![\w.-]*\w)/g)].map(([, fragment]) => fragment));
  return forgetMatch(found.size === 1 ? [...found][0] : undefined);
}

/**
 * The link that opens this text in a panel; with a request, what it is to be submitted with (name, signer, usages, lifetime). Where the page has
 * no address that leads anybody else anywhere, as on a loopback address, it is the text to paste.
 * @param {string} panel
 * @param {string} pem
 * @param {import("../kubecred/index.js").RequestedCertificate | null} [requested]
 */
export async function linkTo(panel, pem, requested) {
  const fragment = await (await session()).links.encode(pem, requested ?? undefined);
  return LINKABLE ? `${location.origin}${location.pathname}#/${panel}/${fragment}` : fragment;
}

/**
 * "Copy … as a link", or as what takes its place.
 * @param {string} what
 */
export const linkWords = (what) => `Copy ${what} as ${LINKABLE ? "a link" : "one line"}`;
