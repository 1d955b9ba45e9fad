/*
 * What a new cluster contains, as far as a portal may ask for it. The roles view, edit and admin have their rules for core resources alone.
 */
import { base64Of } from "./encoding.js";
import { defaulted } from "./objects.js";
import { RESOURCES, apiVersion, resource } from "./resources.js";
import type { Authority } from "./authority.js";
import type { Store, Stored } from "./store.js";

const RBAC = "rbac.authorization.k8s.io";
const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];
const PUBLIC = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];
const ISSUER = ["/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"];
const CORE = ["configmaps", "endpoints", "persistentvolumeclaims", "pods", "pods/log", "serviceaccounts", "services"];

const rule = (verbs: string[], apiGroups: string[], resources: string[]) => ({ verbs, apiGroups, resources });
const VIEW = [rule(READ, [""], CORE)];
const EDIT = [...VIEW, rule([...READ, ...WRITE], [""], ["secrets"]), rule(WRITE, [""], CORE), rule(["create"], [""], ["serviceaccounts/token"])];

const ROLES: Record<string, object[]> = {
  "cluster-admin": [rule(["*"], ["*"], ["*"]), { verbs: ["*"], nonResourceURLs: ["*"] }],
  admin: [...EDIT, rule([...READ, ...WRITE], [RBAC], ["rolebindings", "roles"])],
  edit: EDIT,
  view: VIEW,
  "system:basic-user": [
    rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
    rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]),
  ],
  "system:discovery": [{ verbs: ["get"], nonResourceURLs: DISCOVERY }],
  "system:public-info-viewer": [{ verbs: ["get"], nonResourceURLs: PUBLIC }],
  "system:service-account-issuer-discovery": [{ verbs: ["get"], nonResourceURLs: ISSUER }],
};

const BINDINGS: Record<string, string[]> = {
  "cluster-admin": ["system:masters"],
  "system:basic-user": ["system:authenticated"],
  "system:discovery": ["system:authenticated"],
  "system:public-info-viewer": ["system:authenticated", "system:unauthenticated"],
  "system:service-account-issuer-discovery": ["system:serviceaccounts"],
};

const rbac = (kind: string, metadata: object, rest: object) => ({ apiVersion: `${RBAC}/v1`, kind, metadata, ...rest });

/** kubeadm lets everybody read cluster-info. */
const CLUSTER_INFO = { name: "kubeadm:bootstrap-signer-clusterinfo", namespace: "kube-public" };

export function seeds(
  { server, bootstrapToken, objects }: { server: string; bootstrapToken: string; objects: readonly Stored[] },
  authority: Authority,
): Stored[] {
  const kubeconfig = `apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: ${base64Of(authority.certificate)}\n    server: ${server}\n  name: ""\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n`;
  return [
    ...["default", "kube-system", "kube-public", "kube-node-lease"].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...Object.entries(ROLES).map(([name, rules]) => rbac("ClusterRole", { name }, { rules })),
    ...Object.entries(BINDINGS).map(([name, groups]) =>
      rbac("ClusterRoleBinding", { name }, { subjects: groups.map((group) => ({ kind: "Group", name: group })), roleRef: { kind: "ClusterRole", name } }),
    ),
    rbac("Role", CLUSTER_INFO, { rules: [{ ...rule(["get"], [""], ["configmaps"]), resourceNames: ["cluster-info"] }] }),
    rbac("RoleBinding", CLUSTER_INFO, { subjects: [{ kind: "User", name: "system:anonymous" }], roleRef: { kind: "Role", name: CLUSTER_INFO.name } }),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "cluster-info", namespace: "kube-public" },
      data: { kubeconfig, ...authority.clusterInfo(kubeconfig, bootstrapToken) },
    },
    ...objects,
  ];
}

/** Stores an object without asking anybody. */
export function plant(store: Store, object: Stored) {
  const of = RESOURCES.find((each) => each.kind === object?.kind && apiVersion(each) === object.apiVersion);
  if (!of || of === resource("certificatesigningrequests") || !object.metadata?.name)
    throw new TypeError(
      "Every one of `objects` must have apiVersion, kind and metadata.name of an object that fakeCluster stores; submit certificate requests by fetch.",
    );
  if (of.namespaced && !object.metadata.namespace) throw new TypeError("An object of `objects` has no metadata.namespace, and its kind needs one.");
  const created = store.create(of, defaulted(of, object));
  store.managers.set(created.metadata.uid, new Map([["Update fakeCluster", created]]));
}
