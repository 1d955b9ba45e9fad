// Who refused: the API server, or a proxy on the way to it. The package says so in an error's details.
const said = (error, name) => error?.details?.find(({ field }) => field === name)?.message;

export const answeredByProxy = (error) => said(error, "answeredBy") === "proxy";

/** Why kubecred's own guard or nginx refused ("read-only", "path", "session" …); undefined for every other. */
export const refusalOf = (error) => said(error, "refusal");
