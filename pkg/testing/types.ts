/* What kubecred/testing takes and gives: the published types. */
import type { fetch } from "../platform.js";

/** Someone whom the API server recognizes. */
export interface FakeUser {
  username: string;
  uid?: string | undefined;
  /** Without `system:authenticated`, which is added. */
  groups?: readonly string[] | undefined;
  extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What is forbidden, whatever roles allow: answered with 403. A field that is left out, or `*`, fits everything. */
export interface ForbidRule {
  /** Such as `create`, `get`, `list`, `watch`, `update`, `patch`, `delete`, `approve`. */
  verb?: string | undefined;
  /** The API group; `""` is the core group. */
  group?: string | undefined;
  /** Plural, with a subresource as in RBAC: `certificatesigningrequests/approval`. */
  resource?: string | undefined;
  namespace?: string | undefined;
  name?: string | undefined;
  /** The user's name. */
  user?: string | undefined;
  /** Added to the message of the refusal. */
  reason?: string | undefined;
}

/** What the cluster has at the start, and what it forbids. */
export interface FakeClusterOptions {
  /**
   * Whom a request without a token is from, as behind `kubectl proxy`. Default: `admin` of `system:masters`, who may do everything. Null:
   * `system:anonymous`.
   */
  user?: FakeUser | null | undefined;
  /** Bearer tokens, and their users. Tokens that the fake issues are accepted as well; any other is 401. */
  tokens?: Readonly<Record<string, FakeUser>> | undefined;
  forbid?: readonly ForbidRule[] | undefined;
  /** Objects that exist at the start, such as roles and bindings: any kind that is stored but CertificateSigningRequest. */
  objects?: readonly object[] | undefined;
  /** Approves each request by itself. Default: false. */
  autoApprove?: boolean | undefined;
  /** Whether the built-in signers run. Default: true. False: approved requests stay without a certificate, as where no signer runs. */
  sign?: boolean | undefined;
  /** The address that the cluster tells of itself (`/api`, `cluster-info`). Default: `https://kubernetes.test:6443`. */
  server?: string | undefined;
  /** A path in front of the API, such as `/k8s/clusters/c-1`: other paths are 404. Default: none. */
  basePath?: string | undefined;
  /** The bootstrap token that signs `kube-public/cluster-info`. Default: `abcdef.0123456789abcdef`. */
  bootstrapToken?: string | undefined;
}

/** A request that came in. Headers are not kept: a token is never in here. */
export interface FakeRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** JSON, parsed and frozen; text where it is not JSON; undefined without a body. */
  readonly body: unknown;
}

/** A fault on demand, for the next requests that fit. A field of the first three that is left out fits everything. */
export interface Fault {
  /** As in {@link ForbidRule}. */
  verb?: string | undefined;
  resource?: string | undefined;
  name?: string | undefined;
  /** For how many requests. Default: 1. */
  times?: number | undefined;
  /** Waits so long before anything else. */
  delayMilliseconds?: number | undefined;
  /** Answers with a Status of this HTTP code in place of doing anything. 410 of a watch is an ERROR event; of a list, it has a fresh `continue`. */
  status?: number | undefined;
  message?: string | undefined;
  /** The header `Retry-After`, for 429 and 503. */
  retryAfterSeconds?: number | undefined;
  /** The request fails as if the server could not be reached. */
  drop?: boolean | undefined;
}

/** What is said about a decision. */
export interface DecisionText {
  reason?: string | undefined;
  message?: string | undefined;
}

/** An API server in memory, and what a test does about it. */
export interface FakeCluster {
  /**
   * The API server. Origins do not matter: every address is this server. Bound: may be handed over alone. Rejects as the platform's fetch does:
   * with the signal's reason where it is aborted, with a TypeError after `close`, for a fault with `drop`, and where `objects` has one that cannot
   * be stored.
   */
  readonly fetch: typeof fetch;
  /**
   * Approves a CertificateSigningRequest as another administrator would; the answer is its name. Where none of this name was submitted yet, it waits
   * for that. Without a name: the oldest request without a decision, or the next one.
   *
   * @throws Error where the request is denied already, or the fake is closed meanwhile.
   */
  approve(name?: string, text?: DecisionText): Promise<string>;
  /** As {@link FakeCluster.approve}. */
  deny(name?: string, text?: DecisionText): Promise<string>;
  /** What came in so far, in that order. */
  readonly requests: readonly FakeRequest[];
  /** Adds a fault. Of several that fit a request, the oldest one counts. */
  fault(fault: Fault): void;
  /** Breaks the watches that are open, as a network does. */
  dropWatches(): Promise<void>;
  /** The certificate of the authority that signs, PEM: also the CA that the cluster tells of itself. */
  certificateAuthority(): Promise<string>;
  /** Ends open watches. Requests after it fail. */
  close(): void;
}
