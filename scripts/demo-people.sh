#!/usr/bin/env bash
# Makes the newcomer of the demo: demo-people.sh ADMIN.kubeconfig JANE.kubeconfig
# A service account stands for jane, who may ask for certificates and follow her requests, and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
umask 077
admin=$1 jane=$2
ask() { "$KUBECRED_BIN/kubectl" --kubeconfig "$admin" "$@"; }
ask apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: kubecred-demo}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: jane, namespace: kubecred-demo}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: kubecred-demo-requester}
rules:
- {apiGroups: [certificates.k8s.io], resources: [certificatesigningrequests], verbs: [create, get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: kubecred-demo-requester}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubecred-demo-requester}
subjects:
- {kind: ServiceAccount, name: jane, namespace: kubecred-demo}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: kubecred-root-ca, namespace: default}
rules:
- {apiGroups: [""], resources: [configmaps], resourceNames: [kube-root-ca.crt], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: kubecred-root-ca, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kubecred-root-ca}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}
YAML
# The token goes from kubectl into a file, and is on no command line.
ask config view --raw --minify --output=json | TOKEN=$(ask create token jane --namespace kubecred-demo --duration 24h) node -e '
  const config = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  config.users = [{ name: "jane", user: { token: process.env.TOKEN } }];
  config.contexts = [{ name: "jane@kubecred-demo", context: { cluster: config.clusters[0].name, user: "jane" } }];
  config["current-context"] = "jane@kubecred-demo";
  process.stdout.write(JSON.stringify(config));' >"$jane"
