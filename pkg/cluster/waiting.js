/*
 * Waiting for the certificate: a watch while there is one, reading the object now and then where there is none, until
 * the request is issued, denied, failed or gone.
 *
 *   watch ──ends, breaks, 410──► pause ──► GET ──► watch …
 *   watch ──refused, not JSON──► GET ──► pause (0.5 s, doubled to 8 s) ──► GET …
 *
 * What an object means depends on the time as well: it is read again at intervals, so that "this takes a second" does not
 * remain where nothing signs.
 *
 * Whatever the server sends is read by the core; this file decides only when to ask again.
 */
import { now } from "../shared/now.js";
import { KubecredError, aborted, field } from "../shared/errors.js";

const FIRST_PAUSE = 500;
const LAST_PAUSE = 8_000;
/** A watch that lived this long was no failure: the next pause is the first again. */
const GOOD_WATCH = 5_000;
/** Milliseconds between two readings of an object that has not changed. */
const READ_AGAIN = 15_000;

/** Trouble that passes: keep trying. Everything else that a GET meets ends the waiting. */
const PASSING = new Set(["network", "timeout", "server-error", "too-many-requests"]);
/** What a watch may meet without ending the waiting; the GET that follows has the last word on most of it. */
const WATCH_TROUBLE = new Set([...PASSING, "watch-expired", "bad-answer", "forbidden", "unauthorized", "not-found", "invalid-object", "redirected"]);

/**
 * @param {object} waiting
 * @param {import("../session/session.js").Session} waiting.session
 * @param {any} waiting.sent the object as it was made
 * @param {any} waiting.created the object as the server stored it
 * @param {AbortSignal} [waiting.signal]
 * @param {(status: any) => void} [waiting.onStatus] throws nothing (callbackOf)
 * @param {(error: KubecredError) => void} [waiting.onTrouble]
 * @param {(object: any) => Promise<any>} waiting.read
 * @param {() => Promise<any>} waiting.get
 * @param {(resourceVersion: string | undefined) => Promise<AsyncIterable<{ line?: string, refused?: any }>>} waiting.watch
 * @returns {Promise<{ name: string, certificate: string, status: any }>}
 */
export async function waitForCertificate({ session, sent, created, signal, onStatus, onTrouble, read, get, watch }) {
  const { name } = sent.metadata;
  const uid = field(created, "metadata", "uid");
  let told = "";
  /** @type {string | undefined} */
  let version;
  /** The object as it was last seen. @type {any} */
  let last;

  /** Tells the caller what is new about it: another state, or other findings. @param {any} status */
  function tell(status) {
    const codes = status.findings.map((/** @type {any} */ { code }) => code);
    const now = [status.state, ...codes.filter((/** @type {string} */ code) => code !== "kept-until")].join();
    if (now === told) return;
    told = now;
    onStatus?.(status);
  }

  /** Reads one state of the object: the result when it is issued, an error when it never will be. @param {any} object */
  async function look(object) {
    if (field(object, "metadata", "name") !== name || field(object, "metadata", "uid") !== uid || field(object, "spec", "request") !== sent.spec.request) {
      throw new KubecredError(
        "wrong-object",
        "The server answered with another object than this request. Someone replaced it, or a proxy changed the answer. The key is still usable: submit the request again.",
      );
    }
    version = versionOf(object);
    last = object;
    const status = await read(object);
    const { state } = status;
    tell(status);
    if (state === "denied" || state === "failed") throw refusal(state, status, object);
    if (state !== "issued") return undefined;
    const certificate = await session.call(0, "issuedCertificate", [object]);
    await session.call(0, "readCertificate", [certificate ?? "", now()]); // says what is wrong where it cannot be read
    return { name, certificate, status };
  }

  /** Follows the watch to its end: the result, or undefined. */
  async function follow() {
    for await (const { line, refused } of await watch(version)) {
      if (refused) {
        await session.call(0, "apiAnswer", ["watch-signing-request", refused]); // throws what the refusal means
        throw new KubecredError("bad-answer", "The server does not stream the watch.");
      }
      const { type, object } = await session.call(0, "watchEvent", [line]);
      if (type === "BOOKMARK") continue;
      const done = await look(object);
      if (done) return done;
      if (type === "DELETED") throw collected();
    }
    return undefined;
  }

  let over = false;
  const again = setInterval(() => {
    const object = last;
    read(object).then(
      (status) => !over && object === last && tell(status),
      () => {},
    );
  }, READ_AGAIN);
  try {
    return await until();
  } catch (error) {
    throw afterwards(error, name);
  } finally {
    over = true;
    clearInterval(again);
  }

  async function until() {
    let done = await look(created);
    let watching = true;
    let wait = FIRST_PAUSE;
    while (!done) {
      if (watching) {
        const began = Date.now();
        try {
          done = await follow();
        } catch (error) {
          const trouble = /** @type {any} */ (error);
          if (!WATCH_TROUBLE.has(trouble.code)) throw error;
          // Refused or not understood: this server or proxy will not do better next time, so poll from now on.
          watching = trouble.code === "watch-expired" || PASSING.has(trouble.code);
          onTrouble?.(trouble);
        }
        if (done) return done;
        if (Date.now() - began > GOOD_WATCH) wait = FIRST_PAUSE;
        if (watching) await rest();
      }
      try {
        done = await look(await get());
      } catch (error) {
        const { code } = /** @type {any} */ (error);
        if (code === "not-found") throw collected();
        if (!PASSING.has(code)) throw error;
        onTrouble?.(/** @type {any} */ (error));
        if (watching) await rest();
      }
      if (!done && !watching) await rest();
    }
    return done;

    async function rest() {
      await pause(wait, session, signal);
      wait = Math.min(wait * 2, LAST_PAUSE);
    }
  }
}

