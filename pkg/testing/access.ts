/*
 * Who may do what: role-based access control over the roles and bindings that are stored (plugin/pkg/auth/authorizer/rbac in
 * k8s.io/kubernetes 1.36.3), after the rules by which a test forbids something.
 */
import { resource } from "./resources.js";
import { forbidden, notFound } from "./status.js";
import type { ForbidRule } from "./types.js";
import type { Resource } from "./resources.js";
import type { Store, Stored } from "./store.js";

export type User = { username: string; uid?: string; groups: string[]; extra?: Record<string, string[]> };
type Question = { verb: string; group: string; resource: string; subresource: string; namespace: string; name: string; path: string };
type Rule = { verbs: string[]; apiGroups?: string[]; resources?: string[]; resourceNames?: string[]; nonResourceURLs?: string[] };
const RBAC = "rbac.authorization.k8s.io";
const SUPERUSERS = "system:masters";

const has = (list: readonly string[] | undefined, value: string) => list?.some((each) => each === "*" || each === value) ?? false;

function covers(rule: Rule, { verb, group, resource: plural, subresource, name, path }: Question) {
  if (!has(rule.verbs, verb)) return false;
  if (plural === "") return rule.nonResourceURLs?.some((each) => each === path || (each.endsWith("*") && path.startsWith(each.slice(0, -1)))) ?? false;
  const whole = subresource === "" ? plural : `${plural}/${subresource}`;
  const fits = has(rule.resources, whole) || (subresource !== "" && (rule.resources?.includes(`*/${subresource}`) ?? false));
  return fits && has(rule.apiGroups, group) && (!rule.resourceNames?.length || rule.resourceNames.includes(name));
}

export class Access {
  #store;
  #forbid;

  constructor(store: Store, forbid: readonly ForbidRule[]) {
    this.#store = store;
    this.#forbid = forbid;
  }

