// The calls that the package promises, written down a second time and apart from types.ts: each must be there, and take and give what is said
// here. Compiled by tests/package/typescript.test.mjs in TypeScript 5.9 and 7; where a published call is incompatible, the assignments at the end fail.
import { KubecredError, isKubecredError, open } from "kubecred";
import type {
  CertificateReport,
  CertificateSigningRequest,
  ClusterEntry,
  CommandStep,
  CsrReport,
  CsrStatus,
  FindingCode,
  KeyAlgorithm,
  KubecredErrorCode,
  KubernetesObject,
  MergeChange,
  RbacMatrix,
  RbacOptions,
  RbacTemplate,
  SecretToken,
  Subject,
  TokenReport,
} from "kubecred";
import type * as published from "kubecred";

interface OpenOptions {
  wasm?: URL | string | BufferSource | WebAssembly.Module;
  integrity?: string;
  worker?: boolean | (() => Worker);
  signal?: AbortSignal;
}

interface Kubecred {
  readonly keys: {
    generate(
      algorithm: KeyAlgorithm,
      options?: { signal?: AbortSignal; onProgress?: (p: { candidatesTried: number; primesFound: number; expectedSeconds: number }) => void; workers?: number },
    ): Promise<PrivateKey>;
    import(input: string | Uint8Array, options?: { passphrase?: string; signal?: AbortSignal }): Promise<PrivateKey>;
    prepare(algorithm: KeyAlgorithm): void;
    readonly algorithms: readonly { id: KeyAlgorithm; label: string; hint: string }[];
  };
  readonly csr: {
    inspect(input: string | Uint8Array): Promise<CsrReport>;
    lintSubject(subject: Subject): Promise<Finding[]>;
    manifest(options: CsrManifestOptions): Promise<CertificateSigningRequest>;
    explain(object: string | object, options?: { verifySignature?: boolean }): Promise<CsrStatus>;
    explainAll(objects: string | object | object[]): Promise<CsrStatus[]>;
  };
  readonly certificates: {
    parse(input: string | Uint8Array): Promise<CertificateReport>;
    renewalReminder(input: string | Uint8Array): Promise<{ due: string; text: string }>;
  };
  readonly tokens: {
    parse(token: string | Uint8Array): Promise<TokenReport>;
    fromSecret(object: string | object, options?: { serviceAccount?: string; name?: string }): Promise<SecretToken | undefined>;
  };
  readonly serviceAccounts: { manifests(options: { name: string; namespace: string; legacySecret?: string }): Promise<KubernetesObject[]> };
  readonly rbac: {
    templates(): Promise<RbacTemplate[]>;
    manifests(options: RbacOptions): Promise<KubernetesObject[]>;
    matrix(options: object): Promise<RbacMatrix>;
    review(options: object): Promise<{ allowed: boolean; reason?: string }[]>;
    lint(manifests: string | object | object[]): Promise<Finding[]>;
  };
  readonly kubeconfig: {
    parse(input: string | Uint8Array, options?: { signal?: AbortSignal }): Promise<Kubeconfig>;
    create(parts: object): Promise<Kubeconfig>;
  };
  readonly discovery: {
    verifyClusterInfo(configMap: object, options: { bootstrapToken: string; pins?: string[] }): Promise<ClusterEntry>;
    lintCluster(entry: ClusterEntry): Promise<Finding[]>;
  };
  readonly links: { encode(pem: string): Promise<string>; decode(fragment: string): Promise<{ kind: "csr" | "certificate"; pem: string }> };
  classify(input: string | Uint8Array): Promise<{ kind: string; secret: boolean }>;
  toYaml(objects: object | object[]): Promise<string>;
  commands(step: CommandStep, shell: "sh" | "powershell" | "cmd"): Promise<string>;
  cluster(options?: ClusterOptions): Cluster;
  requestKubeconfig(options: {
    cluster?: Cluster;
    subject: Subject;
    algorithm?: KeyAlgorithm;
    expirationSeconds?: number;
    namespace?: string;
    signal?: AbortSignal;
    onStep?: (s: { step: "key" | "submitted" | "waiting" | "issued" | "kubeconfig"; status?: CsrStatus }) => void;
    keepKey?: boolean;
  }): Promise<{ kubeconfig: Kubeconfig; fileName: string; key?: PrivateKey }>;
  readonly version: { kubecred: string; commit: string; wasmSha256: string; crates: Record<string, string>; rsaFilter: "simd" | "library" };
  close(): void;
  [Symbol.dispose](): void;
}

interface CsrManifestOptions {
  csr: string;
  name?: string;
  signerName?: string;
  usages?: readonly string[];
  expirationSeconds?: number;
  labels?: Record<string, string>;
}

interface PrivateKey {
  readonly algorithm: KeyAlgorithm;
  readonly fingerprint: string;
  createCsr(subject: Subject): Promise<string>;
  kubeconfig(parts: {
    certificate: string | Uint8Array;
    cluster: ClusterEntry;
    csr?: string;
    userName?: string;
    contextName?: string;
    namespace?: string;
  }): Promise<Kubeconfig>;
  exportPem(options?: { passphrase?: string }): Promise<Uint8Array<ArrayBuffer>>;
  exportPkcs12(
    certificate: string | Uint8Array,
    passphrase: string,
    options?: { friendlyName?: string; compatibility?: "modern" | "legacy" },
  ): Promise<Uint8Array<ArrayBuffer>>;
  dispose(): void;
  [Symbol.dispose](): void;
}

