// What this connection allows, asked before anything is pressed: the refusal that would come, and by what it could be avoided.
import { el } from "../ui/dom.js";
import { explain, findingList, permissionHint } from "../ui/findings.js";
import { cluster, connection } from "./connection.js";
import { inTerminal } from "../ui/shell.js";
import { READ_ONLY } from "../shared/place.js";
import { answeredByProxy, refusalOf } from "../shared/refusal.js";

/** @import { CheckedAction } from "../kubecred/index.js" */

/** Refused by kubecred itself, as it would be after the click. */
const readOnly = () => ({
  name: "KubecredError",
  code: "forbidden",
  message: "kubecred was started with --read-only, so this page cannot change anything or create tokens.",
  details: [
    { field: "answeredBy", message: "proxy" },
    { field: "refusal", message: "read-only" },
  ],
});

let asked = new Map();
/** @type {unknown} */
let behind = null;

/** Null where it is possible, or cannot be asked; else the error that it would fail with. Asked once for each connection. */
export async function refused(/** @type {CheckedAction} */ action) {
  const found = await connection();
  if (found.state !== "connected") return null;
  if (found !== behind) [behind, asked] = [found, new Map()];
  if (READ_ONLY && action.action !== "list-requests") return readOnly();
  const key = JSON.stringify(action);
  if (!asked.has(key)) asked.set(key, ask(action));
  return asked.get(key);
}

async function ask(/** @type {CheckedAction} */ action) {
  try {
    const { allowed, error } = await (await cluster()).check(action);
    return allowed === false ? error : null;
  } catch {
    return null; // The action itself says what is wrong.
  }
}

/** Why it is not possible here, and the permission, option or line that would allow it. */
export function whyNot(/** @type {any} */ error, { roles = false } = {}) {
  return el(
    "div",
    { class: "not-allowed" },
    findingList([{ level: "warning", code: refusalOf(error) ?? error.code, message: explain(error) }, ...permissionHint(error)]),
    ...instead(error, { roles }),
  );
}

/** Lines that start a proxy without this refusal; none where the API server refuses, or nginx, which its administrator configures. */
export function instead(/** @type {any} */ error, { roles = false } = {}) {
  if (!answeredByProxy(error)) return [];
  const refusal = refusalOf(error);
  if (refusal === "read-only") return [inTerminal([{ says: "Start it again without --read-only:", text: "npx kubecred" }], { open: true })];
  if (refusal !== undefined) return [];
  return [
    inTerminal(
      [
        { says: "Start the page behind a proxy that forwards what it needs, and nothing for other pages:", text: "npx kubecred" },
        roles ? { says: "Or without Node, only as long as you need it: kubectl proxy that forwards roles, too:", step: { step: "proxy", roles: true } } : null,
      ],
      { open: true },
    ),
  ];
}
