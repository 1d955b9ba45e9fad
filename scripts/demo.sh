#!/usr/bin/env bash
# `make demo`: npx kubecred in front of a control plane of its own, on loopback, until Ctrl-C, which ends exactly what was started.
# Expects the page and the package (make build). The page is there at once; the cluster joins when it is compiled and started.
#   PORT         the page's port (default: a free one)
#   KUBECONFIG   use this file's current cluster instead of starting one
#   OFFLINE=1    no cluster at all, just the page
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
port=${PORT:-0}
say() { printf 'demo: %s\n' "$*"; }
stop() { printf 'demo: %s\n' "$*" >&2; exit 1; }
[[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -le 65535 ] || stop "PORT must be a number up to 65535"
[ -f pkg/bin/page.json ] || stop "the page is not built: run make build"

data= server= cluster=
cleanup() {
  trap '' INT TERM HUP # a second Ctrl-C must not leave half of it running
  if [ -n "$cluster" ]; then kill -TERM -- "-$cluster" 2>/dev/null || true; wait "$cluster" 2>/dev/null || true; fi
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  if [ -n "$data" ]; then
    bash tests/cluster/stop.sh "$data"
    rm -rf "$data"
  fi
  say "ended"
}
trap cleanup EXIT
trap 'exit 0' INT TERM HUP

kubectl=$KUBECRED_BIN/kubectl
options=(--port "$port" --kubectl "$kubectl")
if [ -n "${OFFLINE:-}" ]; then
  options+=(--offline)
elif [ -n "${KUBECONFIG:-}" ]; then
  [ -x "$kubectl" ] || bash scripts/setup.sh cluster # kubectl itself is compiled, once
  context=$("$kubectl" config current-context 2>/dev/null) || stop "the file of KUBECONFIG cannot be read or names no current context"
  options+=(--context "$context") # said by the program, and never asked for here
else
  data=$(mktemp -d)
  options+=(--wait --kubeconfig "$data/ready.kubeconfig")
  say "starts etcd, kube-apiserver and kube-controller-manager in $data; the page is there meanwhile, offline"
  # Compiles first where that was never done. The name that the program waits for appears when the cluster is ready.
  set -m # a process group of its own: Ctrl-C reaches this script alone, which then ends everything in order
  { bash scripts/setup.sh cluster && bash tests/cluster/start.sh "$data" && cp "$data/admin.kubeconfig" "$data/ready.tmp" && mv "$data/ready.tmp" "$data/ready.kubeconfig"; } </dev/null &
  cluster=$!
  set +m
fi

set -m
node pkg/bin/kubecred.mjs "${options[@]}" </dev/null &
server=$!
set +m
if [ -n "$cluster" ]; then
  wait "$cluster" || { cluster=; stop "the cluster did not start, see above"; }
  cluster=
fi
if [ -n "${OFFLINE:-}" ]; then
  cat <<'TEXT'
  1. Open the link: there is no cluster behind it, so requests and answers go by copy and paste.
  2. Type a user and a group, make a key, and take the manifest to any cluster: kubectl apply, then kubectl certificate approve.
  3. Paste the certificate that kubectl get csr -o jsonpath='{.status.certificate}' gives, and save the kubeconfig.

TEXT
else
  cat <<TEXT
  1. Open the link, type a user and a group (jane, developers), make a key and send the request.
  2. Play the administrator: open "Review requests", read the request and approve it. For two people, open the link in two browser profiles.
  3. Save the kubeconfig, then ask who you are: $kubectl --kubeconfig FILE auth whoami

TEXT
fi
wait "$server" && code=0 || code=$?
server=
[ "$code" = 0 ] || stop "the page's server ended with $code"
