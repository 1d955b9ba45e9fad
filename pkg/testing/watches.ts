/*
 * Watches: what is there, then every change. Where bookmarks are requested, one comes at once (the real server sends one a minute) and one at the end. Source: "Efficient detection of changes" in "API Concepts"
 * of the Kubernetes documentation; measured on 1.36.3 (2026-11).
 */
import { streamed } from "./answers.js";
import { selector } from "./lists.js";
import { apiVersion } from "./resources.js";
import { Refusal, badRequest } from "./status.js";
import type { About, Resource } from "./resources.js";
import type { Change, Store } from "./store.js";
import type { Sink } from "./answers.js";

export class Watches {
  #open = new Set<Sink>();

  /** Breaks all that are open, as a network does. */
  drop() {
    for (const sink of [...this.#open]) sink.fail(new TypeError("network error"));
  }

  /** Ends all that are open, as a server that stops does. */
  end() {
    for (const sink of [...this.#open]) sink.end();
  }

  /** @param broken ends the watch with this in its place */
  answer(store: Store, resource: Resource, { query, namespace }: About, signal: AbortSignal | undefined, broken?: Refusal) {
    const fits = selector(resource, query);
    const inside = (object: any) => object !== undefined && (namespace === "" || object.metadata.namespace === namespace) && fits(object);
    const begin = query.get("resourceVersion") ?? "";
    if (!/^\d*$/.test(begin)) throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(begin)}`);
    return streamed((sink) => {
      this.#open.add(sink);
      const write = (type: string, object: object) => sink.write(`${JSON.stringify({ type, object })}\n`);
      const bookmark = () => {
        if (["1", "true"].includes(query.get("allowWatchBookmarks") ?? "")) {
          const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
          write("BOOKMARK", { kind: resource.kind, apiVersion: apiVersion(resource), metadata });
        }
      };
      const tell = ({ version, plural, before, after }: Change) => {
        if (plural !== resource.plural) return;
        const [was, is] = [inside(before), inside(after)];
        if (is) write(was ? "MODIFIED" : "ADDED", after as object);
        else if (was) write("DELETED", gone(before, version));
      };
      const seconds = Number(query.get("timeoutSeconds") ?? 0);
      /** a number, and in Node an object that would keep the program running */
      const timer: any =
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

/** The last state of an object that was deleted, at the version of its deletion. */
const gone = (object: any, version: number) => ({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
