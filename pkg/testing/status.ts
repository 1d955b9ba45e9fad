/*
 * Refusals as kube-apiserver words them: Status objects (k8s.io/apimachinery/pkg/api/errors/errors.go, 1.36.3).
 */

export type Cause = { reason: string; message: string; field: string };
type Resource = { group: string; plural: string; kind: string };
type Details = { name?: string; group?: string; kind?: string; uid?: string; causes?: Cause[]; retryAfterSeconds?: number };

/** A refusal on its way to the answer. */
export class Refusal extends Error {
  declare readonly status: {
    code: number;
    details?: Details | undefined;
    reason?: string | undefined;
    kind: string;
    apiVersion: string;
    metadata: Record<string, unknown>;
    status: string;
    message: string;
  };

  constructor(code: number, reason: string, message: string, details?: Details, metadata: Record<string, unknown> = {}) {
    super(message);
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

const qualified = ({ group, plural }: Resource) => (group === "" ? plural : `${plural}.${group}`);

const of = ({ group, plural }: Resource, name?: string): Details => ({ ...(name ? { name } : {}), ...(group === "" ? {} : { group }), kind: plural });

export const notFound = (resource: Resource, name: string) => new Refusal(404, "NotFound", `${qualified(resource)} "${name}" not found`, of(resource, name));

export const alreadyExists = (resource: Resource, name: string) =>
  new Refusal(409, "AlreadyExists", `${qualified(resource)} "${name}" already exists`, of(resource, name));

export const conflict = (resource: Resource, name: string, why: string) =>
  new Refusal(409, "Conflict", `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`, of(resource, name));

export const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

export const forbidden = (resource: Resource, name: string | undefined, why: string) =>
  new Refusal(403, "Forbidden", `${qualified(resource)}${name ? ` "${name}"` : ""} is forbidden: ${why}`, of(resource, name));

export const badRequest = (message: string) => new Refusal(400, "BadRequest", message);

export const unauthorized = () => new Refusal(401, "Unauthorized", "Unauthorized");

/** The group is served, the version or resource is not. */
export const noResource = () => new Refusal(404, "NotFound", "the server could not find the requested resource", {});

export const notAllowed = () => new Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});

/** @param fresh a continue token to go on with */
export const expired = (message: string, fresh?: string) => new Refusal(410, "Expired", message, undefined, fresh === undefined ? {} : { continue: fresh });

export function invalid({ group, kind }: Resource, name: string, causes: Cause[]) {
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

/** A value as these messages have it: text in quotes, structs as JSON. */
const quoted = (value: unknown) => JSON.stringify(value);

/** The causes of a 422 (k8s.io/apimachinery/pkg/util/validation/field/errors.go). */
export const cause = {
  required: (field: string, detail?: string): Cause => ({
    reason: "FieldValueRequired",
    message: detail ? `Required value: ${detail}` : "Required value",
    field,
  }),
  invalid: (field: string, value: unknown, detail: string): Cause => ({
    reason: "FieldValueInvalid",
    message: `Invalid value: ${quoted(value)}: ${detail}`,
    field,
  }),
  duplicate: (field: string, value: unknown): Cause => ({ reason: "FieldValueDuplicate", message: `Duplicate value: ${quoted(value)}`, field }),
  unsupported: (field: string, value: unknown, supported: readonly string[]): Cause => ({
    reason: "FieldValueNotSupported",
    message: `Unsupported value: ${quoted(value)}: supported values: ${supported.map(quoted).join(", ")}`,
    field,
  }),
  forbidden: (field: string, detail: string): Cause => ({ reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field }),
  tooLong: (field: string, detail: string): Cause => ({ reason: "FieldValueTooLong", message: `Too long: ${detail}`, field }),
};

/** What a code is called, for faults on demand. */
const GENERIC: Record<number, [string, string]> = {
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

export function onDemand(code: number, message?: string, retryAfterSeconds?: number) {
  const [reason, sentence] = GENERIC[code] ?? ["", "a fault on demand"];
  return new Refusal(code, reason, message ?? sentence, retryAfterSeconds === undefined ? undefined : { retryAfterSeconds });
}
