#!/usr/bin/env bash
# `make demo`: a control plane of its own and the page beside it on one origin, on loopback, until Ctrl-C, which ends
# exactly what was started. Expects what tests/setup.sh installs and the page in dist/ (make build).
#   PORT         the page's port (default: a free one)
#   KUBECONFIG   use this file's current cluster instead of starting one
#   OFFLINE=1    no cluster at all, just the page
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/env.sh
port=${PORT:-0}
say() { printf 'demo: %s\n' "$*"; }
stop() { printf 'demo: %s\n' "$*" >&2; exit 1; }
[[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -le 65535 ] || stop "PORT must be a number up to 65535"
[ -f dist/index.html ] || stop "the page is not built: run make build"

data= server=
cleanup() {
  trap '' INT TERM HUP # a second Ctrl-C must not leave half of it running
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  if [ -n "$data" ]; then
    bash tests/cluster/stop.sh "$data"
    rm -rf "$data"
  fi
  say "ended"
}
trap cleanup EXIT
trap 'exit 0' INT TERM HUP

data=$(mktemp -d)
output=$data/output
if [ -n "${OFFLINE:-}" ]; then
  command=(node tests/cluster/static.mjs dist "$port")
elif [ -n "${KUBECONFIG:-}" ]; then
  export KUBECONFIG
  context=$("$KUBECRED_BIN/kubectl" config current-context 2>/dev/null) || stop "the file of KUBECONFIG cannot be read or names no current context"
  command=(bash tests/cluster/proxy.sh dist "$port")
  say "uses the cluster of context $context; whoever can open the page on this machine acts with that context's rights"
else
  say "starts etcd, kube-apiserver and kube-controller-manager in $data"
  bash tests/cluster/start.sh "$data"
  export KUBECONFIG=$data/admin.kubeconfig
  command=(bash tests/cluster/proxy.sh dist "$port")
fi

set -m # a process group of its own: Ctrl-C reaches this script alone, which then ends everything in order
"${command[@]}" >"$output" 2>&1 </dev/null &
server=$!
set +m
address=
for _ in {1..100}; do
  address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$output" | head -n 1) && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$address" ] || ! kill -0 "$server" 2>/dev/null; then
  stop "the page's server did not start: $(tail -n 1 "$output")"
fi

printf '\n  http://%s/kubecred/\n\n' "$address"
if [ -n "${OFFLINE:-}" ]; then
  cat <<'TEXT'
  1. Open the address: there is no cluster behind it, so requests and answers go by copy and paste.
  2. Type a user and a group, make a key, and take the manifest to any cluster: kubectl apply, then kubectl certificate approve.
  3. Paste the certificate that kubectl get csr -o jsonpath='{.status.certificate}' gives, and save the kubeconfig.
TEXT
else
  cat <<TEXT
  1. Open the address, type a user and a group (jane, developers), make a key and send the request.
  2. Play the administrator: open the address with #/review at its end, read the request and approve it.
  3. Save the kubeconfig, then ask who you are: $KUBECRED_BIN/kubectl --kubeconfig FILE auth whoami
TEXT
fi
printf '\n  Ctrl-C ends it.\n\n'
wait "$server" || true
server=
stop "the page's server ended: $(tail -n 1 "$output")"
