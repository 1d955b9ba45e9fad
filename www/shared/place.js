// Where this page was opened from, and whom it may speak to: written into index.html by its build (www/build.mjs), or by npx kubecred as it is served (pkg/bin/page.mts).

/** offline.html: a file that may connect to nothing, and so never asks. */
export const OFFLINE = document.documentElement.dataset.offline !== undefined;

/** @type {HTMLMetaElement | null} */
const meta = document.querySelector('meta[name="kubecred-server"]');
const address = meta?.content ?? "";

/** Behind npx kubecred, the path of this address under which the API is; it is random, so no other page can name it. */
export const BASE = address.startsWith("/") ? address : "";

/** Behind npx kubecred --read-only nothing is changed, and no token comes. */
export const READ_ONLY = document.querySelector('meta[name="kubecred-limits"]')?.getAttribute("content") === "read-only";

/** What the person who serves this page calls the cluster (KUBECRED_NAME), or npx kubecred its context; "" where nobody has said. */
export const NAME = document.querySelector('meta[name="kubecred-name"]')?.getAttribute("content") ?? "";

/** The color of the cluster (KUBECRED_COLOR), one of those that style.css has. */
export const COLOR = document.querySelector('meta[name="kubecred-color"]')?.getAttribute("content") ?? "";

const LOOPBACK = /^(localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether the address of this page leads anyone else anywhere: not that of offline.html or npx kubecred, and not one of this computer. */
export const LINKABLE = !OFFLINE && !BASE && !LOOPBACK.test(location.hostname);

/** The address of this page as others can open it, or "". */
export const shareableAddress = () => (LINKABLE ? `${location.origin}${location.pathname}` : "");

/** Where the API is asked: "" is the page's own address; another one only where the server of this page says so (--server), in the policy too. */
export const API = BASE || (address === "self" ? "" : address);

/** The address that gets a typed token: another one, or with --server=self (www/deploy) the page's own. "" where no token is typed. */
export const SERVER = BASE ? "" : address === "self" ? location.origin : address;
export const HOST = SERVER && new URL(SERVER).host;

/** What an address looks like, where none is known (RFC 5737: nobody has it). */
export const EXAMPLE_SERVER = "https://203.0.113.7:6443";
