/*
 * Answers as the platform's Response, and where there is none (Jest with jsdom) as the part of it that readers of an API use.
 */

/** @typedef {{ write(text: string): void, end(): void, fail(error: unknown): void }} Sink */
/** @typedef {(sink: Sink) => () => void} Source begins to write, and gives what ends it */

const JSON_TYPE = "application/json";

/** Node 20.16 and later: what an environment with the globals of a browser alone lacks. @param {string} name */
export const builtin = (name) => /** @type {any} */ (globalThis).process?.getBuiltinModule?.(name);

/** @type {Pick<typeof globalThis, "TextDecoder" | "TextEncoder">} */
export const texts = globalThis.TextDecoder ? globalThis : builtin("node:util");

/** @param {number} status @param {string} text @param {Record<string, string>} [headers] */
export function whole(status, text, headers = {}) {
  return respond(status, { "content-type": JSON_TYPE, ...headers }, (sink) => {
    sink.write(text);
    sink.end();
    return () => {};
  });
}

/**
 * An answer that is written bit by bit: a watch.
 * @param {Source} source @param {AbortSignal | undefined} signal ends it, and its reader fails
 */
export const streamed = (source, signal) => respond(200, { "content-type": JSON_TYPE }, source, signal);

/** @param {number} status @param {Record<string, string>} headers @param {Source} source @param {AbortSignal} [signal] @returns {Response} */
function respond(status, headers, source, signal) {
  const Stream = globalThis.ReadableStream ?? builtin("node:stream/web")?.ReadableStream;
  const encoder = new texts.TextEncoder();
  let stop = () => {};
  const body = new Stream({
    /** @param {ReadableStreamDefaultController<Uint8Array>} controller */
    start(controller) {
      let over = false;
      /** @param {() => void} last */
      const finish = (last) => {
        if (over) return;
        over = true;
        signal?.removeEventListener("abort", abort);
        stop();
        last();
      };
      const abort = () => finish(() => controller.error(reasonOf(signal)));
      signal?.addEventListener("abort", abort);
      const end = source({
        write: (text) => {
          if (!over) controller.enqueue(encoder.encode(text));
        },
        end: () => finish(() => controller.close()),
        fail: (error) => finish(() => controller.error(error)),
      });
      stop = end;
      if (over) end();
      else if (signal?.aborted) abort();
    },
    cancel: () => stop(),
  });
  if (globalThis.Response) return new Response(body, { status, headers });
  return plain(status, headers, body);
}

/** What fetch throws when it is aborted. @param {AbortSignal | undefined} signal */
export const reasonOf = (signal) => signal?.reason ?? Object.assign(new Error("This operation was aborted"), { name: "AbortError" });

/** @param {number} status @param {Record<string, string>} headers @param {ReadableStream<Uint8Array>} body @returns {any} */
function plain(status, headers, body) {
  const text = async () => {
    const decoder = new texts.TextDecoder();
    const reader = body.getReader();
    let all = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) all += decoder.decode(part.value, { stream: true });
    return all;
  };
  return {
    status,
    ok: status >= 200 && status < 300,
    type: "default",
    redirected: false,
    headers: { get: (/** @type {string} */ name) => headers[name.toLowerCase()] ?? null },
    body,
    text,
    json: async () => JSON.parse(await text()),
  };
}
