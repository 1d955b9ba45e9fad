// Who refused: the API server, or a proxy on the way to it. The package says so in an error's details. And refusals of the page's own.
const said = (/** @type {any} */ error, /** @type {string} */ name) =>
  error?.details?.find((/** @type {{ field: string }} */ { field }) => field === name)?.message;

export const answeredByProxy = (/** @type {any} */ error) => said(error, "answeredBy") === "proxy";

/** Why kubecred's own guard or nginx refused ("read-only", "path", "session" …); undefined for every other. */
export const refusalOf = (/** @type {any} */ error) => said(error, "refusal");

/** What the page itself refuses, in the form of the package's errors. @param {string} code @param {string} message */
export const refusal = (code, message) => Object.assign(new Error(message), { name: "KubecredError", code });
