// Every shape in which a part of a private key could lie in memory, and a search for 16 bytes of any of them.
import { createHash, createPrivateKey } from "node:crypto";

const WINDOW = 16;
/** Orders of the curves (SP 800-186, 3.2.1). */
const ORDER = {
  "P-256": 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  "P-384": 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

const number = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
/** As arithmetic modulo `modulus` keeps a number. */
const montgomery = (bytes, modulus, length) => Buffer.from(((number(bytes) << BigInt(length * 8)) % modulus).toString(16).padStart(length * 2, "0"), "hex");

/** The secret numbers of a key by name, big-endian; nothing public is among them. @param {string | Uint8Array} pem */
function numbers(pem) {
  const jwk = createPrivateKey(Buffer.from(pem)).export({ format: "jwk" });
  const found = {};
  for (const part of ["d", "p", "q", "dp", "dq", "qi"]) if (jwk[part]) found[part] = Buffer.from(jwk[part], "base64url");
  if (jwk.kty === "EC") found["d, Montgomery"] = montgomery(found.d, ORDER[jwk.crv], found.d.length);
  if (jwk.kty === "RSA") found["qi, Montgomery"] = montgomery(found.qi, number(found.p), found.p.length);
  if (jwk.kty === "OKP") {
    const expanded = createHash("sha512").update(found.d).digest();
    found["signing prefix"] = Buffer.from(expanded.subarray(32));
    expanded[0] &= 248;
    expanded[31] = (expanded[31] & 127) | 64;
    found["signing scalar"] = expanded.subarray(0, 32);
  }
  return found;
}

/** The base64 characters of a text that stand for secret bytes of what it encodes; line breaks are passed over in counting. */
function base64Shapes(name, text, raw, secrets, shapes) {
  const places = [];
  for (let at = 0; at < text.length; at++) if (/[A-Za-z0-9+/]/.test(text[at])) places.push(at);
  for (const [part, bytes] of secrets) {
    const start = raw.indexOf(bytes);
    if (start < 0) continue;
    const first = places[Math.ceil((start * 4) / 3)];
    const last = places[Math.floor(((start + bytes.length) * 4) / 3) - 1];
    shapes[`${name} (${part})`] = Buffer.from(text.slice(first, last));
  }
}

/** @param {string | Uint8Array} pem PKCS#8, not encrypted */
export function shapesOf(pem) {
  const text = Buffer.from(pem).toString();
  const parts = Object.entries(numbers(pem));
  const shapes = {};
  for (const [part, bytes] of parts) {
    shapes[`${part}, big-endian`] = bytes;
    shapes[`${part}, little-endian`] = Buffer.from(bytes).reverse();
    shapes[`${part}, hex`] = Buffer.from(bytes.toString("hex"));
  }
  // The encodings are searched where they hold these numbers: a modulus may stay, it is public.
  const body = text
    .split("\n")
    .filter((line) => !line.startsWith("-----"))
    .join("\n");
  base64Shapes("PEM", body, createPrivateKey(text).export({ format: "der", type: "pkcs8" }), parts, shapes);
  const lines = Object.entries(shapes).filter(([name]) => name.startsWith("PEM"));
  base64Shapes("client-key-data", Buffer.from(text).toString("base64"), Buffer.from(text), lines, shapes);
  return shapes;
}

/** A search for any window of any of these. @param {Record<string, Buffer>} shapes */
export function searcher(shapes) {
  /** Windows by their first four bytes. @type {Map<number, [string, Buffer][]>} */
  const windows = new Map();
  // scrypt makes the memory grow to tens of megabytes: most places are passed over by their first two bytes.
  const begins = new Uint8Array(1 << 16);
  for (const [name, bytes] of Object.entries(shapes)) {
    for (let at = 0; at + WINDOW <= bytes.length; at++) {
      const start = bytes.readUInt32LE(at);
      begins[start & 0xffff] = 1;
      if (!windows.has(start)) windows.set(start, []);
      windows.get(start).push([name, bytes.subarray(at, at + WINDOW)]);
    }
  }
  /** The names of the shapes that are there. @param {WebAssembly.Memory} memory */
  return (memory) => {
    const bytes = Buffer.from(memory.buffer); // a view, no copy
    const found = new Set();
    for (let at = 0; at + WINDOW <= bytes.length; at++) {
      if (begins[bytes[at] | (bytes[at + 1] << 8)] === 0) continue;
      for (const [name, window] of windows.get(bytes.readUInt32LE(at)) ?? []) {
        if (window.compare(bytes, at, at + WINDOW) === 0) found.add(name);
      }
    }
    return [...found];
  };
}
