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
import { KubecredError, aborted, field, onAbort } from "../shared/errors.js";
import type { Session } from "../session/session.js";

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

export async function waitForCertificate({
  session,
  sent,
  created,
  signal,
  onStatus,
  onTrouble,
  read,
  get,
  watch,
}: {
  session: Session;
  /** The object as it was made. */
  sent: any;
  /** The object as the server stored it. */
  created: any;
  signal?: AbortSignal;
  /** Throws nothing (callbackOf). */
  onStatus?: (status: any) => void;
  onTrouble?: (error: KubecredError) => void;
  read: (object: any) => Promise<any>;
  get: () => Promise<any>;
  watch: (resourceVersion: string | undefined) => Promise<AsyncIterable<{ line?: string; refused?: any }>>;
}): Promise<{ name: string; certificate: string; status: any }> {
  const { name } = sent.metadata;
  const uid = field(created, "metadata", "uid");
  let told = "";
  let version: string | undefined;
  /** The object as it was last seen. */
  let last: any;

  /** Tells the caller what is new about it: another state, or other findings. */
  function tell(status: any) {
    const codes = status.findings.map(({ code }: any) => code);
    const now = [status.state, ...codes.filter((code: string) => code !== "kept-until")].join();
    if (now === told) return;
    told = now;
    onStatus?.(status);
  }

  /** Reads one state of the object: the result when it is issued, an error when it never will be. */
  async function look(object: any) {
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
          const trouble = error as any;
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
        const { code } = error as any;
        if (code === "not-found") throw collected();
        if (!PASSING.has(code)) throw error;
        onTrouble?.(error as any);
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

/** A refusal after the request was created: what was done, and how to go on, are what the caller needs then. */
function afterwards(error: any, name: string) {
  if (error.code !== "forbidden" && error.code !== "unauthorized") return error;
  const proxied = error.details?.some((detail: any) => detail.field === "answeredBy" && detail.message === "proxy");
  const how = proxied
    ? `The request ${name} is in the cluster, but a proxy on the way refuses to read it. Do not send it again: go on without that proxy, or have its certificate handed over (kubectl get csr ${name} -o jsonpath='{.status.certificate}')`
    : error.code === "forbidden"
      ? `The request ${name} is in the cluster, but this caller may not read it. Do not send it again: an administrator can grant get, list and watch on it, or hand over its certificate (kubectl get csr ${name} -o jsonpath='{.status.certificate}')`
      : `The request ${name} is in the cluster. Log in again, and continue waiting for it`;
  const what = error.message.replace(/\.$/, "");
  return new KubecredError(error.code, `${what}. ${how}`, [...(error.details ?? []), { field: "created", message: name }], error.field);
}

function refusal(state: "denied" | "failed", status: any, object: any) {
  const code = state === "denied" ? "request-denied" : "request-failed";
  const type = state === "denied" ? "Denied" : "Failed";
  const why = status.findings.find((finding: any) => finding.code === code);
  const conditions = field(object, "status", "conditions");
  const said = Array.isArray(conditions) ? conditions.find((condition) => field(condition, "type") === type) : undefined;
  const details = ["reason", "message"]
    .filter((key) => typeof field(said, key) === "string" && said[key] !== "")
    .map((key) => ({ field: key, message: readable(said[key]) }));
  return new KubecredError(code, why?.message ?? `The request was ${state}.`, details);
}

/** Somebody's free text: escaped where it does not show, and cut. */
const readable = (text: string) => text.slice(0, 1000).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const collected = () =>
  new KubecredError(
    "request-collected",
    "The request no longer exists: someone deleted it, or it expired (an hour after a decision, a day without one). The key is still usable: submit the request again.",
  );

/** The version to watch from, where the object has one: a proxy may have left it out or changed its type, and it goes into the next request. */
export function versionOf(object: any): string | undefined {
  const version = field(object, "metadata", "resourceVersion");
  return typeof version === "string" && version !== "" ? version : undefined;
}

export function pause(milliseconds: number, session: { ended: AbortSignal; over: KubecredError | undefined }, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      for (const done of listening) done();
      if (session.over) reject(session.over);
      else if (signal?.aborted) reject(aborted());
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    const listening = [signal, session.ended].map((one) => onAbort(one, end));
    if (session.over || signal?.aborted) end();
  });
}
