#!/usr/bin/env bash
# Ends the control plane that start.sh started in DIR, and nothing else: tests/cluster/stop.sh DIR.
# In reverse order, since an API server whose etcd is gone lingers for more than a minute. The folder stays.
set -euo pipefail
[ $# -eq 1 ] || { echo "cluster: say in which folder: stop.sh DIR" >&2; exit 2; }
[ -e "$1/pids" ] || exit 0
DIR=$(cd "$1" && pwd)

# A process id can have passed to another program: ours name DIR on their command line.
ours() { # pid; one that ends while being looked at is none of ours any more
  if [ -r "/proc/$1/cmdline" ]; then
    tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$DIR/"
  else
    ps -o args= -p "$1" | grep -qF -- "$DIR/"
  fi 2>/dev/null
}

pids=()
while read -r pid name; do pids=("$pid" ${pids[@]+"${pids[@]}"}); done <"$DIR/pids"
for pid in ${pids[@]+"${pids[@]}"}; do
  ours "$pid" || continue
  kill -TERM "$pid" 2>/dev/null || continue
  for _ in {1..50}; do
    ours "$pid" || continue 2
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
done
rm -f "$DIR/pids"
