#!/usr/bin/env bash
# Builds etcd, kube-apiserver, kube-controller-manager and kubectl from this module, once, and prints their folder.
# The result lives outside the checkout, keyed by Kubernetes' version and by go.mod and go.sum (see scripts/env.sh).
# It is built beside its place and renamed when complete, so a build that was broken off is never used.
set -euo pipefail
cd "$(dirname "$0")"
. ../../scripts/env.sh

PROGRAMS=(
  go.etcd.io/etcd/server/v3
  k8s.io/kubernetes/cmd/kube-apiserver
  k8s.io/kubernetes/cmd/kube-controller-manager
  k8s.io/kubernetes/cmd/kubectl
)
say() { printf 'cluster: %s\n' "$*" >&2; }

if [ -x "$KUBECRED_BIN/kubectl" ]; then
  printf '%s\n' "$KUBECRED_BIN"
  exit 0
fi
command -v go >/dev/null || { say "go is missing: install Go 1.26 or later from go.dev/dl"; exit 1; }

unfinished=$KUBECRED_BIN.unfinished.$$
log=$KUBECRED_BIN.log
trap 'rm -rf "$unfinished"' EXIT
mkdir -p "$unfinished"
say "builds Kubernetes $KUBECRED_KUBERNETES and etcd from source: about ten minutes on two cores and 4 GB of disk, this once"
say "the log is $log"

# What `go` reports, as one line that moves on a terminal and as a line for every 200 steps elsewhere.
progress() { # what it counts, out of how many
  local count=0 line every=200
  [ -t 2 ] && every=1
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    case $line in *[!\ ]*) ;; *) continue ;; esac
    count=$((count + 1))
    [ $((count % every)) -eq 0 ] || continue
    if [ -t 2 ]; then printf '\rcluster: %s %d%s ' "$1" "$count" "$2" >&2; else say "$1 $count$2"; fi
  done
  if [ -t 2 ]; then printf '\n' >&2; fi
}

failed() {
  say "the build failed; the end of $log:"
  tail -n 15 "$log" >&2
  exit 1
}

: >"$log"
export GOFLAGS=-mod=readonly
go list -deps "${PROGRAMS[@]}" 2> >(progress "modules downloaded:" "") >"$unfinished/packages" || { sleep 1; failed; }
packages=$(wc -l <"$unfinished/packages" | tr -d ' ')
rm "$unfinished/packages"
# Without these the programs call themselves v0.0.0, and the API server derives what it is compatible with from that.
flags="-s -w -X k8s.io/component-base/version.gitVersion=$KUBECRED_KUBERNETES -X k8s.io/client-go/pkg/version.gitVersion=$KUBECRED_KUBERNETES"
go build -v -trimpath -ldflags "$flags" -o "$unfinished/" "${PROGRAMS[@]}" 2>&1 | progress "packages compiled:" " of at most $packages" || failed

# Someone else may have finished the same build meanwhile: theirs is as good.
[ -e "$KUBECRED_BIN" ] || mv "$unfinished" "$KUBECRED_BIN"
[ -x "$KUBECRED_BIN/kubectl" ] || failed
say "built: $KUBECRED_BIN"
printf '%s\n' "$KUBECRED_BIN"
