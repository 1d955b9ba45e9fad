#!/usr/bin/env bash
# Runs the browser tests, all or the files that are named, on one control plane that all of them share:
#   tests/browser/run.sh [FILE.test.mjs …]
# A file that is run by `node --test` alone starts one of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/env.sh
shopt -s failglob
[ $# -gt 0 ] || set -- tests/browser/*.test.mjs
plane=$(mktemp -d)
end() { bash tests/cluster/stop.sh "$plane"; rm -rf "$plane"; }
trap end EXIT
trap 'exit 130' INT TERM HUP
bash tests/cluster/start.sh "$plane"
# One after the other: some measure time. What hangs is ended long before anyone would give up.
KUBECRED_PLANE=$plane node --test --test-concurrency=1 --test-timeout=300000 "$@"
