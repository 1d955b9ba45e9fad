// The link of an invitation contains a token. It leaves the address bar and the history of this tab before anything else happens: main.js evaluates
// this module first. What a page cannot reach is the browser's own list of visited pages, and the name of the document's navigation entry under
// performance, until the document is left (measured in Chromium 156, 2026-11); SECURITY.md says so.
const ROUTE = "#/invitation/";
let link = "";

function take() {
  if (!location.hash.startsWith(ROUTE)) return;
  link = location.hash;
  history.replaceState(null, "", "#/invitation");
}

take();
addEventListener("hashchange", take); // registered before the router's listener, so it runs before it
addEventListener("pagehide", () => {
  link = "";
});

/** Whether a text has the form of an invitation's link. */
export const isInvitation = (/** @type {string} */ text) => text.includes(ROUTE);

/** The link that the address carried; given once. */
export function takeInvitation() {
  const taken = link;
  link = "";
  return taken;
}
