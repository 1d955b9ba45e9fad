#!/usr/bin/env bash
# Becomes `kubectl proxy` with the page and the part of the API that the page uses on one origin, on loopback:
#   proxy.sh DIST PORT [kubectl's options]      (port 0: a free one, named in its first line of output)
# Whoever can reach this port acts with the rights of the kubeconfig, so it lets through only what the page asks for.
#   PROXY=roles       also what #/roles needs: questions about rights, and writing roles and bindings by PATCH
#   PROXY=bindings    also the role bindings that a card of #/review shows: only for a caller who may not write bindings, see SECURITY.md
#   PROXY=robot       also what #/robot needs: making service accounts and their Secrets NAME-token by PATCH, and asking for tokens
set -euo pipefail
. "$(dirname "$0")/../env.sh"
paths=(
  '^/apis/certificates\.k8s\.io/v1/certificatesigningrequests(/[^/]+(/approval)?)?$'
  '^/apis/authentication\.k8s\.io/v1/selfsubjectreviews$'
  '^/api/v1/namespaces/default/configmaps/kube-root-ca\.crt$'
  '^/api$'
  '^/version$'
)
reject='^(DELETE|PATCH)$'
if [[ " ${PROXY:-} " == *" roles "* ]]; then
  paths+=(
    '^/apis/authorization\.k8s\.io/v1/selfsubject(rules|access)reviews$'
    '^/apis/rbac\.authorization\.k8s\.io/v1/(namespaces/[^/]+/)?(cluster)?role(binding)?s/[^/]+$'
  )
  reject='^DELETE$'
fi
if [[ " ${PROXY:-} " == *" bindings "* ]]; then
  paths+=('^/apis/rbac\.authorization\.k8s\.io/v1/(cluster)?rolebindings$')
fi
if [[ " ${PROXY:-} " == *" robot "* ]]; then
  paths+=('^/api/v1/namespaces/[^/]+/(serviceaccounts/[^/]+(/token)?|secrets/[^/]+-token)$')
  reject='^DELETE$'
fi
accept=$(IFS=,; printf '%s' "${paths[*]}")
dist=$1 port=$2
shift 2
exec "$KUBECRED_BIN/kubectl" proxy --www="$dist" --www-prefix=/kubecred/ --address=127.0.0.1 --port="$port" \
  --accept-paths="$accept" --reject-methods="$reject" "$@"
