/*
 * The dispatcher around one wasm instance: messages in, answers out. worker.ts and worker-node.ts run it in a worker,
 * session/session.ts runs it in place for `worker: false`; it does not know which.
 *
 *   in:   { id, target, method, args }   target 0 is the module, any other number a handle; the method is an export (src/wasm)
 *         { cancel: id }                 ends the key search that this call runs
 *         "generateKey" takes the ports to helpers, "help" the port to the worker that it helps (search.ts)
 *   out:  { id, value } | { id, error: { code, message, details?, field? } } | { id, progress }
 *
 * A PrivateKey or Kubeconfig stays here; { handle, kind, is } goes out, a Kubeconfig's `is` as JSON: a text is copied
 * faster. The arguments are the engine's own copies, so it may wipe bytes that came in.
 *
 * Whatever is thrown and is not an error of the core means that the instance cannot be trusted any more: after a trap,
 * borrowed objects stay borrowed and `free` fails (measured 2026-11). Then everything is wiped and the answer is
 * `wasm-panicked`.
 */
import instantiate from "../wasm/core.js";
import { KubecredError, closed, disposed, field, otherDisposed, wrong } from "../shared/errors.js";
import { findKey, help } from "./search.js";
import { confirm } from "./signatures.js";

type Call = { id: number; target: number; method: string; args: any[] };
type Answer = (message: any, transfer: ArrayBuffer[]) => void;

/** Methods whose first argument is PEM, a token or a kubeconfig, as text or bytes; the binding wants bytes. */
const TAKES_PEM = new Set([
  "importKey",
  "readRequest",
  "readCertificate",
  "readToken",
  "recognise",
  "renewalReminder",
  "linked",
  "readKubeconfig",
  "readInvitation",
  "openInvitation",
]);

/**
 * Methods that verify signatures, unless their last argument says that a server did, which stored the object. The platform comes first: the
 * engine puts what it confirms behind the first argument. The core verifies everything else.
 */
const VERIFIES = /^read(Signing)?Request/;

/** What the first argument of some of them is called in types.ts; `input` of the others. */
const ARGUMENTS: Record<string, string> = { readToken: "token", linked: "pem", readInvitation: "link", openInvitation: "link" };

