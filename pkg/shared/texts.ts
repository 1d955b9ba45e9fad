/*
 * Text to bytes and back. Jest with jsdom (30, 2026-11) has the globals of a browser without these two; Node 20.16 and later has them elsewhere.
 */
const from: Pick<typeof globalThis, "TextDecoder" | "TextEncoder"> = globalThis.TextDecoder
  ? globalThis
  : ((globalThis as any).process?.getBuiltinModule?.("node:util") ?? globalThis);

export const newDecoder = (options?: TextDecoderOptions) => new from.TextDecoder("utf-8", options);
export const encode = (text: string) => new from.TextEncoder().encode(text);
