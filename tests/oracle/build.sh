#!/usr/bin/env bash
# Builds the oracle (main.go says what it is) as the program target/oracle and prints that path; seconds the first time.
set -euo pipefail
cd "$(dirname "$0")"
command -v go >/dev/null || { echo "oracle: go is missing: install Go 1.26 or later from go.dev/dl" >&2; exit 1; }
mkdir -p ../../target
program=$(cd ../../target && pwd)/oracle
CGO_ENABLED=0 go build -trimpath -o "$program" .
printf '%s\n' "$program"
