#!/usr/bin/env bash
# Where the tools are that scripts/setup.sh installed. Scripts source it; `scripts/env.sh COMMAND …` runs one command with it.
#   PATH               wasm-bindgen, its test runner and wasm-pack first
#   RUSTUP_TOOLCHAIN   the toolchain that can build for wasm32, set only where the ordinary one cannot
#   KUBECRED_CACHE     the cache folder; everything in it can be deleted and is made again
#   KUBECRED_BIN       server (which is etcd), kube-apiserver, kube-controller-manager, kubectl
#   KUBECRED_PYTHON    a Python with the package cryptography
#   CHROMIUM, CHROMEDRIVER   the browser and its driver; set them beforehand to use others
#   KUBECRED_NGINX           nginx, for the tests of www/deploy (nginx itself reads a variable NGINX)
#   FIREFOX                  the other browser; its driver is compiled by scripts/setup.sh

kubecred_cluster=$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests/cluster" && pwd)
export KUBECRED_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/kubecred
export PATH=$KUBECRED_CACHE/bin:$PATH

# The key of the control plane: its version, and every pinned source. coreutils have sha256sum, macOS has shasum.
kubecred_sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
KUBECRED_KUBERNETES=$(sed -n 's/^[[:space:]]*k8s.io\/kubernetes \(v[0-9.]*\).*/\1/p' "$kubecred_cluster/go.mod")
kubecred_key=$(cat "$kubecred_cluster/go.mod" "$kubecred_cluster/go.sum" | kubecred_sha256 | cut -c1-12)
export KUBECRED_KUBERNETES KUBECRED_BIN=$KUBECRED_CACHE/kubernetes-$KUBECRED_KUBERNETES-$kubecred_key
export KUBECRED_PYTHON=$KUBECRED_CACHE/python/bin/python

# The ordinary toolchain when it has the target, else the one named kubecred (setup-wasm-std.sh makes it) when that has.
kubecred_has_wasm() { [ -d "$(rustc "$@" --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ]; }
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && command -v rustup >/dev/null && ! kubecred_has_wasm && kubecred_has_wasm +kubecred; then
  export RUSTUP_TOOLCHAIN=kubecred
fi

kubecred_first() { # the first of these programs that exists
  local program
  for program; do
    if command -v "$program" 2>/dev/null; then return; fi
  done
}
export CHROMIUM=${CHROMIUM:-$(kubecred_first chromium chromium-browser google-chrome google-chrome-stable \
  "/Applications/Chromium.app/Contents/MacOS/Chromium" "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")}
export CHROMEDRIVER=${CHROMEDRIVER:-$(kubecred_first chromedriver)}
export FIREFOX=${FIREFOX:-$(kubecred_first firefox-esr firefox "/Applications/Firefox.app/Contents/MacOS/firefox")}

export KUBECRED_NGINX=${KUBECRED_NGINX:-$(kubecred_first nginx /usr/sbin/nginx "$KUBECRED_CACHE/nginx/usr/sbin/nginx")}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then exec "$@"; fi
