// Random sets of roles and bindings, and questions about them: half of the questions aim at what a rule says, so that both
// answers come often. The same seed gives the same sets.

/** mulberry32: enough for dice. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most) => Math.floor(next() * most);
  const pick = (list) => list[below(list.length)];
  const some = (list, most) => [...new Set(Array.from({ length: 1 + below(most) }, () => pick(list)))];
  return { next, below, pick, some };
}

export const NAMESPACES = ["random-a", "random-b", "random-c"];
const GROUPS = ["", "", "apps", "rbac.authorization.k8s.io", "example.com", "*"];
const RESOURCES = [
  "pods",
  "pods",
  "pods/log",
  "secrets",
  "deployments",
  "deployments/scale",
  "nodes",
  "signers",
  "*",
  "*/scale",
  "*/log",
  "pods/*",
  "a/b/c",
  "namespaces",
];
const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "approve", "impersonate", "*"];
const NAMES = ["one", "two", "a:b", "kubernetes.io/*", "*"];
const URLS = ["/one", "/one/*", "/one*", "*", "/two/three", "/*", "/healthz", "/o*e", "/two**"];

function randomRule(dice, urls) {
  const verbs = dice.some(VERBS, 3);
  if (urls && dice.next() < 0.3) return { nonResourceURLs: dice.some(URLS, 2), verbs };
  return {
    apiGroups: dice.some(GROUPS, 2),
    resources: dice.some(RESOURCES, 3),
    verbs,
    ...(dice.next() < 0.3 ? { resourceNames: dice.some(NAMES, 2) } : {}),
  };
}

const BUILT_IN = ["view", "edit", "admin", "cluster-admin", "system:basic-user", "no-such-role"];

/** One to three roles and as many bindings, for a subject of its own: { subject, objects }. */
export function randomSet(dice, index) {
  const kind = dice.pick(["User", "User", "Group", "ServiceAccount"]);
  const subject = { kind, name: `${kind.toLowerCase()}-${index}`, ...(kind === "ServiceAccount" ? { namespace: `random-${index}` } : {}) };
  if (kind === "User" && dice.next() < 0.6) subject.groups = [`team-${index}`, `crew-${index}`];
  const objects = [];
  const api = { apiVersion: "rbac.authorization.k8s.io/v1" };
  const group = { apiGroup: "rbac.authorization.k8s.io" };
  const count = 1 + dice.below(3);
  for (let part = 0; part < count; part++) {
    const name = `random:${index}:${part}*`;
    const wide = dice.next() < 0.5;
    const namespace = dice.pick(NAMESPACES);
    const everywhere = wide && dice.next() < 0.5;
    const builtIn = wide && dice.next() < 0.15;
    const metadata = { name, ...(wide ? {} : { namespace }) };
    if (!builtIn)
      objects.push({ ...api, kind: wide ? "ClusterRole" : "Role", metadata, rules: Array.from({ length: 1 + dice.below(3) }, () => randomRule(dice, wide)) });
    const subjects = [{ kind: "User", name: `other-${index}`, ...group }];
    const chance = dice.next();
    if (chance < 0.75 && kind === "ServiceAccount") subjects.push({ kind, name: subject.name, namespace: subject.namespace });
    else if (chance < 0.75) subjects.push({ kind, name: subject.name, ...group });
    else if (chance < 0.9 && subject.groups) subjects.push({ kind: "Group", name: dice.pick(subject.groups), ...group });
    else if (chance < 0.9 && kind === "ServiceAccount")
      subjects.push(
        dice.next() < 0.5
          ? { kind: "Group", name: `system:serviceaccounts:${subject.namespace}`, ...group }
          : { kind: "User", name: `system:serviceaccount:${subject.namespace}:${subject.name}`, ...group },
      );
    objects.push({
      ...api,
      kind: everywhere ? "ClusterRoleBinding" : "RoleBinding",
      metadata: { name, ...(everywhere ? {} : { namespace }) },
      subjects,
      roleRef: { ...group, kind: wide ? "ClusterRole" : "Role", name: builtIn ? dice.pick(BUILT_IN) : name },
    });
  }
  return { subject, objects };
}

/** Questions about a set; those that aim put concrete words for the stars. */
export function randomQuestions(dice, { objects }) {
  const rules = objects.flatMap((object) => object.rules ?? []);
  const concrete = (word, list) => (word === "*" ? dice.pick(list.filter((other) => other !== "*")) : word);
  const questions = [];
  for (let index = 0; index < 14; index++) {
    const rule = rules.length && dice.next() < 0.75 ? dice.pick(rules) : randomRule(dice, true);
    const verb = concrete(dice.pick(rule.verbs), VERBS);
    if (rule.nonResourceURLs) {
      questions.push({ verb, path: `${dice.pick(rule.nonResourceURLs).replaceAll("*", dice.pick(["", "x", "/x"])) || "/"}` });
      continue;
    }
    let resource = concrete(dice.pick(rule.resources), RESOURCES);
    if (resource.startsWith("*/")) resource = `${dice.pick(["pods", "deployments", "widgets"])}${resource.slice(1)}`;
    const [base, ...rest] = resource.split("/");
    const name = dice.next() < 0.6 ? dice.pick(rule.resourceNames ?? NAMES) : "";
    questions.push({
      verb,
      group: concrete(dice.pick(rule.apiGroups), GROUPS),
      resource: base,
      ...(rest.length ? { subresource: rest.join("/") } : {}),
      ...(name ? { name } : {}),
      ...(dice.next() < 0.75 ? { namespace: dice.pick(NAMESPACES) } : {}),
    });
  }
  return questions;
}