interface Kubeconfig {
  serialize(options?: { format?: "yaml" | "json" | "kyaml"; redact?: boolean }): Promise<Uint8Array<ArrayBuffer>>;
  readonly suggestedFileName: string;
  minify(context?: string): Promise<Kubeconfig>;
  merge(other: Kubeconfig, options?: object): Promise<{ kubeconfig: Kubeconfig; changes: readonly MergeChange[] }>;
  edit(changes: object): Promise<Kubeconfig>;
  renewal(user?: string): Promise<object>;
  renew(key: PrivateKey, options: object): Promise<Kubeconfig>;
  clusterEntries(): Promise<ClusterEntry[]>;
  dispose(): void;
  [Symbol.dispose](): void;
}

interface ClusterOptions {
  server?: string;
  token?: string;
  fetch?: typeof fetch;
  headers?: Record<string, string>;
}
interface Cluster {
  readonly csr: {
    submit(options: CsrManifestOptions, o?: Abortable): Promise<CsrStatus>;
    get(name: string, o?: Abortable): Promise<CsrStatus>;
    list(o?: Abortable & { pageSize?: number }): AsyncIterable<CsrStatus>;
    pages(o?: Abortable & { pageSize?: number }): AsyncIterable<{ statuses: readonly CsrStatus[]; resourceVersion: string }>;
    watch(o: Abortable & { resourceVersion: string }): AsyncIterable<{ type: "added" | "modified" | "deleted"; status: CsrStatus }>;
    approve(status: CsrStatus, o?: Abortable & { reason?: string; message?: string }): Promise<CsrStatus>;
    deny(status: CsrStatus, o?: Abortable & { reason?: string; message?: string }): Promise<CsrStatus>;
    wait(name: string, o?: Abortable & Waiting): Promise<{ certificate: string; status: CsrStatus }>;
    request(options: CsrManifestOptions, o?: Abortable & Waiting): Promise<{ name: string; certificate: string; status: CsrStatus }>;
    preview(options: CsrManifestOptions, o?: Abortable): Promise<{ accepted: boolean; code?: string; message?: string }>;
  };
  readonly tokens: { create(options: object, o?: Abortable): Promise<object>; fromSecret(options: object, o?: Abortable): Promise<SecretToken> };
  readonly rbac: {
    apply(objects: object[], o?: object): Promise<object[]>;
    permissions(namespace: string, o?: Abortable): Promise<object>;
    can(question: object, o?: Abortable): Promise<object>;
    bindingsOf(who: { user: string; groups?: string[] }, o?: Abortable): Promise<object[]>;
  };
  whoAmI(o?: Abortable): Promise<object>;
  version(o?: Abortable): Promise<object>;
  discover(o?: Abortable & { everywhere?: boolean }): Promise<object>;
}
interface Abortable {
  signal?: AbortSignal;
}
interface Waiting {
  onStatus?: (status: CsrStatus) => void;
  onTrouble?: (error: KubecredError) => void;
}

interface SketchError extends Error {
  readonly name: "KubecredError";
  readonly code: KubecredErrorCode;
  readonly field?: string;
  readonly details?: readonly { field?: string; message: string }[];
  toJSON(): object;
}
interface Finding {
  code: FindingCode;
  level: "error" | "warning" | "notice";
  message: string;
  path?: string;
  line?: number;
  column?: number;
  audience?: "requester" | "approver";
}

export const opened: (options?: OpenOptions) => Promise<Kubecred> = open;
export const guard: (value: unknown) => value is SketchError = isKubecredError;
export const thrown: new (code: KubecredErrorCode, message: string) => SketchError = KubecredError;
/** Both ways: what the sketch's options are, the published ones accept; what is published, the sketch accepts. */
export const options = (
  sketched: [OpenOptions, ClusterOptions, CsrManifestOptions],
): [published.OpenOptions, published.ClusterOptions, published.CsrManifestOptions] => sketched;
export const results = (
  given: [published.Kubecred, published.PrivateKey, published.Kubeconfig, published.Cluster, published.Finding],
): [Kubecred, PrivateKey, Kubeconfig, Cluster, Finding] => given;
/** Every member of a sketched noun is in the published one, by name: [] is assignable to never[] alone. */
type Missing<Sketched, Published> = Exclude<keyof Sketched, keyof Published>;
export const missing: (
  | Missing<Kubecred, published.Kubecred>
  | Missing<Kubecred["keys"], published.Keys>
  | Missing<Kubecred["csr"], published.Csr>
  | Missing<Kubecred["rbac"], published.Rbac>
  | Missing<PrivateKey, published.PrivateKey>
  | Missing<Kubeconfig, published.Kubeconfig>
  | Missing<Cluster, published.Cluster>
  | Missing<Cluster["csr"], published.ClusterCsr>
)[] extends never[]
  ? true
  : false = true;
