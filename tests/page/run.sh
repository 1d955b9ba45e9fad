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
MOST_AGAIN=2
flaky=()
again() { # planes …
  local files=() plane file
  for plane; do
    [ ! -s "$work/$plane.failed" ] || mapfile -t -O "${#files[@]}" files <"$work/$plane.failed"
  done
  [ ${#files[@]} -gt 0 ] && [ ${#files[@]} -le $MOST_AGAIN ] || return 1
  # A hook that many files share is named by the file that has it, which is no test.
  for file in "${files[@]}"; do [[ $file == *.test.mjs ]] || return 1; done
  echo "run.sh: once more, alone: ${files[*]}"
  node --test --test-concurrency=1 --test-timeout=300000 --test-reporter=tap "${files[@]}" || return 1
  flaky+=("${files[@]}")
}

# Tests that failed are status 1, with their files named. Anything else, such as a program that was killed, has left files that never ran.
failed=0
note() { # plane, status
  [ "$2" != 0 ] || return 0
  [ "$2" = 1 ] && [ -s "$work/$1.failed" ] || exit 1
  failed=1
}

bash tests/cluster/start.sh "$work/one"
if [ ${#two[@]} -gt 0 ]; then
  bash tests/cluster/start.sh "$work/two"
  set -m # a group of its own, so that it can be ended whole
  run two "${two[@]}" >"$work/two.log" 2>&1 </dev/null &
  lane=$!
  set +m
fi
status_one=0 status_two=0
run one ${one[@]+"${one[@]}"} || status_one=$?
if [ -n "$lane" ]; then
  wait "$lane" || status_two=$?
  lane=
  cat "$work/two.log"
fi
note one $status_one
note two $status_two
[ $failed = 0 ] || again one two || exit 1
rm -f "$work/one.failed"
failed=0 status_one=0
run one ${alone[@]+"${alone[@]}"} || status_one=$?
note one $status_one
[ $failed = 0 ] || again one || exit 1
[ ${#flaky[@]} -eq 0 ] || echo "run.sh: FLAKY, passed only when run again: ${flaky[*]}"
