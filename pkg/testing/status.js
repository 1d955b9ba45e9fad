/*
 * Refusals as kube-apiserver words them: Status objects (k8s.io/apimachinery/pkg/api/errors/errors.go, 1.36.3).
 */

/** @typedef {{ reason: string, message: string, field: string }} Cause */
/** @typedef {{ group: string, plural: string, kind: string }} Resource */
/** @typedef {{ name?: string, group?: string, kind?: string, uid?: string, causes?: Cause[], retryAfterSeconds?: number }} Details */

/** A refusal on its way to the answer. */
export class Refusal extends Error {
  /**
   * @param {number} code
   * @param {string} reason
   * @param {string} message
   * @param {Details} [details]
   * @param {Record<string, unknown>} [metadata]
   */
  constructor(code, reason, message, details, metadata = {}) {
    super(message);
    /** @readonly */
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata,
      status: "Failure",
      message,
      ...(reason === "" ? {} : { reason }),
      ...(details ? { details } : {}),
      code,
    };
  }
}

/** @param {Resource} resource */
const qualified = ({ group, plural }) => (group === "" ? plural : `${plural}.${group}`);

/** @param {Resource} resource @param {string} [name] @returns {Details} */
const of = ({ group, plural }, name) => ({ ...(name ? { name } : {}), ...(group === "" ? {} : { group }), kind: plural });

/** @param {Resource} resource @param {string} name */
export const notFound = (resource, name) => new Refusal(404, "NotFound", `${qualified(resource)} "${name}" not found`, of(resource, name));

/** @param {Resource} resource @param {string} name */
export const alreadyExists = (resource, name) => new Refusal(409, "AlreadyExists", `${qualified(resource)} "${name}" already exists`, of(resource, name));

/** @param {Resource} resource @param {string} name @param {string} why */
export const conflict = (resource, name, why) =>
  new Refusal(409, "Conflict", `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, of(resource, name));

export const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

/** @param {Resource} resource @param {string | undefined} name @param {string} why */
export const forbidden = (resource, name, why) =>
  new Refusal(403, "Forbidden", `${qualified(resource)}${name ? ` "${name}"` : ""} is forbidden: ${why}`, of(resource, name));

/** @param {string} message */
export const badRequest = (message) => new Refusal(400, "BadRequest", message);

export const unauthorized = () => new Refusal(401, "Unauthorized", "Unauthorized");

/** The group is served, the version or resource is not. */
export const noResource = () => new Refusal(404, "NotFound", "the server could not find the requested resource", {});

export const notAllowed = () => new Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});

/** @param {string} message @param {string} [fresh] a continue token to go on with */
export const expired = (message, fresh) => new Refusal(410, "Expired", message, undefined, fresh === undefined ? {} : { continue: fresh });

/**
 * @param {Resource} resource
 * @param {string} name
 * @param {Cause[]} causes
 */
export function invalid({ group, kind }, name, causes) {
  const sentences = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const all = sentences.length === 1 ? sentences[0] : `[${sentences.join(", ")}]`;
  const what = group === "" ? kind : `${kind}.${group}`;
  return new Refusal(422, "Invalid", `${what} "${name}" is invalid: ${all}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind,
    causes,
  });
}

/** A value as these messages have it: text in quotes, structs as JSON. @param {unknown} value */
const quoted = (value) => JSON.stringify(value);

/** The causes of a 422 (k8s.io/apimachinery/pkg/util/validation/field/errors.go). */
export const cause = {
  /** @param {string} field @param {string} [detail] @returns {Cause} */
  required: (field, detail) => ({ reason: "FieldValueRequired", message: detail ? `Required value: ${detail}` : "Required value", field }),
  /** @param {string} field @param {unknown} value @param {string} detail @returns {Cause} */
  invalid: (field, value, detail) => ({ reason: "FieldValueInvalid", message: `Invalid value: ${quoted(value)}: ${detail}`, field }),
  /** @param {string} field @param {unknown} value @returns {Cause} */
  duplicate: (field, value) => ({ reason: "FieldValueDuplicate", message: `Duplicate value: ${quoted(value)}`, field }),
  /** @param {string} field @param {unknown} value @param {readonly string[]} supported @returns {Cause} */
  unsupported: (field, value, supported) => ({
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${quoted(value)}: supported values: ${supported.map(quoted).join(", ")}`,
    field,
  }),
  /** @param {string} field @param {string} detail @returns {Cause} */
  forbidden: (field, detail) => ({ reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field }),
  /** @param {string} field @param {string} detail @returns {Cause} */
  tooLong: (field, detail) => ({ reason: "FieldValueTooLong", message: `Too long: ${detail}`, field }),
};

/** What a code is called, for faults on demand. @type {Record<number, [string, string]>} */
const GENERIC = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "Unauthorized"],
  403: ["Forbidden", "forbidden: a fault on demand"],
  404: ["NotFound", "the server could not find the requested resource"],
  409: ["Conflict", "the server reported a conflict"],
  429: ["TooManyRequests", "too many requests, please try again later"],
  500: ["InternalError", "Internal error occurred: a fault on demand"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
  504: ["Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request"],
};

/** @param {number} code @param {string} [message] @param {number} [retryAfterSeconds] */
export function onDemand(code, message, retryAfterSeconds) {
  const [reason, sentence] = GENERIC[code] ?? ["", "a fault on demand"];
  return new Refusal(code, reason, message ?? sentence, retryAfterSeconds === undefined ? undefined : { retryAfterSeconds });
}
