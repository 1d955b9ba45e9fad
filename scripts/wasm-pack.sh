#!/usr/bin/env bash
# The core's wasm tests (tests/wasm*.rs) by wasm-pack: in Node, in Chromium, and in a dedicated worker of Chromium.
# A browser that runs as root needs --no-sandbox: wasm-pack's runner reads that from webdriver.json beside Cargo.toml.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
[ -n "$CHROMEDRIVER" ] || { echo "wasm-pack.sh: chromedriver is missing: run scripts/setup.sh test" >&2; exit 1; }

tests=()
for file in tests/wasm*.rs; do
  [ -e "$file" ] || { echo "wasm-pack.sh: there is no tests/wasm*.rs" >&2; exit 1; }
  name=${file##*/}
  tests+=(--test "${name%.rs}")
done
# RSA keys in a debug build take longer than the runner's 20 seconds.
export WASM_BINDGEN_TEST_TIMEOUT=${WASM_BINDGEN_TEST_TIMEOUT:-300}
run() { printf 'wasm-pack: %s\n' "$1"; shift; env "$@" --mode no-install -- --locked --features wasm "${tests[@]}"; }
chrome=(wasm-pack test --headless --chrome --chromedriver "$CHROMEDRIVER")
run "in Node" wasm-pack test --node
run "in Chromium" WASM_BINDGEN_USE_BROWSER=1 "${chrome[@]}"
run "in a dedicated worker of Chromium" WASM_BINDGEN_USE_DEDICATED_WORKER=1 "${chrome[@]}"
