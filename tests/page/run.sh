#!/usr/bin/env bash
# Runs the browser tests, all or the files that are named, on control planes that many files share:
#   tests/page/run.sh [FILE.test.mjs …]
# A file that is run by `node --test` alone starts one of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/env.sh
shopt -s failglob
[ $# -gt 0 ] || set -- tests/page/*.test.mjs

# Most files wait for a cluster and a browser more than they compute: they go in two lanes, each with a control plane of its own.
# Those that keep every core busy have the machine for themselves afterwards.
one=() two=() alone=()
for file; do
  case $file in
    */access.test.mjs | */many.test.mjs | */tasks.test.mjs | */workers.test.mjs) alone+=("$file") ;;
    *) if [ ${#one[@]} -le ${#two[@]} ]; then one+=("$file"); else two+=("$file"); fi ;;
  esac
done

work=$(mktemp -d)
mkdir "$work/one" "$work/two"
lane=
end() {
  [ -z "$lane" ] || kill -TERM -- "-$lane" 2>/dev/null || true
  for plane in one two; do bash tests/cluster/stop.sh "$work/$plane"; done
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

# What hangs is ended long before anyone would give up.
run() { # plane, files …
  local plane=$work/$1; shift
  [ $# -eq 0 ] || KUBECRED_PLANE=$plane node --test --test-concurrency=1 --test-timeout=300000 \
    --test-reporter=tap --test-reporter-destination=stdout \
    --test-reporter=./tests/page/failed-files.mjs --test-reporter-destination="$plane.failed" "$@"
}

# Three programs, a browser and a control plane share two cores, and a machine may stop for seconds: what failed runs once more, by itself and on a
# control plane of its own. Where it passes then, that is said at the end: such a test waits for the wrong thing, and is to be mended.
flaky=()
again() { # planes …
  local files=() plane
  for plane; do
    [ ! -s "$work/$plane.failed" ] || mapfile -t -O "${#files[@]}" files <"$work/$plane.failed"
  done
  [ ${#files[@]} -gt 0 ] && [ ${#files[@]} -le $MOST_AGAIN ] || return 1
  echo "run.sh: once more, alone: ${files[*]}"
  node --test --test-concurrency=1 --test-timeout=300000 --test-reporter=tap "${files[@]}" || return 1
  flaky+=("${files[@]}")
}
MOST_AGAIN=2

bash tests/cluster/start.sh "$work/one"
failed=0
if [ ${#two[@]} -gt 0 ]; then
  bash tests/cluster/start.sh "$work/two"
  set -m # a group of its own, so that it can be ended whole
  run two "${two[@]}" >"$work/two.log" 2>&1 </dev/null &
  lane=$!
  set +m
fi
run one ${one[@]+"${one[@]}"} || failed=1
if [ -n "$lane" ]; then
  wait "$lane" || failed=1
  lane=
  cat "$work/two.log"
fi
[ "$failed" = 0 ] || again one two || exit 1
run one ${alone[@]+"${alone[@]}"} || again one || exit 1
[ ${#flaky[@]} -eq 0 ] || echo "run.sh: FLAKY, passed only when run again: ${flaky[*]}"
