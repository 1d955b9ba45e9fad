/*
 * Questions that are answered and not stored: who am I, what may I do.
 */
import { decoded } from "./objects.js";
import { apiVersion } from "./resources.js";
import { badRequest, cause, invalid } from "./status.js";
import { timestamp } from "./store.js";
import type { About, Resource } from "./resources.js";
import type { Access, User } from "./access.js";
import type { Stored } from "./store.js";

export function reviewed(of: Resource, body: Stored, user: User, access: Access, { query }: About) {
  decoded(body, of.kind, apiVersion(of), query.get("fieldValidation"));
  const head = { kind: of.kind, apiVersion: apiVersion(of) };
  const { spec = {} } = body;
  if (of.plural === "selfsubjectreviews") {
    const { username, uid, groups, extra } = user;
    return {
      ...head,
      metadata: { creationTimestamp: timestamp() },
      status: { userInfo: { username, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) } },
    };
  }
  if (of.plural === "selfsubjectrulesreviews") {
    if (!spec.namespace) throw badRequest("no namespace on request");
    return { ...head, metadata: {}, spec: {}, status: access.review(user, spec.namespace) };
  }
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  if ((asked === undefined) === (path === undefined))
    throw invalid(of, "", [cause.invalid("spec.resourceAttributes", "", "exactly one of nonResourceAttributes or resourceAttributes must be specified")]);
  const { verb = "", group = "", resource = "", subresource = "", namespace = "", name = "" } = asked ?? {};
  const question = asked
    ? { verb, group, resource, subresource, namespace, name, path: "" }
    : { verb: path.verb ?? "", group: "", resource: "", subresource: "", namespace: "", name: "", path: path.path ?? "" };
  return { ...head, metadata: {}, spec, status: access.decide(user, question) };
}
