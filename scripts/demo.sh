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

data= servers=() cluster= switch=
cleanup() {
  trap '' INT TERM HUP # a second Ctrl-C must not leave half of it running
  local one
  if [ -n "$cluster" ]; then kill -TERM -- "-$cluster" 2>/dev/null || true; wait "$cluster" 2>/dev/null || true; fi
  for one in $switch ${servers[@]+"${servers[@]}"}; do kill "$one" 2>/dev/null || true; wait "$one" 2>/dev/null || true; done
  if [ -n "$data" ]; then
    bash tests/cluster/stop.sh "$data"
    rm -rf "$data"
  fi
  say "ended"
}
trap cleanup EXIT
trap 'exit 0' INT TERM HUP

kubectl=$KUBECRED_BIN/kubectl
set -m # a process group for each: Ctrl-C reaches this script alone, which then ends everything in order
serve() { # kubecred's options; adds to the servers
  node pkg/bin/kubecred.mjs --kubectl "$kubectl" "$@" </dev/null &
  servers+=($!)
}

if [ -n "${OFFLINE:-}" ]; then
  serve --port "$port" --offline
elif [ -n "${KUBECONFIG:-}" ]; then
  [ -x "$kubectl" ] || bash scripts/setup.sh cluster # kubectl itself is compiled, once
  context=$("$kubectl" config current-context 2>/dev/null) || stop "the file of KUBECONFIG cannot be read or names no current context"
  serve --port "$port" --context "$context" # said by the program, and never asked for here
else
  data=$(mktemp -d)
  say "starts etcd, kube-apiserver and kube-controller-manager in $data; the pages are there meanwhile, offline"
  # Compiles first where that was never done. The names that the programs wait for appear when the cluster is ready.
  {
    bash scripts/setup.sh cluster && bash tests/cluster/start.sh "$data" && bash scripts/demo-people.sh "$data/admin.kubeconfig" "$data/jane.tmp" \
      && mv "$data/jane.tmp" "$data/jane.ready" && cp "$data/admin.kubeconfig" "$data/admin.tmp" && mv "$data/admin.tmp" "$data/admin.ready"
  } </dev/null &
  cluster=$!
  # Two people, each with a page, a guard and a link of their own; the switch between them is a private file.
  serve --port "$port" --no-open --wait --kubeconfig "$data/admin.ready" >"$data/administrator.out"
  serve --no-open --wait --kubeconfig "$data/jane.ready" >"$data/jane.out"
  node scripts/demo-switch.mjs "administrator=$data/administrator.out" "jane=$data/jane.out" </dev/null &
  switch=$!
fi
set +m

if [ -n "$cluster" ]; then
  wait "$cluster" || { cluster=; stop "the cluster did not start, see above"; }
  cluster=
  say "the cluster is ready; the pages connect by themselves"
fi

# The page as an invited person opens it, which nginx serves in a cluster (www/deploy): here by a kubectl proxy without permissions, so that each
# request counts by its caller's own token. A kubeconfig without any credential would make kubectl ask for a user name.
if [ -n "$data" ]; then
  "$kubectl" --kubeconfig "$data/admin.kubeconfig" config view --raw --minify -o json |
    node -e 'const config = JSON.parse(require("fs").readFileSync(0)); config.users[0].user = { token: "nobody" }; process.stdout.write(JSON.stringify(config));' >"$data/guest.kubeconfig"
  set -m
  bash tests/cluster/proxy.sh dist 0 --kubeconfig "$data/guest.kubeconfig" >"$data/guest.out" 2>&1 </dev/null &
  guest=$!
  servers+=("$guest")
  set +m
  until address=$(grep -om1 '127\.0\.0\.1:[0-9]*' "$data/guest.out"); do
    kill -0 "$guest" 2>/dev/null || stop "the page for an invited person did not start: $(cat "$data/guest.out")"
    sleep 0.1
  done
fi
if [ -n "${OFFLINE:-}" ]; then
  cat <<'TEXT'
  1. Open the link: there is no cluster behind it, so requests and answers go by copy and paste.
  2. Type a user and a group, make a key, and take the manifest to any cluster: kubectl apply, then kubectl certificate approve.
  3. Paste the certificate that kubectl get csr -o jsonpath='{.status.certificate}' gives, and save the kubeconfig.

TEXT
elif [ -n "${KUBECONFIG:-}" ]; then
  cat <<TEXT
  1. Open the link, type a user and a group (jane, developers), make a key and send the request.
  2. Play the administrator: open "Review requests", read the request and approve it. For two people, open the link in two browser profiles.
  3. Save the kubeconfig, then ask who you are: $kubectl --kubeconfig FILE auth whoami

TEXT
else
  cat <<TEXT
  You are jane, a newcomer, or the administrator: the file above switches between them. What each may do is what the cluster's roles say.
  1. As jane: type a user and a group (jane, developers), make a key and send the request. jane cannot approve it; the page says why.
  2. As the administrator: open "Review requests", read the request and approve it.
  3. As jane: save the kubeconfig, then ask who you are: $kubectl --kubeconfig FILE auth whoami
  Ctrl-C ends all of it.

  Or invite jane with one link, as somebody without any credentials; it takes less than three minutes:
$(node scripts/story.mjs "http://$address/kubecred/" "$kubectl")

TEXT
fi
wait "${servers[0]}" && code=0 || code=$?
[ "$code" = 0 ] || stop "the page's server ended with $code"
