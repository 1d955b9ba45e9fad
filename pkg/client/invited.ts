/*
 * Invitations, the newcomer's side: a link is read without a request to anybody, and accepted when the caller says so.
 */
import { Cluster } from "../cluster/cluster.js";
import { originOf } from "../cluster/http.js";
import { KubecredError, aborted, callbackOf, field, own, signalOf, wrong } from "../shared/errors.js";
import { matchOf } from "../shared/match.js";
import { now } from "../shared/now.js";
import { MOST_BYTES, unpack } from "../shared/packed.js";
import { isKey } from "./handles.js";
import type { Session } from "../session/session.js";

/** The whole address, its fragment, or what follows in it. */
const FORM = /^(?:[^#]*#)?\/?(?:invitation\/)?1\.([A-Za-z0-9_-]+)$/;

/** Calls the core where foreign text is read. */
type Read = (method: string, args: any[]) => Promise<any>;

/** Nothing where a link is damaged. */
const unlessUnsupported = (error: unknown) => {
  if (error instanceof KubecredError) throw error;
};

/** Hands the link to the core, as bytes that are overwritten afterwards. */
async function open(method: string, link: string, read: Read) {
  const [, packed] = typeof link === "string" && link.length <= MOST_BYTES ? (matchOf(FORM, link.trim()) ?? []) : [];
  const bytes = packed === undefined ? undefined : await unpack(packed).catch(unlessUnsupported);
  if (!bytes)
    throw new KubecredError(
      "invalid-invitation",
      "This invitation is damaged or was not made by kubecred. Copy the whole link, or ask for a new one.",
      undefined,
      "link",
    );
  try {
    return await read(method, [bytes, now()]);
  } finally {
    bytes.fill(0);
  }
}

export class Invited {
  declare readonly accept: (link: string, options?: any) => Promise<any>;

  #read;

  constructor(read: Read, accept: (link: string, options?: any) => Promise<any>) {
    this.#read = read;
    this.accept = accept;
  }

  async read(link: string) {
    const report = await open("readInvitation", link, this.#read);
    const { origin, own: ownOrigin } = originOf(report.api);
    return { ...report, apiOrigin: origin, ownOrigin };
  }

  /** The token of a link in a kubeconfig, for kubectl where no browser reaches the API server. */
  async kubeconfig(link: string) {
    const { token, cluster } = await open("openInvitation", link, this.#read);
    return this.#read("createKubeconfig", [{ cluster, token }, now()]);
  }
}

export async function accept(
  link: string,
  options: any,
  { session, read, make }: { session: Session; read: Read; make: (algorithm: string, options: any) => Promise<any> },
) {
  const { key: given, algorithm = "ecdsa-p256", signal: ended, onProgress, onKey: toldKey, onStatus, onTrouble, fetch, onRequest, ...naming } = own(options);
  const signal = signalOf(ended);
  const onKey = callbackOf("onKey", toldKey);
  if (given !== undefined && !isKey(given)) throw wrong("key", "`key` must be a private key of this session.");
  if (signal?.aborted) throw aborted();
  const { api, token, cluster: entry, user, groups, requested } = await open("openInvitation", link, read);
  const cluster = new Cluster(session, { server: api, token, fetch, onRequest });
  // Names that no kubeconfig takes are refused before anything is sent.
  (await read("createKubeconfig", [{ ...naming, cluster: entry, token: "unused" }, now()])).dispose();
  const key = given ?? (await make(algorithm, { signal, onProgress }));
  try {
    onKey?.(key);
    const csr = await key.createCsr({ user, groups });
    const told = { signal, onStatus, onTrouble };
    const { name, certificate, status } = await submit(cluster, { csr, ...requested }, told, key.fingerprint);
    const kubeconfig = await key.kubeconfig({ ...naming, certificate, cluster: entry, csr, requested });
    return { key, kubeconfig, certificate, name, status };
  } catch (error) {
    if (!given && !onKey) key.dispose(); // nobody else has it
    throw refused(error);
  }
}

/** Submits the request; where there is one already, or no other may be submitted, waits for the one that is there, if it has this key. */
async function submit(cluster: Cluster, wanted: any, told: any, fingerprint: string) {
  let first: KubecredError;
  try {
    return await cluster.csr.request(wanted, told);
  } catch (error) {
    first = error as KubecredError;
    const created = field(first, "details")?.some((detail: any) => detail.field === "created");
    if (created || !["already-exists", "forbidden"].includes(first.code)) throw error;
  }
  try {
    return await cluster.csr.wait(wanted.name, { ...told, fingerprint });
  } catch (error) {
    const { code } = error as any;
    const status = field(error, "status");
    if (code === "wrong-object" && status) {
      const used = new KubecredError(
        "invitation-used",
        "Someone else has used this invitation: the request under its name has another key. Tell the person who invited you, and ask for a new invitation.",
      );
      throw Object.assign(used, { status });
    }
    throw code === "not-found" ? first : error;
  }
}

/** A refusal of the token, in terms of the invitation. */
function refused(error: any) {
  if (error.code !== "unauthorized" && error.code !== "forbidden") return error;
  return new KubecredError(
    error.code,
    "The API server does not accept this invitation: it was revoked or closed, it has expired, or it belongs to another cluster. Ask the person who invited you for a new one, or for the certificate if your request was approved.",
    field(error, "details"),
  );
}
