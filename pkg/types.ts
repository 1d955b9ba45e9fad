/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The public API of kubecred. Written by hand; the compiler and tests keep it true to the code.
 *
 * Everything that touches a secret or a parser runs in workers, which hold the wasm module: one for keys, and one that reads
 * what others wrote. A handle (PrivateKey, Kubeconfig) is a name for something in one of them. Closing the session ends them,
 * and every secret with them.
 * Every method rejects with a KubecredError; the codes named at a method are those that are particular to it.
 *
 * @module kubecred
 */

import type { AbortSignal, BufferSource, Bytes, URL, WasmModule, WorkerLike, fetch } from "./platform.js";
export type { Bytes, WorkerLike } from "./platform.js";

/** Starts a session. Rejects with `wasm-unavailable`, `wasm-integrity` or `no-random`. */
export declare function open(options?: OpenOptions): Promise<Kubecred>;

/** How a session starts. */
export interface OpenOptions {
  /** Where the module is: a URL, its bytes, or a compiled module. Default: next to this file, compared with the hash of the build. */
  wasm?: URL | string | BufferSource | WasmModule | undefined;
  /** Subresource-integrity string ("sha256-…", base64) that the bytes must match. */
  integrity?: string | undefined;
  /**
   * true: in workers. false: on the calling thread. A function makes each worker (a module worker of `kubecred/worker`), for bundlers, Trusted Types and
   * other origins; it is called for every worker that is needed. Default: in workers where this context can start them, otherwise (service and shared
   * workers, opaque origins) on the calling thread.
   */
  worker?: (boolean | (() => WorkerLike)) | undefined;
  /** Ends the start: `aborted`. */
  signal?: AbortSignal | undefined;
}

/** What every asynchronous call accepts that can take longer than a frame. */
export interface Abortable {
  /** Ends the call: it rejects with `aborted`. */
  signal?: AbortSignal | undefined;
}

/**
 * How a foreign text is read. Readers run in a worker of their own, which is started when the first is called, so that key operations
 * never wait behind them. An abort ends that worker (with `worker: false`, and where a Kubeconfig is in it: what is read is ignored, and
 * new reads go to another worker), and the call rejects with `aborted`.
 */
export interface Reading extends Abortable {}

/** Where `wasm-unavailable` says in its `details` (field "cause") why a session did not start. Each was checked, but for "worker" and "module". */
export type StartCause =
  /** No WebAssembly, or none with SIMD. */
  | "engine"
  /** The server's answer for the module was not 2xx. */
  | "module-not-found"
  /** The module's address cannot be read: network or CORS. */
  | "module-unread"
  /** The bytes are not a module that this engine compiles. */
  | "module"
  | "no-worker"
  | "other-origin"
  | "worker-src"
  | "connect-src"
  | "script-src"
  | "trusted-types"
  | "worker-not-found"
  /** The worker does not start, and nothing says why. */
  | "worker";

/** A session: its workers, and the keys, tokens and kubeconfigs in them. It ends with `close`. */
export interface Kubecred {
  readonly keys: Keys;
  readonly csr: Csr;
  readonly certificates: Certificates;
  readonly tokens: Tokens;
  readonly serviceAccounts: ServiceAccounts;
  readonly rbac: Rbac;
  readonly kubeconfig: Kubeconfigs;
  readonly discovery: Discovery;
  readonly links: Links;
  /** Invitations as the invited person gets them. */
  readonly invitations: ReceivedInvitations;
  /**
   * What a pasted or dropped text is, by its form, and whether it is a secret, in any wrapper: UTF-16, DER, base64, one line, quotes,
   * HTML, … `findings` are notices about the wrapper that a reader removes ("byte-order-mark", "utf-16", "raw-der", "base64-encoded",
   * "line-breaks-missing", …). Never rejects on bad input.
   */
  classify(input: string | Uint8Array, how?: Reading): Promise<Classification>;
  /** Objects as YAML that kubectl reads back exactly: several documents where several are given. */
  toYaml(objects: object | readonly object[]): Promise<string>;
  /**
   * The same step as command lines for a shell: kubectl, openssl, curl. Lines end in "\n", the last one without it, so that
   * pasting runs nothing unread. None contains a secret: keys and tokens are named by their files. `unquotable-value` where a
   * value cannot be on a line of this shell: control, direction and invisible characters in each, `%`, `!` and `"` in cmd.
   */
  commands(step: CommandStep, shell: Shell): Promise<string>;
  /** The live API of one cluster, through fetch. */
  cluster(options?: ClusterOptions): Cluster;
  /**
   * The whole certificate path in one call: creates a key, submits its request, waits for the certificate, reads address and CA from the cluster,
   * and writes the kubeconfig. The key is disposed of unless `keepKey`, or `onKey` was given. Rejects with the codes of `keys.generate`,
   * `cluster.csr.request`, `cluster.discover` and `PrivateKey.kubeconfig`.
   */
  requestKubeconfig(options: RequestKubeconfigOptions): Promise<RequestedKubeconfig>;
  readonly version: Version;
  /** Ends the worker and wipes what it held. Later calls reject with `session-closed`. */
  close(): void;
  /** `using` ends it. */
  [Symbol.dispose](): void;
}

/** Private keys of the session. */
export interface Keys {
  /** Makes a key. `unsupported-algorithm` before any work, `no-random`, `aborted`. */
  generate(algorithm: KeyAlgorithm, options?: GenerateOptions): Promise<PrivateKey>;
  /**
   * PKCS#8 (RFC 5958), SEC1 (RFC 5915) or PKCS#1 (RFC 8017), PEM or DER, also as base64, on one line, indented or quoted; PBES2-encrypted PKCS#8 (RFC 8018) with a passphrase.
   * Certificates next to the one key are ignored. `invalid-pem`, `invalid-key`, `unsupported-key`, `unsupported-key-format`, `inconsistent-key`, `weak-key`,
   * `passphrase-required`, `wrong-passphrase`, `excessive-work`, `input-too-large`.
   */
  import(input: string | Uint8Array, options?: { passphrase?: string | undefined; signal?: AbortSignal | undefined }): Promise<PrivateKey>;
  /**
   * Begins the search for an RSA key before it is requested: call it when a person looks at an RSA option (hover, focus,
   * choice), never unasked. Workers start, their code gets warm, and the search itself runs: the next generate of this
   * algorithm takes it over, and often finds it done. Call it again when the choice changes: the search of before, or the
   * key that it found, is dropped; for an algorithm other than RSA that is all.
   */
  prepare(algorithm: KeyAlgorithm): void;
  /** Every algorithm, the one to offer first at the front, with a name and a line for the person who chooses. */
  readonly algorithms: readonly { readonly id: KeyAlgorithm; readonly label: string; readonly hint: string }[];
}

/** PKCS#10 requests, and the objects that carry them to the API server. */
export interface Csr {
  /**
   * What kube-apiserver will make of a PKCS#10 request, PEM. Never rejects on bad input. `accepted` and `refusal` are about the text as it was
   * given; everything else is about the request that was recognised in it (DER, base64, UTF-16, one line, …), and each wrapper is a finding.
   */
  inspect(input: string | Uint8Array, how?: Reading): Promise<CsrReport>;
  /** What is odd about a subject, for the form that asks for it; `path` is the field. Rejects with `invalid-subject` what would be refused. */
  lintSubject(subject: Subject): Promise<Finding[]>;
  /** A certificates.k8s.io/v1 CertificateSigningRequest, checked as the server would check it. `invalid-signing-request`. */
  manifest(options: CsrManifestOptions): Promise<CertificateSigningRequest>;
  /**
   * A CertificateSigningRequest object (or its JSON or YAML, text or bytes): its state, why, and what to do next. A manifest that no server
   * has stored is judged as the server would judge it on create. `verifySignature: false`: the
   * signature of an object that a server has stored is not verified again, since that server did. `invalid-signing-request`.
   */
  explain(object: string | Uint8Array | object, how?: Reading & { verifySignature?: boolean | undefined }): Promise<CsrStatus>;
  /** Many at once: an array, a List, or JSON text of one. The signatures of objects are not verified again, since their server did that; those in a text are. */
  explainAll(objects: string | Uint8Array | object | readonly object[], how?: Reading): Promise<CsrStatus[]>;
}

/** Certificates, as the API server and kubectl read them. */
export interface Certificates {
  /** A certificate chain: PEM, DER, or the base64 of PEM as in `status.certificate`; the report is the first one's. `invalid-certificate`. */
  parse(input: string | Uint8Array, how?: Reading): Promise<CertificateReport>;
  /** A calendar file (RFC 5545) for the day on which to renew, and that day, RFC 3339: four fifths into the lifetime. */
  renewalReminder(input: string | Uint8Array, how?: Reading): Promise<{ due: string; text: string }>;
}

