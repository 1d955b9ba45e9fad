/*
 * An element that takes part in the host's <form>: its value names what was requested, never a secret. `required` keeps the form from being
 * submitted without a value; a reset starts over.
 */
import { KubecredElement } from "./base.js";

const MISSING = "Create the kubeconfig first.";

const FLAWS = ["badInput", "customError", "patternMismatch", "rangeOverflow", "rangeUnderflow", "stepMismatch", "tooLong", "tooShort", "typeMismatch"];

/** What a browser's ElementInternals would say. */
const validityOf = (valueMissing: boolean) =>
  ({ ...Object.fromEntries(FLAWS.map((flaw) => [flaw, false])), valueMissing, valid: !valueMissing }) as unknown as ValidityState;

export class AssociatedElement extends KubecredElement {
  static formAssociated = true;
  static properties: readonly string[] = [...KubecredElement.properties, "name", "required"];

  /** None on a server, and in a DOM without them. jsdom's (31, 2026-11) have nothing of forms: see `validity` and what follows it. */
  #internals: ElementInternals | undefined = this.attachInternals?.();
  #value = "";
  #fingerprint = "";

  get form() {
    return this.#internals?.form ?? null;
  }
  get name() {
    return this.getAttribute("name") ?? "";
  }
  set name(name) {
    this.setAttribute("name", name);
  }
  get required() {
    return this.hasAttribute("required");
  }
  set required(required) {
    this.toggleAttribute("required", required);
  }
  get value() {
    return this.#value;
  }
  get fingerprint() {
    return this.#fingerprint;
  }
  get validity() {
    return this.#internals?.validity ?? validityOf(this.#missing);
  }
  get validationMessage() {
    return this.#internals?.validationMessage ?? (this.#missing ? MISSING : "");
  }
  get willValidate() {
    return this.#internals?.willValidate ?? true;
  }
  checkValidity() {
    return this.#internals?.checkValidity?.() ?? !this.#missing;
  }
  reportValidity() {
    return this.#internals?.reportValidity?.() ?? !this.#missing;
  }

  attributeChangedCallback(attribute: string) {
    if (attribute === "name" || attribute === "required") this.#update();
    else super.attributeChangedCallback(attribute);
  }

  /** What the form submits: under the element's name, and the fingerprint under NAME-fingerprint. */
  present(value: string, fingerprint: string = "") {
    this.#value = value;
    this.#fingerprint = fingerprint;
    this.#update();
  }

  formResetCallback() {
    this.reset();
  }

  formDisabledCallback(disabled: boolean) {
    this.inert = disabled;
  }

  /** Starts over. */
  reset() {}

  get #missing() {
    return this.required && this.#value === "";
  }

  #update() {
    const { name } = this;
    const entries = new FormData();
    if (name && this.#value) entries.append(name, this.#value);
    if (name && this.#fingerprint) entries.append(`${name}-fingerprint`, this.#fingerprint);
    this.#internals?.setFormValue?.(entries);
    const missing = this.#missing;
    const button = (this.shadowRoot?.querySelector("button") ?? undefined) as HTMLElement | undefined;
    this.#internals?.setValidity?.(missing ? { valueMissing: true } : {}, missing ? MISSING : "", button);
  }
}