  /**
   * The roles that a user has in a namespace, and by which binding.
   * @param missing where roles that do not exist are noted
   */
  #rules(user: User, namespace: string, missing: string[] = []): { rule: Rule; why: string }[] {
    const everywhere = this.#store.list(resource("clusterrolebindings")).map(([, binding]) => binding);
    const here = this.#store.list(resource("rolebindings")).map(([, binding]) => binding);
    const bindings = [...everywhere, ...here.filter(({ metadata }) => namespace !== "" && metadata.namespace === namespace)];
    return bindings.flatMap((binding) => {
      const subject = binding.subjects?.find((each: any) => isSubject(each, user, binding.metadata.namespace ?? ""));
      if (!subject) return [];
      const { kind, name } = binding.roleRef;
      const of = binding.metadata.namespace;
      const role = kind === "Role" ? this.#store.find(resource("roles"), of, name) : this.#store.find(resource("clusterroles"), "", name);
      if (!role) missing.push(`${kind.toLowerCase()}.${RBAC} ${JSON.stringify(name)} not found`);
      const label = of === undefined ? `ClusterRoleBinding "${binding.metadata.name}"` : `RoleBinding "${binding.metadata.name}/${of}"`;
      const who = subject.kind === "ServiceAccount" ? `ServiceAccount "${subject.name}/${subject.namespace}"` : `${subject.kind} "${subject.name}"`;
      const why = `RBAC: allowed by ${label} of ${kind} "${name}" to ${who}`;
      return (role?.rules ?? []).map((rule: Rule) => ({ rule, why }));
    });
  }

  /** The rule of the test that forbids this. */
  #forbidden({ username }: User, { verb, group, resource: plural, subresource, namespace, name }: Question) {
    const whole = subresource === "" ? plural : `${plural}/${subresource}`;
    const fits = (wanted: string | undefined, value: string) => wanted === undefined || wanted === "*" || wanted === value;
    return this.#forbid.find(
      (rule) =>
        fits(rule.verb, verb) &&
        fits(rule.group, group) &&
        fits(rule.resource, whole) &&
        fits(rule.namespace, namespace) &&
        fits(rule.name, name) &&
        fits(rule.user, username),
    );
  }

  decide(user: User, question: Question): { allowed: boolean; reason?: string } {
    const rule = this.#forbidden(user, question);
    if (rule) return { allowed: false, ...(rule.reason === undefined ? {} : { reason: rule.reason }) };
    if (user.groups.includes(SUPERUSERS)) return { allowed: true };
    const missing: string[] = [];
    const found = this.#rules(user, question.namespace, missing).find((each) => covers(each.rule, question));
    if (found) return { allowed: true, reason: found.why };
    const [only] = missing;
    return only === undefined ? { allowed: false } : { allowed: false, reason: `RBAC: ${missing.length === 1 ? only : `[${missing.join(", ")}]`}` };
  }

  /** Refuses what the user may not do, in the words of the API server. */
  require(user: User, question: Question) {
    const { allowed, reason } = this.decide(user, question);
    if (allowed) return;
    const { verb, group, resource: plural, subresource, namespace, name, path } = question;
    if (plural === "") throw forbiddenPath(user, verb, path, reason);
    const what = subresource === "" ? plural : `${plural}/${subresource}`;
    const where = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
    const why = `User "${user.username}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
    throw forbidden({ group, plural, kind: "" }, name, reason === undefined ? why : `${why}: ${reason}`);
  }

  /** The answer to a SelfSubjectRulesReview. */
  review(user: User, namespace: string) {
    const all = this.#rules(user, namespace).map(({ rule }) => rule);
    if (user.groups.includes(SUPERUSERS)) all.unshift({ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }, { verbs: ["*"], nonResourceURLs: ["*"] });
    return {
      resourceRules: all
        .filter(({ resources }) => resources)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, ...(resourceNames ? { resourceNames } : {}) })),
      nonResourceRules: all.filter(({ nonResourceURLs }) => nonResourceURLs).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      // A rule that forbids cannot be told in this form: as with a webhook, the list is incomplete.
      incomplete: this.#forbid.length > 0,
      ...(this.#forbid.length > 0 ? { evaluationError: "webhook authorizer does not support user rule resolution" } : {}),
    };
  }

  /** Nobody may grant what they do not have (pkg/registry/rbac/clusterrole/policybased). */
  escalation(user: User, of: Resource, object: Stored) {
    const { name, namespace = "" } = object.metadata;
    const ask = { group: RBAC, subresource: "", namespace, path: "" };
    let granted: Rule[];
    if (of.plural === "roles" || of.plural === "clusterroles") {
      if (this.decide(user, { ...ask, verb: "escalate", resource: of.plural, name }).allowed) return;
      granted = object.rules ?? [];
    } else if (of.plural === "rolebindings" || of.plural === "clusterrolebindings") {
      const { kind, name: role } = object.roleRef;
      const plural = kind === "Role" ? "roles" : "clusterroles";
      if (this.decide(user, { ...ask, verb: "bind", resource: plural, name: role }).allowed) return;
      const found = this.#store.find(resource(plural), kind === "Role" ? namespace : "", role);
      if (!found) throw notFound(of, role);
      granted = found.rules ?? [];
    } else return;
    const missing = granted.filter((rule) => !this.#isCovered(user, namespace, rule));
    if (missing.length === 0) return;
    const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
    const why = `user "${user.username}" (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${missing.map(compact).join("\n")}`;
    throw forbidden(of, name, why);
  }

  #isCovered(user: User, namespace: string, rule: Rule) {
    const own = this.#rules(user, namespace).map((each) => each.rule);
    if (user.groups.includes(SUPERUSERS)) return true;
    const questions = rule.verbs.flatMap((verb) => [
      ...(rule.apiGroups ?? []).flatMap((group) =>
        (rule.resources ?? []).flatMap((whole) => {
          const [plural = "", subresource = ""] = whole.split("/");
          const names = rule.resourceNames?.length ? rule.resourceNames : [""];
          return names.map((name) => ({ verb, group, resource: plural, subresource, namespace, name, path: "" }));
        }),
      ),
      ...(rule.nonResourceURLs ?? []).map((path) => ({ verb, group: "", resource: "", subresource: "", namespace: "", name: "", path })),
    ]);
    return questions.every((question) => own.some((each) => covers(each, question)));
  }
}

function forbiddenPath(user: User, verb: string, path: string, reason: string | undefined) {
  const refusal = forbidden({ group: "", plural: "", kind: "" }, undefined, "");
  refusal.status.message = `forbidden: User "${user.username}" cannot ${verb} path "${path}"${reason === undefined ? "" : `: ${reason}`}`;
  refusal.status.details = {};
  return refusal;
}

/** @param namespace of the binding */
function isSubject({ kind, name, namespace: of }: any, { username, groups }: User, namespace: string) {
  if (kind === "User") return name === "*" || name === username;
  if (kind === "Group") return groups.includes(name);
  return kind === "ServiceAccount" && username === `system:serviceaccount:${of ?? namespace}:${name}`;
}

/** A rule as Go's CompactString writes it. */
function compact(rule: Rule) {
  const parts: [string, readonly string[] | undefined][] = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ];
  const texts = parts.filter(([, list]) => list?.length).map(([name, list]) => `${name}:[${list?.map((each) => JSON.stringify(each)).join(" ")}]`);
  return `{${texts.join(", ")}}`;
}