/**
 * A refusal after the request was created: what was done, and how to go on, are what the caller needs then.
 * @param {any} error
 * @param {string} name
 */
function afterwards(error, name) {
  if (error.code !== "forbidden" && error.code !== "unauthorized") return error;
  const proxied = error.details?.some((/** @type {any} */ detail) => detail.field === "answeredBy" && detail.message === "proxy");
  const how = proxied
    ? `The request ${name} is in the cluster, but a proxy on the way refuses to read it. Do not send it again: go on without that proxy, or have its certificate handed over (kubectl get csr ${name} -o jsonpath='{.status.certificate}')`
    : error.code === "forbidden"
      ? `The request ${name} is in the cluster, but this caller may not read it. Do not send it again: an administrator can grant get, list and watch on it, or hand over its certificate (kubectl get csr ${name} -o jsonpath='{.status.certificate}')`
      : `The request ${name} is in the cluster. Log in again, and continue waiting for it`;
  const what = error.message.replace(/\.$/, "");
  return new KubecredError(error.code, `${what}. ${how}`, [...(error.details ?? []), { field: "created", message: name }], error.field);
}

/**
 * @param {"denied" | "failed"} state
 * @param {any} status
 * @param {any} object
 */
function refusal(state, status, object) {
  const code = state === "denied" ? "request-denied" : "request-failed";
  const type = state === "denied" ? "Denied" : "Failed";
  const why = status.findings.find((/** @type {any} */ finding) => finding.code === code);
  const conditions = field(object, "status", "conditions");
  const said = Array.isArray(conditions) ? conditions.find((condition) => field(condition, "type") === type) : undefined;
  const details = ["reason", "message"]
    .filter((key) => typeof field(said, key) === "string" && said[key] !== "")
    .map((key) => ({ field: key, message: readable(said[key]) }));
  return new KubecredError(code, why?.message ?? `The request was ${state}.`, details);
}

/** Somebody's free text: escaped where it does not show, and cut. @param {string} text */
const readable = (text) => text.slice(0, 1000).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const collected = () =>
  new KubecredError(
    "request-collected",
    "The request no longer exists: someone deleted it, or it expired (an hour after a decision, a day without one). The key is still usable: submit the request again.",
  );

/**
 * The version to watch from, where the object has one: a proxy may have left it out or changed its type, and it goes into the next request.
 * @param {any} object
 * @returns {string | undefined}
 */
export function versionOf(object) {
  const version = field(object, "metadata", "resourceVersion");
  return typeof version === "string" && version !== "" ? version : undefined;
}

/**
 * @param {number} milliseconds
 * @param {{ ended: AbortSignal, over: KubecredError | undefined }} session
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(milliseconds, session, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      session.ended.removeEventListener("abort", end);
      if (session.over) reject(session.over);
      else if (signal?.aborted) reject(aborted());
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
    session.ended.addEventListener("abort", end);
    if (session.over || signal?.aborted) end();
  });
}
