#!/usr/bin/env bash
# Becomes `kubectl proxy` with the page and the part of the API that the page uses on one origin, on loopback:
#   proxy.sh DIST PORT [kubectl's options]      (port 0: a free one, named in its first line of output)
# Whoever can reach this port acts with the rights of the kubeconfig, so it lets through only what the page asks for.
#   PROXY=roles       also what #/roles needs: questions about rights, and writing roles and bindings by PATCH
#   PROXY=bindings    also the role bindings that a card of #/review shows: only for a caller who may not write bindings, see SECURITY.md
#   PROXY=invitations also what #/invite needs: the objects of invitations, tokens of their accounts, and DELETE, which then passes for each of these paths
#   PROXY=robot       also what #/robot needs: making service accounts and their Secrets NAME-token by PATCH, and asking for tokens
set -euo pipefail
. "$(dirname "$0")/../../scripts/env.sh"
read -ra parts <<<"${PROXY:-}"
# The list that npx kubecred has, too: pkg/bin/policy.mts.
{ read -r accept; read -r reject; } < <(node "$(dirname "$0")/../../pkg/bin/policy.mjs" ${parts[@]+"${parts[@]}"})
dist=$1 port=$2
shift 2
exec "$KUBECRED_BIN/kubectl" proxy --www="$dist" --www-prefix=/kubecred/ --address=127.0.0.1 --port="$port" \
  --accept-paths="$accept" --reject-methods="$reject" "$@"