/** Bearer tokens, as others hand them over. */
export interface Tokens {
  /**
   * A bearer token, cleaned of `Bearer`, quotes and line ends, or the output of `kubectl describe secret`: what it says of itself where it is a JSON Web Token (RFC 7519). The first
   * finding is always "not-verified". `invalid-token` where it cannot be in a header, `input-too-large` over 16 KiB.
   */
  parse(token: string | Uint8Array, how?: Reading): Promise<TokenReport>;
  /**
   * Token and CA out of such a Secret (an object, or its JSON or YAML), or out of the one in a list that fits by type and annotation; undefined while the token
   * controller has not filled it. `invalid-object`, `wrong-object` (another account's), `not-found` (none in the list fits).
   */
  fromSecret(
    object: string | object,
    options?: { serviceAccount?: string | undefined; name?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<SecretToken | undefined>;
}

/** Service accounts as objects, without a cluster. */
export interface ServiceAccounts {
  /** v1 ServiceAccount, and for `legacySecret` (its name) the v1 Secret of type kubernetes.io/service-account-token. `invalid-object`. */
  manifests(options: { name: string; namespace: string; legacySecret?: string | undefined }): Promise<KubernetesObject[]>;
}

/** Roles and bindings (rbac.authorization.k8s.io/v1) as objects, without a cluster. */
export interface Rbac {
  /** The roles that `manifests` knows by name, the mildest first. */
  templates(): Promise<RbacTemplate[]>;
  /**
   * Role or ClusterRole (unless it exists in every cluster) and its binding, rbac.authorization.k8s.io/v1. What the
   * server would refuse rejects with `invalid-object`, its field in the details.
   */
  manifests(options: RbacOptions): Promise<KubernetesObject[]>;
  /**
   * What a set of manifests lets somebody do, without asking a server: verbs × resources. `manifests` are roles and
   * bindings, single, in lists, or as `kubectl get` prints them in JSON or YAML; other kinds are ignored. `invalid-yaml`. With a namespace the
   * rights in it and across the cluster, without one those across the cluster.
   */
  matrix(options: { manifests: Manifests; subject: RbacSubject; namespace?: string | undefined }, how?: Reading): Promise<RbacMatrix>;
  /** Single questions about manifests, answered as the server's SubjectAccessReview would; `reason` is in its words. */
  review(options: { manifests: Manifests; subject: RbacSubject; questions: readonly RbacQuestion[] }, how?: Reading): Promise<RbacAnswer[]>;
  /** What is dangerous in manifests, or does not do what it seems to; `path` is the place, such as `[0].rules[2]`. */
  lint(manifests: Manifests, how?: Reading): Promise<Finding[]>;
  /** How dangerous it is to grant manifests, by the same findings: what should not be given by one click. */
  risk(manifests: Manifests, how?: Reading): Promise<GrantRisk>;
}

/** Kubeconfigs, as kubectl reads them. */
export interface Kubeconfigs {
  /**
   * YAML, JSON or KYAML as kubectl reads it; UTF-8, or UTF-16 with a byte-order mark; at most 4 MiB. What kubectl would
   * refuse is refused, with line and column: `invalid-yaml`, `invalid-kubeconfig`, `input-too-large`. So are a key that
   * appears twice and a second document, which kubectl would lose silently. Everything else is in `findings`.
   */
  parse(input: string | Uint8Array, how?: Reading): Promise<Kubeconfig>;
  /**
   * A new kubeconfig with a token (`Bearer` and line ends are taken off), with the kubectl plugin oidc-login (int128/kubelogin), which
   * asks an OpenID Connect provider, or with a certificate whose key is elsewhere: keyFile is its path, as kubectl will look for it, and
   * the certificate is checked against the request where that is given. See also PrivateKey.kubeconfig. `invalid-options`, `invalid-token`,
   * `invalid-server`, `invalid-certificate-authority`, `invalid-name`, `invalid-request`, `certificate-…`.
   */
  create(
    parts: { cluster: ClusterEntry } & (
      | { token: string | Uint8Array }
      | { oidc: OidcLogin }
      | { certificate: string | Uint8Array; keyFile: string; csr?: string | undefined; requested?: RequestedCertificate | undefined }
    ) &
      Naming,
  ): Promise<Kubeconfig>;
}

/** Where a cluster is, and its CA, from what others handed over. With a connection: `Cluster.discover`. */
export interface Discovery {
  /**
   * kubeadm's discovery: verifies the ConfigMap kube-public/cluster-info with a bootstrap token (detached JWS, HS256) and, where given,
   * `sha256:` pins over a CA's SubjectPublicKeyInfo. `cluster-info-absent`, `cluster-info-unsigned` (not with this token),
   * `cluster-info-mismatch` (wrong secret, or changed: nobody can tell which), `cluster-info-damaged`, `pin-mismatch`, `invalid-token`.
   */
  verifyClusterInfo(
    configMap: object,
    options: { bootstrapToken: string; pins?: readonly string[] | undefined; signal?: AbortSignal | undefined },
  ): Promise<ClusterEntry>;
  /** What is odd about an address and a CA bundle, for the form that asks for them. `invalid-server`, `invalid-certificate-authority`, `unexpected-private-key`. */
  lintCluster(entry: ClusterEntry, how?: Reading): Promise<Finding[]>;
}

/** Requests and certificates in links, for people who send them to each other. */
export interface Links {
  /**
   * A request or certificate as the fragment of a link: compressed, in letters that a URL takes. With a request, what it is to be submitted with:
   * `metadata.name`, `spec.signerName`, `spec.usages` and `spec.expirationSeconds`, checked as `csr.manifest` checks them. `invalid-request` for anything
   * else, `unexpected-private-key`, `invalid-signing-request`.
   */
  encode(pem: string, requested?: RequestedCertificate): Promise<string>;
  /**
   * What such a fragment contains, checked like any paste, re-encoded. `requested` is what the link says, and nobody has signed that: compare it with
   * what the sender tells you. It is absent in a link of the first version, or of a certificate. `invalid-pem` where it is damaged, `invalid-request`
   * where it contains anything else, `invalid-signing-request`.
   */
  decode(fragment: string): Promise<{ kind: "csr" | "certificate"; pem: string; requested?: RequestedCertificate | undefined }>;
}

/** Invitations as the invited person gets them: links. */
export interface ReceivedInvitations {
  /**
   * What a link says, without a request to anybody and without its token. `link`: the whole address, or its fragment. `invalid-invitation` for
   * what is damaged, too large, or not an invitation; `invalid-server` for an address that no page can send requests to.
   */
  read(link: string): Promise<InvitationReport>;
  /**
   * For kubectl where no browser reaches the API server: a kubeconfig of the invitation's own account, with the token of the link. It submits the
   * request and reads it, until the invitation expires. `invalid-invitation`, `invitation-expired`.
   */
  kubeconfig(link: string): Promise<Kubeconfig>;
  /**
   * Accepts an invitation: makes a key unless one is given, submits exactly the request that the invitation is for, waits, and assembles the
   * kubeconfig. Requests go to the report's `api` and nowhere else; call it when the person has seen the report. With the same link and the same key
   * it goes on waiting for a request that was submitted before. `invalid-invitation`; `invitation-expired` before anything is sent;
   * `invitation-used` where the request of this name has another key (in `error.status`); `unauthorized` and `forbidden` where the invitation was
   * revoked or closed; and the codes of `cluster.csr.request` and `PrivateKey.kubeconfig`.
   */
  accept(link: string, options?: AcceptOptions): Promise<AcceptedInvitation>;
}
/** What an accepted invitation gives. Key and kubeconfig are the caller's to dispose of. */
export interface AcceptedInvitation {
  key: PrivateKey;
  kubeconfig: Kubeconfig;
  certificate: string;
  name: string;
  status: CsrStatus;
}
/** What a text is, by its form. */
export interface Classification {
  kind: "empty" | "private-key" | "certificate-request" | "certificate" | "token" | "bootstrap-token" | "kubeconfig" | "secret-object" | "object" | "other";
  secret: boolean;
  findings: readonly Finding[];
}

/** An object of the Kubernetes API, as it is sent. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string | undefined; labels?: Record<string, string> | undefined; [field: string]: unknown };
  [field: string]: unknown;
}
/** certificates.k8s.io/v1. */
export interface CertificateSigningRequest extends KubernetesObject {
  apiVersion: "certificates.k8s.io/v1";
  kind: "CertificateSigningRequest";
  spec: {
    /** base64 of the PEM. */
    request: string;
    signerName: string;
    usages: readonly string[];
    expirationSeconds?: number | undefined;
  };
}

/** Who gets which certificate from which cluster, for {@link Kubecred.requestKubeconfig}. */
export interface RequestKubeconfigOptions {
  /** Of this session; default: `cluster()`, the page's own origin. */
  cluster?: Cluster | undefined;
  subject: Subject;
  /** Default: "ecdsa-p256". */
  algorithm?: KeyAlgorithm | undefined;
  /** As in CsrManifestOptions. */
  expirationSeconds?: number | undefined;
  /** Of the context: a DNS label (RFC 1123). */
  namespace?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told at each step: "key" when its creation begins, each other one when it is reached. A callback that throws ends nothing. */
  onStep?: ((step: { step: "key" | "submitted" | "waiting" | "issued" | "kubeconfig"; status?: CsrStatus | undefined }) => void) | undefined;
  /** Told of the key before anything is sent, to save it; then it is the caller's to dispose of. */
  onKey?: ((key: PrivateKey) => void) | undefined;
  /** Told of a failure that does not end the waiting. */
  onTrouble?: ((error: KubecredError) => void) | undefined;
  /** The result has the key, which is the caller's to dispose of. */
  keepKey?: boolean | undefined;
}
/** What {@link Kubecred.requestKubeconfig} gives. */
export interface RequestedKubeconfig {
  kubeconfig: Kubeconfig;
  /** `kubeconfig.suggestedFileName`. */
  fileName: string;
  /** With `keepKey`. */
  key?: PrivateKey | undefined;
}
/** What this build consists of. */
export interface Version {
  /** Version of the package. */
  readonly kubecred: string;
  /** Commit that the wasm was built from, 40 hex digits; "unknown" where it was built outside git. */
  readonly commit: string;
  /** Lower-case hex SHA-256 of the wasm's bytes; "" where it cannot be computed (no secure context, compiled module given). */
  readonly wasmSha256: string;
  /** Cryptographic crates and their versions. */
  readonly crates: Readonly<Record<string, string>>;
  /**
   * What throws RSA candidates away before they are verified: four SIMD lanes, or the library in a build without. Each search tests the lanes
   * first, and the library takes the place of lanes that fail.
   */
  readonly rsaFilter: "simd" | "library";
}

/** ECDSA on NIST P-256 (the default to choose) or P-384, Ed25519 (RFC 8032), RSA with e = 65537. */
export type KeyAlgorithm = "ecdsa-p256" | "ecdsa-p384" | "ed25519" | "rsa-2048" | "rsa-3072" | "rsa-4096";
/** How a key is generated. */
export interface GenerateOptions {
  /** Stops the search; the promise rejects with `aborted` and no key exists. */
  signal?: AbortSignal | undefined;
  /** Told about ten times a second during an RSA search, and at its end. */
  onProgress?: ((progress: KeyProgress) => void) | undefined;
  /**
   * Workers that search for an RSA key together, 1 to 8. Default: one for each processor (navigator.hardwareConcurrency),
   * at most 8; four on two processors are slower than two. With `worker: false` it is always the calling thread alone.
   */
  workers?: number | undefined;
}
/** How far the search for an RSA key is. */
export interface KeyProgress {
  /** Numbers that were worth a primality test so far. */
  candidatesTried: number;
  /** Of two. */
  primesFound: number;
  /**
   * What it still takes on average, from what this machine has done so far. A search has no memory: that time falls when a prime is found, not
   * while one waits, and may well be exceeded threefold.
   */
  expectedSeconds: number;
}

/** A private key that stays in the worker. toString, toJSON and structuredClone reveal nothing. */
export interface PrivateKey {
  readonly algorithm: KeyAlgorithm;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo DER (RFC 5280, 4.1.2.7). */
  readonly fingerprint: string;
  /** PKCS#10 (RFC 2986), PEM. `invalid-subject`. */
  createCsr(subject: Subject): Promise<string>;
  /**
   * Checks the issued certificate against this key and (where given) the request, then assembles. With `requested`, a certificate that
   * outlives what was requested, or has other usages, is a warning in `findings`: "certificate-outlives-request", "usages-differ".
   * `certificate-key-mismatch`, `certificate-subject-mismatch`, `certificate-usage`, `certificate-not-yet-valid`,
   * `certificate-expired`, `invalid-certificate`, `invalid-server`, `invalid-certificate-authority`, `invalid-name`.
   */
  kubeconfig(
    parts: { certificate: string | Uint8Array; cluster: ClusterEntry; csr?: string | undefined; requested?: RequestedCertificate | undefined } & Naming,
  ): Promise<Kubeconfig>;
  /** PKCS#8 version 1, PEM; with a passphrase PBES2 (scrypt N=2^14 r=8 p=5, AES-256-CBC). */
  exportPem(options?: { passphrase?: string | undefined }): Promise<Bytes>;
  /**
   * The key with the certificate (or chain) issued for it as PKCS#12 (RFC 7292), for browsers and Java: PBES2 (PBKDF2-HMAC-SHA-256,
   * AES-256-CBC), integrity by HMAC-SHA-256, 200,000 rounds each. friendlyName is what importers show; default: the certificate's user. Java takes a passphrase
   * of printable ASCII alone. compatibility "legacy": 3DES and HMAC-SHA-1 (100,000 rounds), weaker, for programs that read nothing newer, such as macOS
   * Keychain and Windows before 10 1709; default "modern". `invalid-options` for an empty passphrase, `invalid-name`, and the `certificate-…` codes of `kubeconfig`.
   */
  exportPkcs12(
    certificate: string | Uint8Array,
    passphrase: string,
    options?: { friendlyName?: string | undefined; compatibility?: "modern" | "legacy" | undefined },
  ): Promise<Bytes>;
  /** Wipes the key. Later calls reject with `handle-disposed`. */
  dispose(): void;
  /** `using` ends it. */
  [Symbol.dispose](): void;
}

/** Who the certificate shall speak for (Kubernetes documentation: "X.509 client certificates"). */
export interface Subject {
  /** Becomes the certificate's CN: the Kubernetes user name, taken literally; at most 256 characters. */
  user: string;
  /** Each becomes one O: the Kubernetes groups, taken literally. Empty ones are dropped, duplicates collapse; at most 256. */
  groups?: readonly string[] | undefined;
  /** RDN 1.3.6.1.4.1.57683.2, read by Kubernetes 1.34 and later; the built-in signer drops it. */
  uid?: string | undefined;
  /** ASCII, `*.` allowed at the beginning. An IP address here becomes one of ipAddresses. */
  dnsNames?: readonly string[] | undefined;
  /** IPv4 or IPv6, without prefix length. */
  ipAddresses?: readonly string[] | undefined;
}

/** The cluster entry of a kubeconfig: where the API server is, and whom to trust. */
export interface ClusterEntry {
  /** Name of the entry. Default: host and port of the server. */
  name?: string | undefined;
  /** `https://host[:port][/path]`; other schemes, user information, query and fragment are refused. */
  server: string;
  /** PEM bundle; leave out where the server's certificate is publicly trusted. */
  certificateAuthority?: string | Uint8Array | undefined;
  /** Name to expect in the server's certificate instead of the host's. */
  tlsServerName?: string | undefined;
  /** `http://`, `https://` or `socks5://`. */
  proxyUrl?: string | undefined;
}
/** Settings of `kubectl oidc-login get-token`. */
export interface OidcLogin {
  /** https address. */
  issuer: string;
  clientId: string;
  clientSecret?: string | undefined;
  /** Besides openid. */
  scopes?: readonly string[] | undefined;
  /** PEM bundle of the issuer; leave out where its certificate is publicly trusted. */
  certificateAuthority?: string | Uint8Array | undefined;
}
/** Names in a kubeconfig that is created. */
export interface Naming {
  /** Name of the user entry. Default: `user@cluster`. */
  userName?: string | undefined;
  /** Name of the context. Default: `user@cluster`. */
  contextName?: string | undefined;
  /** Namespace of the context: a DNS label (RFC 1123). */
  namespace?: string | undefined;
}

/** What a finding is about. The codes are stable; new versions may add some. */
export type FindingCode =
  | "access-review"
  | "admission-refuses"
  | "angle-brackets"
  | "api-version-removed"
  | "api-version-unknown"
  | "apiservices-write"
  | "attribute-dropped"
  | "attribute-unused"
  | "audience-elsewhere"
  | "auth-provider"
  | "auth-provider-config"
  | "auth-provider-removed"
  | "auth-provider-unknown"
  | "authorities-differ"
  | "authority-expired"
  | "authority-in-file"
  | "authority-is-leaf"
  | "authority-many"
  | "authority-partly-unreadable"
  | "authority-source"
  | "authority-twice"
  | "authority-unknown"
  | "authority-unreadable"
  | "base64-cut-off"
  | "base64-encoded"
  | "base64-for-urls"
  | "base64-joined"
  | "base64-padding"
  | "base64-twice"
  | "base64-unpadded"
  | "base64-url-safe"
  | "basic-auth"
  | "binding-empty"
  | "binding-role-kind"
  | "bootstrap-token"
  | "byte-order-mark"
  | "ca-asked-for"
  | "carriage-returns"
  | "certificate-ends-soon"
  | "certificate-expired"
  | "certificate-instead-of-key"
  | "certificate-key-mismatch"
  | "certificate-not-yet-valid"
  | "certificate-outlives-request"
  | "certificate-too-large"
  | "certificate-twice"
  | "certificate-unreadable"
  | "certificate-usage"
  | "certificate-version"
  | "certificate-wins"
  | "certificate-without-key"
  | "chain-reordered"
  | "challenge-password"
  | "claim-duplicate"
  | "claim-odd"
  | "claim-type"
  | "claims-missing"
  | "client-is-authority"
  | "cluster-missing"
  | "cluster-not-found"
  | "cluster-resource-in-namespace"
  | "combining-characters"
  | "configmaps-write"
  | "confusable-characters"
  | "context-not-found"
  | "context-unnamed"
  | "crds-delete"
  | "crds-write"
  | "critical-extension"
  | "csi-write"
  | "csr-approve"
  | "csr-decide-late"
  | "csr-status"
  | "data-in-path-field"
  | "data-url"
  | "debug-paths"
  | "delete-many"
  | "der"
  | "empty"
  | "endpoints-write"
  | "escaped-line-breaks"
  | "everything"
  | "exec-and-auth-provider"
  | "exec-api-version"
  | "exec-command"
  | "exec-env-name"
  | "exec-interactive-mode"
  | "expiration-refused"
  | "extension-dropped"
  | "extensions-malformed"
  | "extensions-unreadable"
  | "field-name"
  | "file-reference"
  | "flow-write"
  | "group-cluster-admins"
  | "group-comma"
  | "group-implied"
  | "group-looks-reserved"
  | "group-nodes"
  | "group-reserved"
  | "group-system-masters"
  | "group-twice"
  | "hidden-attribute"
  | "html-escaped"
  | "html-escapes"
  | "impersonate"
  | "impersonate-accounts"
  | "impersonate-constrained"
  | "impersonate-extra"
  | "impersonation"
  | "impersonation-characters"
  | "impersonation-without-user"
  | "indented"
  | "input-too-large"
  | "insecure"
  | "insecure-with-authority"
  | "invalid-certificate"
  | "invalid-namespace"
  | "invalid-pem"
  | "invisible-characters"
  | "invitation-account-differs"
  | "invitation-compare-fingerprint"
  | "invitation-create-unlimited"
  | "invitation-expired"
  | "invitation-extra-names"
  | "invitation-groups-differ"
  | "invitation-incomplete"
  | "invitation-late"
  | "invitation-lifetime-differs"
  | "invitation-link-secret"
  | "invitation-missing"
  | "invitation-name-differs"
  | "invitation-not-verified"
  | "invitation-page-insecure"
  | "invitation-page-only-here"
  | "invitation-requestor-differs"
  | "invitation-signer-differs"
  | "invitation-two-servers"
  | "invitation-usages-differ"
  | "invitation-user-differs"
  | "ip-mapped"
  | "issued-to-another-key"
  | "issued-to-another-name"
  | "issued-without-approval"
  | "issuer-missing"
  | "kept-until"
  | "key-algorithm"
  | "key-curve"
  | "key-damaged"
  | "key-encrypted"
  | "key-explicit-curve"
  | "key-format"
  | "key-instead-of-certificate"
  | "key-not-usable"
  | "key-refused"
  | "key-too-long"
  | "key-twice"
  | "key-unreadable"
  | "key-without-certificate"
  | "kubectl-describe"
  | "label-new"
  | "lifetime-differs"
  | "lifetime-long"
  | "lifetime-shortened"
  | "line-breaks-lost"
  | "line-breaks-missing"
  | "looks-like-ascii"
  | "looks-like-dn"
  | "mail-quoted"
  | "matrix-cut"
  | "mixed-scripts"
  | "name-characters"
  | "name-csr"
  | "name-missing"
  | "name-not-text"
  | "name-refused"
  | "names-list"
  | "names-without-name"
  | "namespaces-change"
  | "namespaces-delete"
  | "network-policies-write"
  | "no-break-space-indentation"
  | "no-break-spaces"
  | "no-certificate-authority"
  | "no-credential"
  | "no-current-context"
  | "no-pem"
  | "no-server"
  | "nodes-delete"
  | "nodes-log"
  | "nodes-proxy"
  | "nodes-status"
  | "nodes-write"
  | "not-base64"
  | "not-normalized"
  | "not-submitted"
  | "not-utf-8"
  | "not-verified"
  | "omitted"
  | "other-issuer"
  | "other-namespaces"
  | "path-in-data-field"
  | "path-is-url"
  | "path-not-expanded"
  | "paths-in-namespace"
  | "pem-cut-off"
  | "pem-damaged"
  | "pem-headers"
  | "pem-in-data-field"
  | "pem-indented"
  | "percent-at-end"
  | "placeholder"
  | "pods-attach"
  | "pods-bind"
  | "pods-change"
  | "pods-create"
  | "pods-debug"
  | "pods-evict"
  | "pods-exec"
  | "pods-log"
  | "pods-portforward"
  | "pods-proxy"
  | "policies-write"
  | "priority-write"
  | "private-key-in-authority"
  | "private-key-in-paste"
  | "private-key-included"
  | "proxy"
  | "proxy-incomplete"
  | "proxy-invalid"
  | "proxy-password"
  | "quotas-write"
  | "quoted"
  | "quotes"
  | "raw-der"
  | "rbac-bind"
  | "rbac-bindings-write"
  | "rbac-escalate"
  | "rbac-roles-write"
  | "request-denied"
  | "request-failed"
  | "request-large"
  | "request-missing"
  | "request-not-base64"
  | "request-placeholder"
  | "request-refused"
  | "request-stale"
  | "requestor-differs"
  | "resource-elsewhere"
  | "resource-unknown"
  | "role-aggregated"
  | "role-aggregates"
  | "role-built-in"
  | "role-cluster-admin"
  | "role-edit"
  | "role-unknown"
  | "role-view-everywhere"
  | "runs-a-program"
  | "runtime-write"
  | "san-dropped"
  | "secrets-get"
  | "secrets-list"
  | "secrets-write"
  | "server-escape"
  | "server-http"
  | "server-in-cluster"
  | "server-incomplete"
  | "server-invalid"
  | "server-ipv6"
  | "server-only-here"
  | "server-overwrites"
  | "server-port"
  | "server-query"
  | "server-scheme"
  | "server-unknown"
  | "server-unusual"
  | "server-user"
  | "server-warning"
  | "server-without-scheme"
  | "serviceaccounts-write"
  | "services-status"
  | "services-write"
  | "several-blocks"
  | "several-common-names"
  | "shortened"
  | "signature-not-checked"
  | "signature-unknown"
  | "signature-wrong"
  | "signer-custom"
  | "signer-fails"
  | "signer-missing"
  | "signer-name-missing"
  | "signer-name-refused"
  | "signer-unknown"
  | "signers-approve-client"
  | "signers-approve-kubelet"
  | "signers-approve-serving"
  | "signers-attest"
  | "signers-sign"
  | "storage-classes-write"
  | "subject-account-as-user"
  | "subject-all-accounts"
  | "subject-anonymous"
  | "subject-default-account"
  | "subject-differs"
  | "subject-everyone"
  | "subject-masters"
  | "subject-namespace-accounts"
  | "subject-nodes"
  | "subject-system"
  | "surrounding-space"
  | "text-around"
  | "tls-server-name"
  | "token-algorithm"
  | "token-and-basic"
  | "token-bearer"
  | "token-bound"
  | "token-characters"
  | "token-cleaned"
  | "token-create"
  | "token-damaged"
  | "token-encrypted"
  | "token-expired"
  | "token-extended"
  | "token-file-wins"
  | "token-lifetime-long"
  | "token-never-ends"
  | "token-not-yet-valid"
  | "token-of-others"
  | "token-opaque"
  | "token-review"
  | "token-shortened"
  | "token-still-encoded"
  | "token-unsigned"
  | "token-wins"
  | "token-without-end"
  | "trust-bundles-write"
  | "typographic-dashes"
  | "uid-dropped"
  | "uncommon-characters"
  | "unexpected-private-key"
  | "unknown-field"
  | "unread-bytes"
  | "unused"
  | "url-escapes"
  | "usage-duplicate"
  | "usage-unknown"
  | "usages-differ"
  | "usages-missing"
  | "user-empty"
  | "user-is-anonymous"
  | "user-is-service-account"
  | "user-long"
  | "user-missing"
  | "user-not-found"
  | "user-reserved"
  | "utf-16"
  | "verb-unknown"
  | "version-odd"
  | "volumes-create"
  | "waiting-for-approval"
  | "waiting-for-signer"
  | "weak-hash"
  | "weak-key"
  | "webhooks-delete"
  | "webhooks-write"
  | "white-space"
  | "wildcard-groups"
  | "wildcard-paths"
  | "wildcard-resources"
  | "wildcard-verbs"
  | "windows-path-escaped"
  | "workloads-write"
  | "wrong-case"
  | "zero-width-characters";

/** One vocabulary for everything that a reader reports. Codes are stable; messages never hold input that may be secret. */
export interface Finding {
  code: FindingCode;
  level: "error" | "warning" | "notice";
  message: string;
  path?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
  /** Whom the advice is for, where it is not for everybody: a page for requesters need not show what only an approver can judge. */
  audience?: "requester" | "approver" | undefined;
}

/** What kube-apiserver makes of a PKCS#10 request. */
export interface CsrReport {
  /** What POSTing this text to kube-apiserver (Go 1.26) would do, for the signer kubernetes.io/kube-apiserver-client. */
  accepted: boolean;
  /** Why not, in the server's own words. */
  refusal?: string | undefined;
  /** Effective user (the last CN that is a text) and groups (every O). */
  user: string;
  groups: readonly string[];
  uid?: string | undefined;
  /** From the subjectAltName extension that is requested. */
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  emailAddresses: readonly string[];
  uris: readonly string[];
  /** Such as "ecdsa-p256", "ecdsa-p521", "rsa-2048"; "unknown" for what the server does not know. */
  keyAlgorithm: string;
  /** Such as "ecdsa-with-sha256", "rsa-pss-with-sha256"; "unknown" for what the server does not know. */
  signatureAlgorithm: string;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo DER. */
  fingerprint: string;
  findings: readonly Finding[];
  /** The first block alone, re-encoded: the only text that is safe to submit. */
  pem?: string | undefined;
}

/** The state of a CertificateSigningRequest, and the request in it. */
export interface CsrStatus {
  /** metadata.name; may hold anything but `/` and `%`. */
  name: string;
  /** Denied and failed are final; a request can be both failed and approved. "not-submitted": a manifest that no server has stored. */
  state: "pending" | "approved" | "issued" | "denied" | "failed" | "not-submitted";
  signerName: string;
  usages: readonly string[];
  /** Seconds. */
  expirationSeconds?: number | undefined;
  /** metadata.creationTimestamp, RFC 3339. */
  createdAt?: string | undefined;
  /** Who sent it: spec.username and spec.groups, filled by the server. */
  requestor: { user: string; groups: readonly string[] };
  request: CsrReport;
  certificate?: CertificateReport | undefined;
  /** What will become of it once submitted and approved, while that is open: "unknown" where no built-in signer has the name. */
  prediction?: "issued" | "failed" | "refused" | "unknown" | undefined;
  /**
   * How dangerous an approval is, while that is open, and the codes of the findings that make it so. "dangerous": the identity of a component, great power,
   * a name that looks like another one, a weak key, or a request that the server refuses. "unusual": any other warning.
   */
  risk?: { level: "none-found" | "unusual" | "dangerous"; reasons: readonly FindingCode[] } | undefined;
  /** Why it is where it is, and what to do. */
  findings: readonly Finding[];
  /**
   * What the server sent, unchanged: a decision is made on exactly this. `uid` and `resourceVersion` are absent where the object
   * was written by hand.
   */
  object: { metadata: { name: string; uid?: string | undefined; resourceVersion?: string | undefined }; spec: object };
}

/** What a certificate was requested with, besides the PKCS#10. */
export interface RequestedCertificate {
  /** `metadata.name` of the CertificateSigningRequest. */
  name?: string | undefined;
  signerName?: string | undefined;
  usages?: readonly string[] | undefined;
  /** Seconds; left out: the server's default. */
  expirationSeconds?: number | undefined;
}

/** What a certificate says. */
export interface CertificateReport {
  user: string;
  groups: readonly string[];
  uid?: string | undefined;
  /** Common name of the issuer. */
  issuer: string;
  /** X.509 version. Only version 3 has extensions; kubectl and the API server accept all three. */
  version: 1 | 2 | 3;
  /** Lower-case hex, `00` for zero. */
  serial: string;
  /** Lower-case hex SHA-256 of the certificate's DER; Kubernetes' credential id `X509SHA256=`. */
  fingerprint: string;
  /** RFC 3339, UTC. */
  notBefore: string;
  notAfter: string;
  /** When to ask for the next one: four fifths into its life. Not on a CA's. */
  renewalDue?: string | undefined;
  isCa: boolean;
  /** In Kubernetes' words: "digital signature", "client auth". */
  usages: readonly string[];
  chainLength: number;
  findings: readonly Finding[];
  /** In a CsrStatus and from `certificates.parse`: the whole chain, re-encoded. */
  pem?: string | undefined;
}

/** What a token says of itself. None of it is verified: the first finding says so. */
export interface TokenReport {
  /** "service-account": by TokenRequest. "legacy-service-account": from a Secret, without end. "jwt": of another issuer. "opaque": anything else. */
  kind: "service-account" | "legacy-service-account" | "jwt" | "opaque";
  /** Claim `sub`; `system:bootstrap:ID` for a bootstrap token. */
  subject?: string | undefined;
  /** Of a service account: what kube-apiserver goes by. */
  namespace?: string | undefined;
  serviceAccount?: string | undefined;
  /** The object that it ends with: "Pod", "Secret" or "Node". */
  boundTo?: { kind: string; name: string } | undefined;
  /** Claims `aud` and `iss`. */
  audiences: readonly string[];
  issuer?: string | undefined;
  /** Claim `jti`; Kubernetes' credential id `JTI=`. */
  id?: string | undefined;
  /** Header `alg`, as it is there. */
  algorithm?: string | undefined;
  /** Claims `iat`, `nbf`, `exp`; RFC 3339, UTC. Absent where they are not times. */
  issuedAt?: string | undefined;
  notBefore?: string | undefined;
  expiresAt?: string | undefined;
  /** Every claim as it was written, cut at 300 characters, hidden characters replaced; at most 200. */
  claims: readonly { name: string; value: string }[];
  findings: readonly Finding[];
}
/** The token of a service account, from a Secret of type kubernetes.io/service-account-token. */
export interface SecretToken {
  /** metadata.name and metadata.namespace of the Secret. */
  name: string;
  namespace: string;
  /** From its annotation. */
  serviceAccount: string;
  token: string;
  /** `data["ca.crt"]`, PEM. */
  certificateAuthority?: string | undefined;
}

/** A kubeconfig that stays in the worker; what is said here contains no secret. */
export interface Kubeconfig {
  /** server: without what may be a secret, as `serialize({ redact: true })` writes it; `clusterEntries` gives the address itself. */
  readonly clusters: readonly { name: string; server: string; certificateAuthority?: CertificateReport[] | undefined }[];
  /** kind: of several credentials, the one that counts. command, environment: what exec would run, and the names of its variables, REDACTED where they may be a secret. */
  readonly users: readonly {
    name: string;
    kind: "certificate" | "token" | "exec" | "auth-provider" | "basic" | "file" | "none";
    certificate?: CertificateReport | undefined;
    token?: TokenReport | undefined;
    command?: string | undefined;
    environment?: readonly string[] | undefined;
  }[];
  readonly contexts: readonly { name: string; cluster: string; user: string; namespace?: string | undefined }[];
  /** "" where the file names none. */
  readonly currentContext: string;
  /**
   * Everything that is wrong or unusual, each with its path and, where the file was read, line and column. A path begins with
   * the entry that it is about (`users[2].user.client-key-data`), so that the contexts it concerns can be told. No error of a
   * context, its cluster, its user or the whole file means that client-go 0.36.3 builds a working configuration for it; files
   * that it names are not seen. Errors where client-go builds one all the same: the API server refuses the credential.
   *
   * Codes that name a cause, in any field: "angle-brackets", "quotes", "placeholder", "html-escapes", "white-space",
   * "invisible-characters". In `-data` fields: "byte-order-mark", "utf-16", "der", "base64-twice", "line-breaks-lost",
   * "escaped-line-breaks", "pem-indented", "pem-cut-off", "pem-damaged", "pem-headers", "no-pem", "path-in-data-field". In fields that
   * take a path: "data-in-path-field", "path-not-expanded", "path-is-url", "windows-path-escaped". Of keys: "key-encrypted",
   * "key-explicit-curve", "key-curve", "key-algorithm", "key-format", "key-damaged", "key-unreadable",
   * "certificate-key-mismatch". Of the whole file: "no-break-space-indentation".
   */
  readonly findings: readonly Finding[];
  /** `kubeconfig-` and the name of the current context, in letters, digits, dots and hyphens, with `.yaml`. */
  readonly suggestedFileName: string;
  /**
   * Every field, known or not; keys sorted as kubectl sorts them, every text double-quoted, UTF-8. Numbers keep their digits. Comments are
   * not kept (nor does kubectl keep them). `redact`: only what cannot be a secret is left, whatever field it is in: certificates, and names,
   * hosts, addresses and paths that are made of words. Other names become `REDACTED-1`, `REDACTED-2` and so on, wherever they are.
   */
  serialize(options?: { format?: "yaml" | "json" | "kyaml" | undefined; redact?: boolean | undefined }): Promise<Bytes>;
  /** One context (default: the current one) with its cluster and user. `invalid-options` where it or they are not in the file. */
  minify(context?: string): Promise<Kubeconfig>;
  /**
   * Adds another file's entries to a copy of this one. Same name, other data: renamed to `user@cluster` (the default), or
   * replaced, or this file's kept, which is what kubectl does with KUBECONFIG=a:b. useContext: the other's current context. Entries that name
   * a file by a relative path are never the same in two files. danglingReferences: a context of one file whose cluster or user is missing
   * there is not bound to the entry of that name in the other file ("keep", the default: the name of the reference or of the other file's
   * entry changes, and the result has the error finding), because the credential of one file would go to the server of the other. "bind"
   * binds it, and lists a change of kind "bound" with a warning.
   */
  merge(
    other: Kubeconfig,
    options?: { onConflict?: "rename" | "replace" | "keep" | undefined; danglingReferences?: "keep" | "bind" | undefined; useContext?: boolean | undefined },
  ): Promise<{ kubeconfig: Kubeconfig; changes: MergeChange[] }>;
  /** A changed copy. `invalid-options`, `invalid-name`; of embedded files what `keys.import` and `certificates.parse` reject with. */
  edit(changes: KubeconfigChanges): Promise<Kubeconfig>;
  /**
   * What the renewal of a user's certificate begins with (default: the user of the current context): who it speaks for, when it is due
   * (RFC 3339, four fifths into its life), and a handle of the key in use where the file contains it; where not, the findings say why.
   * `invalid-options` where the file has no such user, or no certificate for it.
   */
  renewal(user?: string): Promise<{ user: string; subject: Subject; certificate: string; due: string; key?: PrivateKey | undefined; findings: Finding[] }>;
  /**
   * A copy in which a user has this key and the certificate issued for it; all else stays. It must speak for the same user and groups as
   * the one before: the codes of PrivateKey.kubeconfig; `requested` as there.
   */
  renew(
    key: PrivateKey,
    options: { user?: string | undefined; certificate: string | Uint8Array; requested?: RequestedCertificate | undefined },
  ): Promise<Kubeconfig>;
  /**
   * Address and CA of each cluster, for a new kubeconfig; clusters with an address that would be refused are left out. `findings` say why an
   * entry has no CA though the file names one: "authority-unreadable", "authority-in-file".
   */
  clusterEntries(): Promise<(ClusterEntry & { findings?: Finding[] | undefined })[]>;
  /** Wipes it. Later calls reject with `handle-disposed`. */
  dispose(): void;
  /** `using` ends it. */
  [Symbol.dispose](): void;
}

/**
 * One entry of the other file; section "fields": anything else at the top, `name` being the field's. kept: this file's. Extensions and preferences
 * are joined, so one field can be both added (what this file lacked) and kept (what it had).
 *
 * Or a reference between the two files: "bound" leads to an entry of the other file, "dangling" would have and was renamed. `name` is the
 * context (or "current-context" in section "fields"), `file` says whose, `field` which reference, `reference` the name that it had.
 */
export interface MergeChange {
  kind: "added" | "identical" | "renamed" | "replaced" | "kept" | "bound" | "dangling";
  section: "clusters" | "users" | "contexts" | "fields";
  name: string;
  newName?: string | undefined;
  file?: "this" | "other" | undefined;
  field?: "cluster" | "user" | undefined;
  reference?: string | undefined;
  newReference?: string | undefined;
  /** Why a person should look at it before the result is used. */
  warning?: string | undefined;
}

/** What `edit` does, in this order. */
export interface KubeconfigChanges {
  /**
   * References follow. A new name to which contexts refer that lack their entry is refused (`invalid-options`), and so is a current context that
   * is not there, unless currentContext is given: the rename would bind them to another entry.
   */
  rename?: readonly { section: KubeconfigSection; from: string; to: string }[] | undefined;
  /** A DNS label (RFC 1123); "" takes it out. */
  namespaces?: readonly { context: string; namespace: string }[] | undefined;
  remove?: readonly { section: KubeconfigSection; name: string }[] | undefined;
  /** The contents of a file that an entry names, in the place of its path: read, and encoded again as in a new kubeconfig. */
  embed?: readonly {
    section: KubeconfigSection;
    name: string;
    field: "certificate-authority" | "client-certificate" | "client-key" | "tokenFile";
    contents: string | Uint8Array;
  }[];
  /** How kubectl calls the program that gives it a user's credential; `invalid-options` where the user has no `exec`. */
  exec?:
    | readonly {
        user: string;
        apiVersion?: "client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1" | undefined;
        interactiveMode?: "Never" | "IfAvailable" | "Always" | undefined;
      }[]
    | undefined;
  /** Removes users whose certificate or token has expired, and their contexts. */
  dropExpired?: boolean | undefined;
  currentContext?: string | undefined;
}
/** The lists of a kubeconfig. */
export type KubeconfigSection = "clusters" | "users" | "contexts";
/** A CertificateSigningRequest that is to be created. */
export interface CsrManifestOptions {
  /** DNS-1123 subdomain, not beginning with `csr-`. Default: the user's name and five random characters. */
  name?: string | undefined;
  /** PKCS#10, PEM. */
  csr: string;
  /** Default: kubernetes.io/kube-apiserver-client. */
  signerName?: string | undefined;
  /** Default: "digital signature" and "client auth", with "key encipherment" for RSA. */
  usages?: readonly string[] | undefined;
  /** Seconds, 600 to 2147483647; left out: the server's default. */
  expirationSeconds?: number | undefined;
  labels?: Record<string, string> | undefined;
}

/** sh: bash, dash, zsh. powershell: Windows PowerShell 5.1 and PowerShell 7, on Windows. cmd: the command prompt. */
export type Shell = "sh" | "powershell" | "cmd";

/** A step of the tutorial; every file is a path, relative to the folder at hand or absolute. */
export type CommandStep =
  /** Key and PKCS#10 request. Files: the user's name with `.key`, `.csr` and `.cnf`. Names of at most 64 characters (X.520). */
  | { step: "generate-with-openssl"; subject: Subject; algorithm: KeyAlgorithm; key?: string | undefined; request?: string | undefined }
  /** Creates the CertificateSigningRequest; the manifest is in the lines. */
  | { step: "submit-request"; manifest: object }
  /** Creates one from a request that openssl wrote. signerName, usages: as for `csr.manifest`. */
  | {
      step: "submit-request-file";
      name: string;
      request: string;
      signerName?: string | undefined;
      usages?: readonly string[] | undefined;
      expirationSeconds?: number | undefined;
    }
  /**
   * With `uid`, the line decides only while the request of this name still has it: metadata.uid of the object that was read. kubectl compares
   * and decides in two steps, so a moment in between remains; `cluster.csr.approve` closes it.
   */
  | { step: "approve" | "deny"; name: string; uid?: string | undefined }
  | { step: "show-request"; name: string }
  | { step: "list-requests" }
  /** Until status.certificate is there; default an hour. */
  | { step: "wait-for-certificate"; name: string; timeoutSeconds?: number | undefined }
  /** The certificate, PEM: printed, or written to `file`. */
  | { step: "fetch-certificate"; name: string; file?: string | undefined }
  /** Writes a kubeconfig with kubectl. Either certificate and key, or tokenFile; they and the CA are files. Names default to host and `user@cluster`. */
  | {
      step: "assemble-kubeconfig";
      file: string;
      server: string;
      certificateAuthority?: string | undefined;
      tlsServerName?: string | undefined;
      proxyUrl?: string | undefined;
      user: string;
      certificate?: string | undefined;
      key?: string | undefined;
      tokenFile?: string | undefined;
      clusterName?: string | undefined;
      userName?: string | undefined;
      contextName?: string | undefined;
      namespace?: string | undefined;
    }
  /** KUBECONFIG for this terminal, then `kubectl auth whoami`. downloads: the file lies in the person's folder for downloads. */
  | { step: "use-kubeconfig"; file: string; folder?: "downloads" | undefined }
  /** verbose: -v=6, which shows address and answer of every call. */
  | { step: "who-am-i"; kubeconfig?: string | undefined; verbose?: boolean | undefined }
  /**
   * Asks the API without kubectl. Files: ca.crt, client.crt, client.key, token. The token goes by standard input. insecure:
   * without the CA, and then without a credential. whoAmI: asks who one is, instead of `path` (default /api; insecure: /version).
   */
  | {
      step: "curl";
      server: string;
      credential: "certificate" | "token";
      path?: string | undefined;
      whoAmI?: boolean | undefined;
      insecure?: boolean | undefined;
      certificateAuthority?: string | undefined;
      certificate?: string | undefined;
      key?: string | undefined;
      tokenFile?: string | undefined;
    }
  /** Prints the address in the kubeconfig at hand; the API servers as the cluster sees them (EndpointSlices). */
  | { step: "find-server" | "find-endpoints" }
  /** From the kubeconfig at hand (the default), the ConfigMap kube-root-ca.crt, or kubeadm's cluster-info (a kubeconfig). */
  | { step: "find-certificate-authority"; from?: "kubeconfig" | "cluster" | "cluster-info" | undefined; file?: string | undefined }
  | { step: "create-service-account"; serviceAccount: string; namespace: string }
  /** Prints the token, or writes it to `file`. */
  | {
      step: "create-token";
      serviceAccount: string;
      namespace: string;
      expirationSeconds?: number | undefined;
      audiences?: readonly string[] | undefined;
      file?: string | undefined;
    }
  /** Out of a Secret of type kubernetes.io/service-account-token; certificateAuthority: a file for its ca.crt. */
  | { step: "read-secret-token"; secret: string; namespace: string; file?: string | undefined; certificateAuthority?: string | undefined }
  /** kubectl apply of objects that hold no secret. file: what cmd writes them to. */
  | { step: "apply"; manifests: object | readonly object[]; file?: string | undefined }
  /** Left out namespace: cluster-wide. kind of the role: ClusterRole by default. */
  | {
      step: "bind-role";
      role: string;
      kind?: "ClusterRole" | "Role" | undefined;
      namespace?: string | undefined;
      name?: string | undefined;
      subjects: readonly { kind: "User" | "Group" | "ServiceAccount"; name: string; namespace?: string | undefined }[];
    }
  | { step: "list-rights"; namespace: string }
  /** kubectl proxy with the page in `folder` (default dist) and no more of the API than the page uses; roles: writing roles as well. */
  | { step: "proxy"; folder?: string | undefined; port?: number | undefined; roles?: boolean | undefined };

/** A role and its binding that are to be created. */
export interface RbacOptions {
  /** A service account without a namespace of its own is one of `namespace`. */
  subjects: readonly { kind: "User" | "Group" | "ServiceAccount"; name: string; namespace?: string | undefined }[];
  /**
   * A built-in ClusterRole ("view", "edit", "admin", "cluster-admin"), a template of ours ("pod-reader", "deployer",
   * "port-forward", "exec", "csr-requester", "csr-approver"), explicit rules, or, without rules, a role that exists.
   */
  role: string | { name: string; rules: readonly RbacRule[] } | { name: string; kind?: "Role" | "ClusterRole" | undefined };
  /** Left out: cluster-wide. */
  namespace?: string | undefined;
  /** Of the binding. Default: the role's name and the subjects, such as `view:user:jane`, so that applying twice is one binding. */
  name?: string | undefined;
}
/** Objects, or texts of them: JSON, or YAML with one or several documents. */
export type Manifests = string | object | readonly (string | object)[];
/** PolicyRule: about resources, or (cluster-wide alone) about paths. `*` is any; "" the core group. */
export interface RbacRule {
  verbs: readonly string[];
  apiGroups?: readonly string[] | undefined;
  resources?: readonly string[] | undefined;
  resourceNames?: readonly string[] | undefined;
  nonResourceURLs?: readonly string[] | undefined;
}
/** A role that {@link Rbac.manifests} knows by name. */
export interface RbacTemplate {
  id: string;
  /** What it lets somebody do, in plain words. */
  description: string;
  /** Name of the Role or ClusterRole. */
  roleName: string;
  /** Exists in every cluster and is only bound; its rules are those of Kubernetes 1.36. */
  builtIn: boolean;
  /** Is about resources that are in no namespace. */
  clusterOnly: boolean;
  rules: readonly RbacRule[];
}
/** How dangerous a grant is. */
export interface GrantRisk {
  /** Control of the whole cluster, permissions without a credential, or anything dangerous for everyone. Absent: none of these, though there may be warnings. */
  danger?: "control-for-everyone" | "control" | "anonymous" | "dangerous-for-everyone" | undefined;
  /** The codes of the findings that make it dangerous. */
  reasons: readonly FindingCode[];
  /** The name to have confirmed: of the first subject that stands for everyone, else of the first subject. */
  subject: string;
}
/** A group represents one of its members. The groups that every user or service account is in are added. */
export interface RbacSubject {
  kind: "User" | "Group" | "ServiceAccount";
  name: string;
  namespace?: string | undefined;
  groups?: readonly string[] | undefined;
}
/** As in a SubjectAccessReview: about a resource, or about a path. */
export type RbacQuestion =
  | { verb: string; group?: string | undefined; resource: string; subresource?: string | undefined; name?: string | undefined; namespace?: string | undefined }
  | { verb: string; path: string };
/** The answer to one question about permissions. */
export interface RbacAnswer {
  allowed: boolean;
  reason?: string | undefined;
}
/** What manifests let a user do: verbs by resources. */
export interface RbacMatrix {
  /** Whom the server would see: user name ("" for a member of a group) and groups. */
  user: string;
  groups: readonly string[];
  /** Every verb that occurs, in the order of columns. */
  verbs: readonly string[];
  rows: readonly RbacRow[];
  /** Rights to paths that are not resources. */
  paths: readonly { path: string; verbs: string[]; by: string[] }[];
  /**
   * How many combinations of an API group and a resource, and paths, are not listed: at most 5,000 rows with 50,000 verbs, names and
   * bindings are. Then the finding "matrix-cut" is there, and listed rows may lack verbs of the longest rules. Absent where all are.
   */
  omitted?: number | undefined;
  findings: readonly Finding[];
}
/** by: the bindings that give it, such as `RoleBinding "view:user:jane"`. */
export interface RbacRow {
  scope: "cluster" | "namespace";
  apiGroup: string;
  resource: string;
  resourceNames: readonly string[];
  verbs: readonly string[];
  by: readonly string[];
}

/** How an invitation is accepted. */
export interface AcceptOptions extends Naming {
  /** A key of this session. Left out: one is made. */
  key?: PrivateKey | undefined;
  /** Of the key that is made. Default: "ecdsa-p256". */
  algorithm?: KeyAlgorithm | undefined;
  signal?: AbortSignal | undefined;
  /** As in {@link GenerateOptions}. */
  onProgress?: GenerateOptions["onProgress"] | undefined;
  /** Told of the key before anything is sent, to save it. */
  onKey?: ((key: PrivateKey) => void) | undefined;
  /** As in {@link Waiting}. */
  onStatus?: ((status: CsrStatus) => void) | undefined;
  /** As in {@link Waiting}. */
  onTrouble?: ((error: KubecredError) => void) | undefined;
  /** As in {@link ClusterOptions}. */
  fetch?: typeof fetch | undefined;
  /** As in {@link ClusterOptions}. */
  onRequest?: ClusterOptions["onRequest"] | undefined;
}
/** What the link of an invitation says. */
export interface InvitationReport {
  /** Where requests would be sent, as ClusterOptions.server: a path of the page's own origin, or an https address. */
  api: string;
  /** Its origin; absent for a path outside of a page. */
  apiOrigin?: string | undefined;
  ownOrigin: boolean;
  /** For the kubeconfig. */
  cluster: ClusterEntry;
  user: string;
  groups: readonly string[];
  /** Lifetime of the certificate, seconds. */
  expirationSeconds: number;
  /** When the invitation expires, RFC 3339, by its token. */
  expiresAt: string;
  expired: boolean;
  /** Who sent it, as the link says: nobody has verified that. */
  invitedBy?: string | undefined;
  /** Of the request and of the service account. */
  name: string;
  /** system:serviceaccount:kubecred-invitations:NAME */
  serviceAccount: string;
  /** What the request is submitted with. */
  requested: RequestedCertificate;
  /** The first two are "invitation-not-verified" and "invitation-link-secret", what someone who has the link can do. */
  findings: readonly Finding[];
}
/** Who is invited, and for which certificate. */
export interface InvitationOptions {
  user: string;
  groups?: readonly string[] | undefined;
  /** Lifetime of the certificate, seconds, 600 at least. */
  expirationSeconds: number;
  /** How long the link is valid, seconds, 600 to 86,400. */
  validSeconds: number;
  /** Address of the page that the invited person opens; a fragment is removed. */
  page: string;
  /** For the invited person's kubeconfig, as `discover` gives it. */
  cluster: ClusterEntry;
  /** Where their page sends requests: a path of its own origin ("" for the origin itself), or an https address. Default: cluster.server. */
  api?: string | undefined;
  /** Shown to the invited person. */
  invitedBy?: string | undefined;
  /** Bound to the invited user. Left out namespace: cluster-wide. */
  role?: { role: RbacOptions["role"]; namespace?: string | undefined } | undefined;
  /** Of the objects and the request, a DNS label. Default: the user and twelve random characters. */
  name?: string | undefined;
}
/** An invitation, as the cluster has it. */
export interface Invitation {
  name: string;
  user: string;
  groups: readonly string[];
  expirationSeconds: number;
  /** RFC 3339. Like user, groups and lifetime it is what the ClusterRoleBinding says; empty where that is missing. */
  expiresAt: string;
  createdAt?: string | undefined;
  invitedBy?: string | undefined;
  /** system:serviceaccount:kubecred-invitations:NAME */
  serviceAccount: string;
  /** open: the link can be used. requested: a request of this name exists. closed: the link can only read it. incomplete: objects are missing, or not as they were made. */
  state: "planned" | "open" | "requested" | "closed" | "expired" | "incomplete";
  /** The request of this name, no matter who submitted it. */
  request?: CsrStatus | undefined;
  /** Kinds that are missing or not as they were made. */
  missing?: readonly string[] | undefined;
  /** Of the objects as they were read: what `close` and `revoke` are limited to. */
  uids: { ServiceAccount?: string | undefined; ClusterRole?: string | undefined; ClusterRoleBinding?: string | undefined };
  /** The binding for the invited user. */
  role?: { kind: "ClusterRoleBinding" | "RoleBinding"; name: string; namespace?: string | undefined; uid?: string | undefined } | undefined;
}
/** Whether a request is the one that its invitation is for. */
export interface InvitationMatch {
  /** Requestor and its uid, name, user, groups, lifetime, signer, usages, no other names, and submitted in time. */
  matches: boolean;
  invitation?: Invitation | undefined;
  /**
   * Errors, one for each difference: "invitation-missing", "invitation-incomplete", "invitation-requestor-differs", "invitation-account-differs" (uid),
   * "invitation-name-differs", "invitation-user-differs", "invitation-groups-differ", "invitation-extra-names", "invitation-lifetime-differs",
   * "invitation-signer-differs", "invitation-usages-differ", "invitation-late". Without one the notice "invitation-compare-fingerprint".
   */
  findings: readonly Finding[];
}

/** Invitations as an administrator makes them. */
export interface Invitations {
  /** The objects, without a request to the server. `invalid-subject`, `invalid-server`, `invalid-object`; `invalid-invitation` with the field in the details, also for system:masters. */
  preview(options: InvitationOptions): Promise<{ invitation: Invitation; objects: object[]; findings: Finding[] }>;
  /**
   * Creates the objects by server-side apply, and the link with a token by TokenRequest. Give it the `name` of a preview to create what was shown.
   * Where a step fails, what was created is deleted again; `details` names what is left (field "left"). The link is a secret, and it is not kept anywhere.
   */
  create(options: InvitationOptions, how?: Abortable): Promise<{ link: string; invitation: Invitation; objects: object[]; findings: Finding[] }>;
  /** Every invitation in the cluster, found by label, also incomplete ones. */
  list(options?: { signal?: AbortSignal | undefined }): Promise<Invitation[]>;
  /** Removes `create` from the role: the link can only read its request until it expires, so that an approved certificate still arrives. `changed`. */
  close(invitation: Invitation, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Deletes the objects, each with its uid as precondition: the link ends at once. `role`: the binding for the invited user, too. Objects that are gone are fine;
   * `changed` where another object has the name by now, which stays.
   */
  revoke(invitation: Invitation, options?: { role?: boolean | undefined; signal?: AbortSignal | undefined }): Promise<void>;
  /** Whether a request is the one that an invitation is for. undefined: it has nothing to do with one. Without a list, `list` is called. */
  match(status: CsrStatus, invitations?: readonly Invitation[]): Promise<InvitationMatch | undefined>;
}

/** Where the API server is, and how requests reach it. */
export interface ClusterOptions {
  /**
   * An address that begins with https:// (http:// only to this machine, or without a token), or a path of the page's own origin that
   * begins with a slash; "" (the default) is that origin (kubectl proxy, in-cluster). It is resolved once, as the platform resolves URLs,
   * and its origin decides: a path that leads to another origin is refused (`invalid-server`).
   */
  server?: string | undefined;
  /** Bearer token, sent in the Authorization header and nowhere else; a redirect is not followed. `Bearer ` in front of it is removed. */
  token?: string | undefined;
  /**
   * Sent with every request, for a portal's proxy. They are treated as secrets, like the token: no redirect is followed, and no plain http but to this machine.
   * Accept, Authorization and Content-Type are refused (`invalid-options`).
   */
  headers?: Record<string, string> | undefined;
  /** Sends the requests in the place of the platform's fetch. */
  fetch?: typeof fetch | undefined;
  /** Told of each request before it is sent: bytes of its body, and what it contains in a few words. */
  onRequest?: ((entry: { method: string; path: string; bytes: number; what: string }) => void) | undefined;
}

/** What `check` asks about. `signerName`: kubernetes.io/kube-apiserver-client by default. */
export type CheckedAction =
  | { action: "request-certificate" }
  | { action: "list-requests" }
  | { action: "decide"; signerName?: string | undefined }
  | { action: "apply"; objects: readonly object[] }
  | { action: "issue-token"; namespace: string; serviceAccount: string };
/**
 * Every method rejects with `network`, `timeout`, `redirected`, `bad-answer`, or the code for the server's answer:
 * `unauthorized`, `forbidden`, `not-found`, `already-exists`, `conflict`, `invalid-object`, `too-large`,
 * `too-many-requests`, `server-error`; `details` has Kubernetes' causes, if any, and for `forbidden` the minimum permission that
 * is missing: `rule` (JSON of an RBAC rule) and `scope` ("ClusterRole", or "Role" and its namespace); for a requester of a certificate
 * also `role` (JSON of all rules that one needs). A refusal by a proxy in front has `answeredBy`, with "proxy"; one by `npx kubecred` or the nginx of
 * www/deploy also `refusal`, with its reason in one word: path, method, read-only, session, offline, waiting, cluster and others.
 */
export interface Cluster {
  readonly csr: ClusterCsr;
  readonly tokens: ClusterTokens;
  readonly rbac: ClusterRbac;
  readonly invitations: Invitations;
  /**
   * Who the server takes the caller for. credential: which one it saw (SHA-256 of the certificate, JTI of the token), where it says so.
   * tokenSeen, where this cluster was given a token: whether the server saw this very one. A proxy that logs in with a client certificate
   * puts that in front (false); absent where it cannot be told.
   */
  whoAmI(how?: Abortable): Promise<WhoAmI>;
  /**
   * Whether this caller could do it, found out without doing it: by SelfSubjectAccessReview, and for `apply` by reading the objects' paths.
   * `allowed: false` has the error that the action itself would fail with: who refuses, and the permission that is missing. `undefined`: it
   * cannot be asked here, such as through a proxy that refuses the question; the action may work. What admission (quotas, policies,
   * escalation) would say is not asked.
   */
  check(action: CheckedAction, how?: Abortable): Promise<{ allowed: true; error?: undefined } | { allowed: false | undefined; error: KubecredError }>;
  /** GET /version. */
  version(how?: Abortable): Promise<{ gitVersion: string; major: string; minor: string }>;
  /**
   * Address and CA, as far as the caller may read them. The address: the one given to `cluster`, cluster-info's, GET /api's, the first
   * that others can reach. The CA and `source`: "kube-root-ca.crt", "ClusterTrustBundle", "cluster-info" (not verified here). Findings
   * say what that proves, what is missing and whom to ask. cluster-info and trust bundles are requested only where GET /api and
   * kube-root-ca.crt do not tell both, or with `everywhere`.
   */
  discover(options?: { everywhere?: boolean | undefined; signal?: AbortSignal | undefined }): Promise<Discovered>;
}

/** CertificateSigningRequests of the cluster. */
export interface ClusterCsr {
  /** Creates the object. The codes of `csr.manifest`, and the server's: `already-exists`, `forbidden`, `invalid-object`. */
  submit(options: CsrManifestOptions, how?: Abortable): Promise<CsrStatus>;
  /** `not-found`; `wrong-object` where the answer is another. */
  get(name: string, how?: Abortable): Promise<CsrStatus>;
  /** All requests of the cluster, fetched in pages. */
  list(how?: Listing): AsyncIterable<CsrStatus>;
  /** The same in pages as they arrive, one of which is fetched ahead; `remaining`: how many the server still has. */
  pages(how?: Listing): AsyncIterable<CsrPage>;
  /**
   * Every change after a page's resourceVersion, until aborted. An event that arrives after a later one of the same request is left out. `watch-expired`: too
   * much has happened, list again.
   */
  watch(how: Abortable & { resourceVersion: string; signerName?: string | undefined }): AsyncIterable<CsrChange>;
  /**
   * Decides on exactly what `status` shows, as `list`, `watch` or `explain` returned it. The request is read again:
   * where its uid or any field of its spec is another, nothing is written and the error is `changed`, with the request as it is now in
   * `error.status` and the fields in `error.details`. The write carries uid and resourceVersion; where the object changes in between (409)
   * it is read and compared again, up to four times in all. Others' conditions are kept. Before an approval the signature of the request that was
   * shown is verified: `invalid-request`. `invalid-options` for a name in place of a status, and for a status that was altered; `conflict` where the opposite was decided already, `not-found` where the request is gone.
   * Where the answer to the write is lost (`network`, `timeout`, `server-error`, `bad-answer`) the request is read again: a decision that was stored
   * is the result; otherwise `error.outcome` is "unknown", the message says what is known, and `error.status` is the request where it is still pending
   * (the decision may still arrive). It is not sent again.
   */
  approve(status: CsrStatus, decision?: Decision): Promise<CsrStatus>;
  /** Denies exactly the request that was shown, as `approve` approves it. */
  deny(status: CsrStatus, decision?: Decision): Promise<CsrStatus>;
  /** Goes on waiting for a request that was sent earlier, as after a reload: `request` without the sending. `fingerprint`: of the key that the
   * request must have; `wrong-object`, with the request in `error.status`, where it has another. `not-found`. */
  wait(name: string, how?: Abortable & Waiting & { fingerprint?: string | undefined }): Promise<IssuedCertificate>;
  /**
   * Submits, waits (watch, falling back to polling), returns the certificate as PEM. `request-denied`,
   * `request-failed`, `request-collected` (404 while waiting), `wrong-object`, `aborted`. A `forbidden` after the request was created
   * has its name in `details`, field `created`. A callback that throws ends nothing.
   */
  request(options: CsrManifestOptions, how?: Abortable & Waiting): Promise<IssuedCertificate>;
  /**
   * The server's own verdict, by dryRun=All: nothing is stored. What the core knows the server to refuse is answered in the same
   * way without asking (`invalid-request`, `invalid-signing-request`); a failure to ask rejects.
   */
  preview(options: CsrManifestOptions, how?: Abortable): Promise<{ accepted: boolean; code?: KubecredErrorCode | undefined; message?: string | undefined }>;
}
/** Which requests are listed. */
export interface Listing extends Abortable {
  /** Objects that the server sends at a time: 1 to 5000, default 500. */
  pageSize?: number | undefined;
  /** Only those for this signer. */
  signerName?: string | undefined;
}
/** Requests, a page at a time. */
export interface CsrPage {
  statuses: readonly CsrStatus[];
  resourceVersion: string;
  remaining: number;
}
/** A change of one request. */
export interface CsrChange {
  type: "added" | "modified" | "deleted";
  status: CsrStatus;
}
/** What is told while a certificate is waited for. */
export interface Waiting {
  /** Told when the state or the findings change, such as when nothing has signed the request for a while. */
  onStatus?: ((status: CsrStatus) => void) | undefined;
  /** Told of a failure that does not end the waiting: it goes on trying. */
  onTrouble?: ((error: KubecredError) => void) | undefined;
}
/** A certificate that the cluster has issued. */
export interface IssuedCertificate {
  name: string;
  /** PEM. */
  certificate: string;
  status: CsrStatus;
}

/** Tokens of service accounts. */
export interface ClusterTokens {
  /**
   * A token by TokenRequest. Seconds: 600 to 2^32, left out: 3600; the real end is in `expiresAt`, and findings say what the server
   * shortened. Without audiences it is for the API server. boundTo: v1 Pod, Secret or Node. `invalid-object` in the server's words.
   */
  create(
    options: {
      serviceAccount: string;
      namespace: string;
      audiences?: readonly string[] | undefined;
      expirationSeconds?: number | undefined;
      boundTo?: { apiVersion?: string | undefined; kind: string; name: string; uid?: string | undefined } | undefined;
    },
    how?: Abortable,
  ): Promise<IssuedToken>;
  /**
   * Waits until the token controller has filled a Secret of type kubernetes.io/service-account-token, and takes token and CA from it.
   * `not-found` also where the controller deleted it, since its account does not exist; `wrong-object`, `timeout` after a minute, `aborted`.
   */
  fromSecret(options: { name: string; namespace: string; serviceAccount?: string | undefined }, how?: Abortable): Promise<SecretToken>;
}
/** A token that the cluster has issued. */
export interface IssuedToken {
  token: string;
  expiresAt: string;
  findings: readonly Finding[];
}

/** Permissions in the cluster. */
export interface ClusterRbac {
  /**
   * Writes objects by server-side apply as field manager `kubecred`, each with its own result: roles, bindings, service
   * accounts, secrets, config maps, namespaces, certificate requests. `object` is the stored one, or on failure the one given.
   * Fields that another manager set to something else are a `conflict` unless `force`; `dryRun` stores nothing.
   */
  apply(
    objects: readonly object[],
    options?: { dryRun?: boolean | undefined; force?: boolean | undefined; signal?: AbortSignal | undefined },
  ): Promise<AppliedObject[]>;
  /**
   * What this caller may do in a namespace, by SelfSubjectRulesReview. `incomplete`: an authorizer does not list what it
   * allows, so that more may be possible (`reason` says why); ask `can`. In `rows`, `scope` says nothing and `by` is empty.
   */
  permissions(namespace: string, how?: Abortable): Promise<NamespacePermissions>;
  /** One question about this caller, by SelfSubjectAccessReview: right where `kubectl auth can-i` is not (approve signers). */
  can(question: RbacQuestion, how?: Abortable): Promise<RbacAnswer>;
  /** Role bindings in the whole cluster that name the user or one of the groups: what a certificate for them could do. */
  bindingsOf(who: { user: string; groups?: readonly string[] | undefined }, how?: Abortable): Promise<RoleBinding[]>;
}
/** What became of one object. */
export interface AppliedObject {
  object: object;
  result: "created" | "configured" | "unchanged" | "failed";
  error?: KubecredError | undefined;
}
/** What the caller may do in a namespace, as the API server says. */
export interface NamespacePermissions {
  rules: readonly { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames: string[] }[];
  incomplete: boolean;
  reason?: string | undefined;
  verbs: readonly string[];
  rows: readonly RbacRow[];
  paths: RbacMatrix["paths"];
  /** As in RbacMatrix. */
  omitted?: number | undefined;
}
/** A binding that names a subject. */
export interface RoleBinding {
  kind: "ClusterRoleBinding" | "RoleBinding";
  name: string;
  namespace?: string | undefined;
  roleKind: string;
  role: string;
  subject: string;
}
/** Who the API server takes the caller for. */
export interface WhoAmI {
  user: string;
  groups: readonly string[];
  uid?: string | undefined;
  extra: Record<string, readonly string[]>;
  credential?: { kind: "certificate" | "token"; id: string } | undefined;
  tokenSeen?: boolean | undefined;
}
/** Address and CA of a cluster, and where they are from. */
export interface Discovered {
  entry: ClusterEntry;
  source: string;
  findings: readonly Finding[];
}

/** Reason and message of the condition that a decision adds. */
export interface Decision extends Abortable {
  reason?: string | undefined;
  message?: string | undefined;
}

/** The only error type. */
export declare class KubecredError extends Error {
  constructor(code: KubecredErrorCode, message: string, details?: readonly { field?: string | undefined; message: string }[], field?: string);
  readonly name: "KubecredError";
  readonly code: KubecredErrorCode;
  /**
   * The field that is wrong, by its path: in the options (`groups[1]`, `cluster.server`), or in the object that the API server would refuse
   * (`spec.usages[0]`). An argument that is not an object at all is named itself (`options`). Absent where no field is the reason.
   */
  readonly field?: string | undefined;
  /** Kubernetes' Status causes, or the field of an object that was refused. */
  readonly details?: readonly { readonly field?: string | undefined; readonly message: string }[] | undefined;
  /** Of `changed`, `conflict` and a lost answer (`network`, `timeout`, `server-error`, `bad-answer`) from a decision, of `wrong-object` from waiting, and of `invitation-used`: the request as it is now. */
  readonly status?: CsrStatus | undefined;
  /**
   * Of `approve` and `deny`: the decision was sent, and it is not known whether the API server stored it, as its answer was lost or not waited for.
   * Absent where nothing was stored.
   */
  readonly outcome?: "unknown" | undefined;
  /** Code, field, message and details: what may be logged. */
  toJSON(): { code: KubecredErrorCode; field?: string | undefined; message: string; details?: KubecredError["details"] };
}
/** Whether it is an error of this package, also of another copy of it. */
export declare function isKubecredError(value: unknown): value is KubecredError;

/** Closed: equal by test to the core's list. */
export type KubecredErrorCode =
  | "invalid-options"
  | "unsupported-algorithm"
  | "no-random"
  | "invalid-pem"
  | "input-too-large"
  | "unexpected-private-key"
  | "invalid-key"
  | "unsupported-key-format"
  | "unsupported-key"
  | "inconsistent-key"
  | "weak-key"
  | "passphrase-required"
  | "wrong-passphrase"
  | "excessive-work"
  | "invalid-subject"
  | "invalid-request"
  | "invalid-signing-request"
  | "invalid-certificate"
  | "certificate-key-mismatch"
  | "certificate-subject-mismatch"
  | "certificate-usage"
  | "certificate-not-yet-valid"
  | "certificate-expired"
  | "invalid-server"
  | "invalid-certificate-authority"
  | "invalid-name"
  | "unquotable-value"
  | "invalid-yaml"
  | "invalid-kubeconfig"
  | "bad-answer"
  | "unauthorized"
  | "forbidden"
  | "invalid-token"
  | "cluster-info-absent"
  | "cluster-info-unsigned"
  | "cluster-info-mismatch"
  | "cluster-info-damaged"
  | "pin-mismatch"
  | "invalid-invitation"
  | "invitation-expired"
  | "invitation-used"
  | "not-found"
  | "already-exists"
  | "conflict"
  | "changed"
  | "invalid-object"
  | "too-large"
  | "too-many-requests"
  | "server-error"
  | "watch-expired"
  | "request-denied"
  | "request-failed"
  | "request-collected"
  | "wrong-object"
  | "wasm-unavailable"
  | "wasm-integrity"
  | "wasm-panicked"
  | "session-closed"
  | "handle-disposed"
  | "aborted"
  | "network"
  | "redirected"
  | "timeout";
