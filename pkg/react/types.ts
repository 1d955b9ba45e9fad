/**
 * kubecred/react and kubecred/react/inline: hooks for React 18 and later. They survive StrictMode: one worker per mounted component that needs
 * one, none after it is unmounted.
 *
 * @module kubecred/react
 */
import type { Cluster, ClusterOptions, CsrStatus, Kubeconfig, Kubecred, KubecredError, KeyAlgorithm, OpenOptions, PrivateKey, Subject } from "../types.js";

/** A session for as long as the component is mounted. `options` are read when it mounts: give the component another `key` to change them. */
export declare function useKubecred(options?: OpenOptions): KubecredHook;

/** A session, and whether it is there yet. */
export type KubecredHook =
  | { readonly state: "starting"; readonly kubecred: undefined; readonly error: undefined }
  | { readonly state: "ready"; readonly kubecred: Kubecred; readonly error: undefined }
  | { readonly state: "failed"; readonly kubecred: undefined; readonly error: KubecredError };

/**
 * The certificate path as state: key, CSR, approval, kubeconfig. Nothing happens before `start`. Unmounting aborts, and wipes key and kubeconfig.
 * The session is `options.kubecred`, or one of the component's own that the first `start` opens.
 */
export declare function useKubeconfigRequest(options: KubeconfigRequestOptions): KubeconfigRequest;

/** Who gets which certificate from which cluster, for {@link useKubeconfigRequest}. */
export interface KubeconfigRequestOptions {
  /** A session of `useKubecred`. It stays open. */
  kubecred?: Kubecred | undefined;
  /** A cluster of that session, or where the API server is: `{ server, headers, fetch }`. Default: the page's origin. */
  cluster?: Cluster | ClusterOptions | undefined;
  subject: Subject;
  /** Default "ecdsa-p256". */
  algorithm?: KeyAlgorithm | undefined;
  /** Lifetime of the certificate, seconds. */
  expirationSeconds?: number | undefined;
  /** Namespace of the context. */
  namespace?: string | undefined;
  /** Gives the key, too. It is wiped with the kubeconfig. */
  keepKey?: boolean | undefined;
  /** Options of the component's own session. */
  open?: OpenOptions | undefined;
}

/** The state of a request, and what can be done about it. */
export interface KubeconfigRequest {
  /** "cancelled" after `cancel`; "failed" has `error`. */
  readonly state: "idle" | "running" | "done" | "failed" | "cancelled";
  /** While it runs: what was reached last. */
  readonly step: "key" | "submitted" | "waiting" | "issued" | "kubeconfig" | undefined;
  /** The CertificateSigningRequest as it was seen last: name, fingerprint, findings. */
  readonly status: CsrStatus | undefined;
  readonly kubeconfig: Kubeconfig | undefined;
  readonly fileName: string | undefined;
  /** With `keepKey`. */
  readonly key: PrivateKey | undefined;
  readonly error: KubecredError | undefined;
  /** Starts, or starts again: what was there before is aborted and wiped. Options of the latest render count. Never rejects. */
  start(): Promise<void>;
  /** Aborts, and wipes what was made. */
  cancel(): void;
  /** Saves the kubeconfig as a file of the browser. Does nothing before it is there. */
  save(): Promise<void>;
}
