/*
 * The throw-away certificate authority: a WebAssembly module of its own (testing/ in the repository), which is started at the first request.
 * It also reads and verifies certificate signing requests, as kube-apiserver does.
 */
import { builtin, texts } from "./answers.js";
import instantiate, { packed } from "../wasm/testing.js";

/** Validity of the authority's own certificate, in seconds: ten years, as kubeadm's. */
const YEARS = 10 * 365 * 86_400;
const BACKDATE = 300;

type Glue = ReturnType<typeof instantiate>;

/** one for all clusters: it has no state of its own */
let glue: Promise<Glue> | undefined;

async function load() {
  const own = instantiate(texts);
  own.initSync({ module: await bytesOf(packed) });
  return own;
}

/** The module, deflated (RFC 1950) and in base64. */
async function bytesOf(base64: string) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  if (!globalThis.DecompressionStream) return builtin("node:zlib").inflateSync(bytes);
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  void writer.write(bytes);
  void writer.close();
  const parts: Uint8Array[] = [];
  const reader = stream.readable.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export type Requested = { refusal: string | undefined; user: string; groups: string[]; names: Record<"DNS" | "Email" | "IP" | "URI", number> };

export class Authority {
  /** Its own certificate, PEM. */
  declare readonly certificate: string;

  #glue;
  #authority;

  constructor(glue: Glue) {
    this.#glue = glue;
    const now = Math.floor(Date.now() / 1000);
    this.#authority = new glue.Authority("kubernetes", now - BACKDATE, now + YEARS);
    this.certificate = this.#authority.certificate();
  }

  static async start() {
    glue ??= load();
    return new Authority(await glue);
  }

  /** What kube-apiserver reads of `spec.request`, decoded. */
  read(text: Uint8Array): Requested {
    const request = new this.#glue.Request(text);
    const { refusal, user, groups } = request;
    const [DNS, Email, IP, URI] = ["DNS", "Email", "IP", "URI"].map((kind) => request.names(kind));
    request.free();
    return { refusal, user, groups, names: { DNS, Email, IP, URI } as Requested["names"] };
  }

  /**
   * The certificate for a request, PEM. Times as `PermissiveSigningPolicy.apply` sets them: five minutes back, and a long lifetime ends five
   * minutes early.
   */
  sign(request: Uint8Array, usages: string[], expirationSeconds: number | undefined) {
    const YEAR = 365 * 86_400; // --cluster-signing-duration
    const seconds = Math.min(expirationSeconds ?? YEAR, YEAR);
    const now = Math.floor(Date.now() / 1000);
    const end = seconds < 8 * 3600 ? now + seconds : now + seconds - BACKDATE;
    return this.#authority.sign(request, usages, now - BACKDATE, end);
  }

  /** A JSON Web Token, signed with ES256. */
  token(claims: object) {
    return this.#authority.token(JSON.stringify(claims));
  }

  /** @param token a bootstrap token */
  clusterInfo(kubeconfig: string, token: string) {
    const [id = "", secret = ""] = token.split(".");
    return { [`jws-kubeconfig-${id}`]: this.#glue.clusterInfoSignature(kubeconfig, id, secret) };
  }

  free() {
    this.#authority.free();
  }
}
