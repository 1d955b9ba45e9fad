/*
 * Answers as the platform's Response, and where the platform has none (Jest with jsdom) as the part of it that readers of an API use.
 */

export type Sink = { write(text: string): void; end(): void; fail(error: unknown): void };
/** Begins to write, and gives what ends it. */
type Source = (sink: Sink) => () => void;

const JSON_TYPE = "application/json";

/** Node 20.16 and later: what an environment with the globals of a browser alone lacks. */
export const builtin = (name: string) => (globalThis as any).process?.getBuiltinModule?.(name);

export const texts: Pick<typeof globalThis, "TextDecoder" | "TextEncoder"> = globalThis.TextDecoder ? globalThis : builtin("node:util");

export function whole(status: number, text: string, headers: Record<string, string> = {}) {
  return respond(status, { "content-type": JSON_TYPE, ...headers }, (sink) => {
    sink.write(text);
    sink.end();
    return () => {};
  });
}

/**
 * An answer that is written bit by bit: a watch.
 * @param signal ends it, and its reader fails
 */
export const streamed = (source: Source, signal: AbortSignal | undefined) => respond(200, { "content-type": JSON_TYPE }, source, signal);

function respond(status: number, headers: Record<string, string>, source: Source, signal?: AbortSignal): Response {
  const Stream = globalThis.ReadableStream ?? builtin("node:stream/web")?.ReadableStream;
  const encoder = new texts.TextEncoder();
  let stop = () => {};
  const body = new Stream({
    start(controller: ReadableStreamDefaultController<Uint8Array>) {
      let over = false;
      const finish = (last: () => void) => {
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

/** What fetch throws when it is aborted. */
export const reasonOf = (signal: AbortSignal | undefined) => signal?.reason ?? Object.assign(new Error("This operation was aborted"), { name: "AbortError" });

function plain(status: number, headers: Record<string, string>, body: ReadableStream<Uint8Array>): any {
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
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
    body,
    text,
    json: async () => JSON.parse(await text()),
  };
}
