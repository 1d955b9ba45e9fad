/*
 * Where requests go: the address of a server is resolved once, by the platform's URL, and its origin decides.
 */
import { KubecredError, wrong } from "../shared/errors.js";

/** Represents the page's origin outside of a page, where the caller's own fetch knows where paths lead. */
export const NO_PAGE = "http://page.invalid";

/**
 * Where requests go. `base` is an origin, perhaps with a path (a proxy in front of several clusters), without a closing slash.
 * Own: whether that is the page's origin; page: whether this is a page.
 */
type Place = { base: string; own: boolean; page: boolean };

/**
 * Resolves the server's address, as `fetch` would: what the platform's URL makes of a text decides, not how the text looks.
 * An address without a scheme must be on the page's own origin.
 * @param secret whether a token will be sent there
 * @param fetches whether the caller gave a fetch
 */
export function placeOf(server: unknown, secret: boolean, fetches: boolean): Place {
  if (typeof server !== "string") throw refused("`server` must be a string: an address such as https://10.0.0.1:6443, or empty for the page's own origin.");
  const origin = pageOrigin();
  const page = origin !== undefined;
  const absolute = resolved(server);
  // "https:host" is a path on a page of that scheme and a host elsewhere, and a backslash ends a host here and not in other
  // programs: an address that can be read in two ways is not taken at all.
  const url = absolute
    ? /^https?:\/\/[^\\\s]+$/i.test(server.trim())
      ? absolute
      : undefined
    : /^(\/|$)/.test(server)
      ? resolved(server, page ? origin : NO_PAGE)
      : undefined;
  if (!url) throw refused("`server` must be an address such as https://10.0.0.1:6443, or empty for the page's own origin.");
  if (url.username || url.password || url.search || url.hash)
    throw refused("The address of the API server must not contain a user name, query or fragment. Remove it.");
  const own = page ? url.origin === origin : !absolute && url.origin === NO_PAGE;
  if (!absolute) {
    if (!own)
      throw refused("This path leads to another origin than the page's own. Write an address that begins with https://, or a path that begins with one slash.");
    if (!page && !fetches)
      throw refused("A path is relative to the page's own origin, and this program is not a page. Give the whole address, which begins with https://.");
  } else {
    const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    if (url.protocol !== "https:" && (url.protocol !== "http:" || (secret && !loopback))) {
      throw refused("The address must begin with https:// (http:// only to this machine, or without a token).");
    }
  }
  return { base: url.origin + url.pathname.replace(/\/+$/, ""), own, page };
}

/** The origin of the page, or of the page that a worker belongs to; undefined where neither has one that requests could go to. */
function pageOrigin() {
  // Node has no location, and one on Object.prototype does not count.
  const here = "location" in Object.prototype && !Object.hasOwn(globalThis, "location") ? undefined : globalThis.location;
  const origin = here ? resolved(String(here.href))?.origin : undefined;
  return origin !== undefined && /^https?:/.test(origin) ? origin : undefined;
}

/**
 * The address of one request. The path comes from the core, every name in it percent-encoded; the URL must come out as it
 * was written, so that no name can lead elsewhere.
 */
export function addressOf({ base, own, page }: Place, path: string) {
  const url = resolved(base + path);
  if (!path.startsWith("/") || url?.href !== base + path) throw wrong("name", "The name cannot be part of an address.");
  // Without a page the caller's own fetch is asked for the path.
  return own && !page ? url.href.slice(NO_PAGE.length) : url.href;
}

function resolved(text: string, base?: string) {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

const refused = (message: string) => new KubecredError("invalid-server", message, undefined, "server");
