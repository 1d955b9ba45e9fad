/*
 * ECDSA signatures of requests, confirmed by the platform: its WebCrypto takes a fraction of the module's time for one, on threads of its own.
 * Only "right" is taken from it. What it refuses, does not know or calls wrong is verified by the module, whose verdict is Go's.
 */

/** As the core tells them: 256 for P-256 and SHA-256, and so on; `numbers` are r and s, each as wide as the field (W3C Web Cryptography API, ECDSA). */
export type Signature = [id: string, curve: number, hash: number, point: BufferSource, message: BufferSource, numbers: BufferSource];

/** So many are on their way at a time: enough for a platform's threads, and little memory however long a list is. */
const AT_ONCE = 64;

/** The ids of the signatures that are right, with blanks between them. */
export async function confirm(signatures: Signature[]) {
  const right: string[] = [];
  const waiting = signatures.values();
  const work = async () => {
    for (const [id, curve, hash, point, message, numbers] of waiting) {
      try {
        const key = await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: `P-${curve}` }, false, ["verify"]);
        if ((await crypto.subtle.verify({ name: "ECDSA", hash: `SHA-${hash}` }, key, numbers, message)) === true) right.push(id);
      } catch {
        // Not confirmed. A page of plain http ends here as well: it has no crypto.subtle.
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return right.join(" ");
}
