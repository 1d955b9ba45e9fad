/**
 * kubecred/element and kubecred/element/inline: custom elements. Importing one of them defines all three; where the platform has no elements (Node,
 * server rendering) it does nothing. They add nothing to the page outside of their shadow roots, and need no 'unsafe-inline' in a
 * Content-Security-Policy. Removed from the page they abort what is under way, wipe keys and kubeconfigs and end their worker.
 *
 * Texts are replaced by slots, colours by custom properties (--kubecred-accent, --kubecred-on-accent, --kubecred-border, --kubecred-error,
 * --kubecred-warning, --kubecred-font, --kubecred-radius, --kubecred-gap), the rest by `::part(…)`: base, heading, form, field, label, button,
 * primary, approve, deny, status, error, findings, finding (and its level), list, request (and its state), state, name, user, changes, progress.
 *
 * @module kubecred/element
 */
import type { Cluster, CsrStatus, Kubeconfig, Kubecred, KubecredError, OpenOptions } from "../types.js";

/** What all elements have. Attribute `server`: where requests go, "" (the default) or a path of the page's origin, or an https address. */
declare class KubecredElement extends HTMLElement {
  /** A session of the page. It stays open when the element is removed. Default: one of the element's own. */
  kubecred: Kubecred | undefined;
  /** A cluster of the session `kubecred`, in the place of `server`, `headers` and `fetch`. */
  cluster: Cluster | undefined;
  /** Sends the requests in the place of the browser's fetch. */
  fetch: typeof fetch | undefined;
  /** Sent with each request. */
  headers: Record<string, string> | undefined;
  /** Options of the element's own session. */
  openOptions: OpenOptions | undefined;
}

/**
 * `<kubecred-access>`: a certificate or a token, and a kubeconfig with it. Attributes fix what a person is otherwise asked: `path`
 * ("certificate" or "token"), `user`, `groups` (separated by commas, one that contains a comma in double quotes), `service-account`, `namespace`,
 * `expiration-seconds`; `algorithm` (default "ecdsa-p256") is never asked. With `user` and without `groups` the certificate has no groups.
 * In a `<form>` it takes part as `name`: its value is the name of the CertificateSigningRequest, as soon as that is submitted, with the key's fingerprint as
 * NAME-fingerprint; of the token path the service account's user name, once the token is there. No secret is ever part of a form. With `required` the form is
 * not submitted before; resetting it starts over, `disabled` makes the element inert.
 * Events: kubecred-step, kubecred-kubeconfig, kubecred-saved, kubecred-error. Slots: heading, (default), path-label, certificate-label, token-label,
 * user-label, groups-label, service-account-label, namespace-label, lifetime-label, submit, cancel, waiting, done-heading, done, download, again.
 */
export declare class KubecredAccess extends KubecredElement {
  /** The kubeconfig, once it is there. Wiped when the element is removed or a person starts over. */
  readonly kubeconfig: Kubeconfig | undefined;
  /** "" before the kubeconfig is made. */
  readonly fileName: string;
  /** The form that it takes part in. */
  readonly form: HTMLFormElement | null;
  /** What its value is submitted as. */
  name: string;
  /** Whether the form waits for a value. */
  required: boolean;
  /** Name of the request, or user name of the service account; "" before. */
  readonly value: string;
  /** Lower-case hex SHA-256 of the requested key's SubjectPublicKeyInfo; "" before the request, and for a token. */
  readonly fingerprint: string;
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
  /** Whether a required value is there. */
  checkValidity(): boolean;
  /** The same, and the browser says what is missing. */
  reportValidity(): boolean;
}

/**
 * `<kubecred-review>`: lists and follows pending certificate signing requests, approves and denies exactly what is shown. What is dangerous is
 * approved when the user name was typed; a request that the API server would refuse can be denied alone. A decision is sent five seconds after the
 * button was pressed, and can be undone until then, by Ctrl+Z as well. It is not sent where the element is removed before, the list is read again or
 * the request changes; the browser asks before it leaves the page meanwhile. Attribute `signer-name`: requests for this signer only.
 * Events: kubecred-decided, kubecred-error. Slots: heading, (default), refresh.
 */
export declare class KubecredReview extends KubecredElement {}

/**
 * `<kubecred-kubeconfig>`: lints, merges, renews certificates, saves. Attributes `algorithm` and `expiration-seconds` (default 30 days) are
 * those of a renewed certificate. Events: kubecred-step, kubecred-kubeconfig, kubecred-saved, kubecred-error. Slots: heading, (default), file-label,
 * private, open-heading, redact, save, merge, close, merge-label.
 */
export declare class KubecredKubeconfig extends KubecredElement {
  /** The kubeconfig that is open. Wiped when it is closed or the element is removed. */
  readonly kubeconfig: Kubeconfig | undefined;
  /** Opens a kubeconfig. Rejects as `kubeconfig.parse` does. */
  read(input: string | Uint8Array): Promise<void>;
}

/** Each bubbles and leaves shadow roots. No detail contains a secret: the kubeconfig is at `event.target.kubeconfig`, for a page that wants it. */
export interface KubecredEventMap {
  "kubecred-step": CustomEvent<{ step: "key" | "submitted" | "waiting" | "issued" | "kubeconfig"; status?: CsrStatus }>;
  "kubecred-kubeconfig": CustomEvent<{ fileName: string }>;
  "kubecred-saved": CustomEvent<{ fileName: string; redacted?: boolean }>;
  "kubecred-decided": CustomEvent<{ decision: "approve" | "deny"; status: CsrStatus }>;
  "kubecred-error": CustomEvent<{ error: KubecredError }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "kubecred-access": KubecredAccess;
    "kubecred-review": KubecredReview;
    "kubecred-kubeconfig": KubecredKubeconfig;
  }
  interface HTMLElementEventMap extends KubecredEventMap {}
}
