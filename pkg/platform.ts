/*
 * Types of the platform that types.ts names: the reader's own where its libraries declare them (lib "dom", @types/node, Deno, Bun),
 * otherwise as much of them as kubecred uses, so that the declarations also compile without lib "dom".
 */

export type AbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Own } }
  ? Own
  : { readonly aborted: boolean; addEventListener(type: "abort", listener: () => void): void; removeEventListener(type: "abort", listener: () => void): void };

export type URL = typeof globalThis extends { URL: { prototype: infer Own } } ? Own : { readonly href: string };

/** A compiled module: WebAssembly.Module. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Own } } } ? Own : object;

/** Bytes in memory that is not shared: `Uint8Array<ArrayBuffer>` in TypeScript 5.7 and later, `Uint8Array` before. */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** Bytes that a platform's function accepts. */
export type BufferSource = ArrayBuffer | (ArrayBufferView & Pick<Bytes, "buffer">);

/** A module worker: the web's Worker, or the one of node:worker_threads. */
export interface WorkerLike {
  /** Sends a message, and moves what is in `transfer`. */
  postMessage(message: unknown, transfer: never[]): void;
  /** Ends the worker at once. */
  terminate(): unknown;
}

export declare const fetch: typeof globalThis extends { fetch: infer Own } ? Own : (input: string, init?: object) => Promise<unknown>;