export class Engine {
  #core: ReturnType<typeof instantiate> | undefined;
  #memory: WebAssembly.Memory | undefined;
  #handles = new Map<number, any>();
  /** How to end each running key search, by the id of its call. */
  #searches: Map<number, () => void> = new Map();
  #next = 1;
  #answer;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  receive(message: Call & { cancel?: number }) {
    if (Object.hasOwn(message, "cancel")) {
      this.#searches.get(message.cancel as number)?.();
      return;
    }
    this.#run(message).then(
      (value) => this.#answer({ id: message.id, value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []),
      (error) => this.#answer({ id: message.id, error: this.#plain(error) }, []),
    );
  }

  /** Frees every key, ends every search, then overwrites the whole memory: stack, heap and what a trap left behind. */
  close() {
    for (const stop of this.#searches.values()) attempt(stop);
    for (const object of this.#handles.values()) attempt(() => object.free());
    this.#searches.clear();
    this.#handles.clear();
    if (this.#memory) new Uint8Array(this.#memory.buffer).fill(0);
    this.#core = this.#memory = undefined;
  }

  async #run({ id, target, method, args }: Call) {
    if (target === 0 && method === "start") return this.#start(args[0]);
    const core = this.#core;
    if (!core) throw closed();
    if (target !== 0) {
      const object = this.#handles.get(target);
      if (!object) throw disposed();
      if (method === "merge" || method === "renew") {
        const other = this.#handles.get(args[0]);
        if (!other) throw otherDisposed();
        args[0] = other;
      }
      if (method === "give") return give(object, args[0]);
      if (method !== "free") return this.#keep(object[method](...args));
      this.#handles.delete(target);
      return object.free();
    }
    if (method === "generateKey") return this.#keep(await this.#search(core, id, args[0], args[1]));
    if (method === "help") return help(core, args[0], args[1]);
    if (method === "take") return this.#take(core, args[0], args[1], args[2]);
    const call = (core as any)[method] as (...args: any[]) => any;
    const pem = TAKES_PEM.has(method) ? toBytes(method, args[0]) : undefined;
    if (pem) args[0] = pem;
    try {
      if (method === "importKey") return this.#keep(core.PrivateKey.import(args[0], args[1]));
      if (method === "readKubeconfig") return this.#keep(core.Kubeconfig.read(args[0], args[1]));
      if (VERIFIES.test(method)) {
        const [given, , stored] = args;
        args.splice(1, 0, stored ? undefined : await confirm(core.signatures(given, pem !== undefined) as any));
        if (this.#core !== core) throw closed();
      }
      return this.#keep(call(...args));
    } finally {
      pem?.fill(0);
    }
  }

  #start(module: WebAssembly.Module) {
    if (typeof globalThis.crypto?.getRandomValues !== "function") {
      throw new KubecredError("no-random", "This platform has no crypto.getRandomValues, so no key can be created here.");
    }
    const core = instantiate();
    this.#memory = core.initSync({ module }).memory;
    this.#core = core;
    return core.version();
  }

  /** The key search. To cancel is to free it, at once. */
  async #search(core: ReturnType<typeof instantiate>, id: number, algorithm: unknown, ports: MessagePort[] = []) {
    try {
      return await findKey(
        core,
        algorithm,
        ports,
        (free) => this.#searches.set(id, free),
        (progress) => this.#answer({ id, progress }, []),
      );
    } finally {
      this.#searches.delete(id);
    }
  }

  /** A copy of what another engine gives; see files.ts. */
  async #take(core: ReturnType<typeof instantiate>, kind: "PrivateKey" | "Kubeconfig", port: MessagePort, now: number) {
    const bytes: Uint8Array = await new Promise((resolve) => {
      port.onmessage = ({ data }) => resolve(data);
    });
    port.close();
    try {
      return this.#keep(kind === "PrivateKey" ? core.PrivateKey.import(bytes, undefined) : core.Kubeconfig.read(bytes, now));
    } finally {
      bytes.fill(0);
    }
  }

  /** Keeps a key or kubeconfig here, or one inside an answer, and gives its handle; everything else goes out as it is. */
  #keep(value: any) {
    const core = this.#core;
    for (const kind of ["PrivateKey", "Kubeconfig"] as const) {
      if (core && value instanceof core[kind]) {
        const handle = this.#next++;
        this.#handles.set(handle, value);
        return { handle, kind, is: value.describe() };
      }
    }
    for (const part of ["kubeconfig", "key"]) if (field(value, part)) value[part] = this.#keep(value[part]);
    return value;
  }

  /** What the caller learns of a failure. */
  #plain(error: any) {
    if (error instanceof Error && Object.hasOwn(error, "code") && error.name === "KubecredError") {
      const { code, message } = error as any;
      return { code, message, details: field(error, "details"), field: field(error, "field") };
    }
    const started = this.#core !== undefined;
    this.close();
    return started
      ? { code: "wasm-panicked", message: "The module stopped unexpectedly, and the session is over. Open a new one." }
      : { code: "wasm-unavailable", message: "The WebAssembly module does not start here." };
  }
}

/** Sends a copy to another engine. */
function give(object: any, port: MessagePort) {
  const bytes = typeof object.exportPem === "function" ? object.exportPem(undefined) : object.serialize(undefined);
  port.postMessage(bytes, [bytes.buffer]); // the one who takes it closes the port
}

function toBytes(method: string, pem: unknown) {
  if (typeof pem === "string") return new TextEncoder().encode(pem);
  if (pem instanceof Uint8Array) return pem;
  const name = ARGUMENTS[method] ?? "input";
  throw wrong(name, `\`${name}\` must be a string or a Uint8Array.`);
}

/** After a trap, `free` throws; the wipe that follows does its work. */
function attempt(action: () => void) {
  try {
    action();
  } catch {
    // Nothing is left to do: close() overwrites the memory.
  }
}
