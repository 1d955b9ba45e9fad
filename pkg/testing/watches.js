/*
 * Watches: what is there, then every change. Where bookmarks are requested, one comes at once (the real server sends one a minute) and one at the end. Source: "Efficient detection of changes" in "API Concepts"
 * of the Kubernetes documentation; measured on 1.36.3 (2026-11).
 */
import { streamed } from "./answers.js";
import { selector } from "./lists.js";
import { apiVersion } from "./resources.js";
import { Refusal, badRequest } from "./status.js";

/** @typedef {import("./store.js").Change} Change */

export class Watches {
  /** @type {Set<import("./answers.js").Sink>} */
  #open = new Set();

  /** Breaks all that are open, as a network does. */
  drop() {
    for (const sink of [...this.#open]) sink.fail(new TypeError("network error"));
  }

  /** Ends all that are open, as a server that stops does. */
  end() {
    for (const sink of [...this.#open]) sink.end();
  }

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./resources.js").Resource} resource
   * @param {import("./resources.js").About} about
   * @param {AbortSignal | undefined} signal
   * @param {Refusal} [broken] ends the watch with this in its place
   */
  answer(store, resource, { query, namespace }, signal, broken) {
    const fits = selector(resource, query);
    const inside = (/** @type {any} */ object) => object !== undefined && (namespace === "" || object.metadata.namespace === namespace) && fits(object);
    const begin = query.get("resourceVersion") ?? "";
    if (!/^\d*$/.test(begin)) throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(begin)}`);
    return streamed((sink) => {
      this.#open.add(sink);
      /** @param {string} type @param {object} object */
      const write = (type, object) => sink.write(`${JSON.stringify({ type, object })}\n`);
      const bookmark = () => {
        if (["1", "true"].includes(query.get("allowWatchBookmarks") ?? "")) {
          const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
          write("BOOKMARK", { kind: resource.kind, apiVersion: apiVersion(resource), metadata });
        }
      };
      /** @param {Change} change */
      const tell = ({ version, plural, before, after }) => {
        if (plural !== resource.plural) return;
        const [was, is] = [inside(before), inside(after)];
        if (is) write(was ? "MODIFIED" : "ADDED", /** @type {object} */ (after));
        else if (was) write("DELETED", gone(before, version));
      };
      const seconds = Number(query.get("timeoutSeconds") ?? 0);
      /** @type {any} a number, and in Node an object that would keep the program running */
      const timer =
        seconds > 0
          ? setTimeout(() => {
              bookmark();
              sink.end();
            }, seconds * 1000)
          : undefined;
      timer?.unref?.();
      const ended = store.listen(tell);
      const stop = () => {
        clearTimeout(timer);
        ended();
        this.#open.delete(sink);
      };
      try {
        if (broken) throw broken;
        if (begin === "" || begin === "0") for (const [, object] of store.list(resource)) inside(object) && write("ADDED", object);
        else for (const change of store.since(Number(begin))) tell(change);
        bookmark();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        write("ERROR", error.status);
        stop();
        sink.end();
      }
      return stop;
    }, signal);
  }
}

/** The last state of an object that was deleted, at the version of its deletion. @param {any} object @param {number} version */
const gone = (object, version) => ({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
