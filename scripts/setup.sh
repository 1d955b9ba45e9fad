#!/usr/bin/env bash
# Installs what is missing, says what it installs, and installs nothing twice.
#   scripts/setup.sh [build] [lint] [cluster] [test]        without an argument: all of them
#   build     Rust's wasm32 target, wasm-bindgen, the npm packages of package.json
#   lint      rustfmt and clippy, and actionlint, compiled from Go sources
#   cluster   etcd, kube-apiserver, kube-controller-manager and kubectl, compiled from Go sources
#   test      the programs that the tests ask: wasm-pack, Chromium and its driver, Firefox and geckodriver, nginx, buildah, a JDK, NSS's tools, Python's
#             cryptography; and the definitions of the Gateway API
# It needs rustup, Node 20 or later with npm, and Go, and says so where one is missing. Debian packages are installed by
# root only; anyone else is given the command. All else goes to ${XDG_CACHE_HOME:-~/.cache}/kubecred and node_modules.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh

WASM_PACK=0.15.1
GECKODRIVER=0.37.1
ACTIONLINT=1.7.12
wasm_bindgen=$(sed -n 's/^wasm-bindgen = .*"=\([0-9.]*\)".*/\1/p' Cargo.toml)
target=wasm32-unknown-unknown

say() { printf 'setup: %s\n' "$*"; }
stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

build=no lint=no cluster=no test=no
for part in "${@:-all}"; do
  case $part in
    all) build=yes lint=yes cluster=yes test=yes ;;
    build) build=yes ;;
    lint) lint=yes ;;
    cluster) cluster=yes ;;
    test) test=yes ;;
    *) stop "there is no part named $part: say build, lint, cluster or test" ;;
  esac
done

# --- programs of the system ------------------------------------------------------------------------------------------
packages=()
# Notes the Debian packages for a program that is missing; where there is no apt-get, stops with how to get it.
lacks() { # name, how to get it elsewhere, Debian packages …
  have apt-get || stop "$1 is missing: $2"
  packages+=("${@:3}")
}
# Installs what was noted, all at once.
install_packages() {
  [ ${#packages[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || stop "Debian packages are missing; install them with \`sudo apt-get install --no-install-recommends ${packages[*]}\` and run this again"
  say "installs with apt-get: ${packages[*]}"
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${packages[@]}"; } \
    >"$KUBECRED_CACHE/apt.log" 2>&1; then
    tail -n 5 "$KUBECRED_CACHE/apt.log" >&2
    stop "apt-get could not install ${packages[*]}: see $KUBECRED_CACHE/apt.log"
  fi
  packages=()
}
# `java -version` is silent about the compiler, which Debian has in another package.
has_jdk() { have java && java --list-modules 2>/dev/null | grep -q '^jdk\.compiler@\(1[5-9]\|[2-9][0-9]\)'; }

mkdir -p "$KUBECRED_CACHE/bin"
have node || stop "node is missing: install Node 20 or later from nodejs.org"
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] || stop "node is too old ($(node --version)): install Node 20 or later from nodejs.org"
if [ $build = yes ] || [ $lint = yes ] || [ $test = yes ]; then
  have npm || stop "npm is missing: install it with node, from nodejs.org"
  have rustup || stop "rustup is missing: install it from rustup.rs, without sudo"
  rustc --version >/dev/null 2>&1 || stop "rustup has no toolchain: run \`rustup default stable\`"
  have cc || lacks "a C compiler" "install the developer tools of the system" gcc libc6-dev
fi
if [ $cluster = yes ] || [ $lint = yes ]; then
  have go || stop "go is missing: install Go 1.26 or later from go.dev/dl"
fi
if [ $cluster = yes ]; then
  have openssl || lacks openssl "install OpenSSL 3" openssl
fi
if [ $test = yes ]; then
  have openssl || lacks openssl "install OpenSSL 3" openssl
  [ -n "$CHROMIUM" ] || lacks chromium "install Chromium or Chrome, or set CHROMIUM to its program" chromium
  [ -n "$CHROMEDRIVER" ] || lacks chromedriver "install the chromedriver of your browser's version, or set CHROMEDRIVER to its program" chromium-driver
  [ -n "$FIREFOX" ] || lacks firefox "install Firefox, or set FIREFOX to its program" firefox-esr
  if [ "$(uname)" = Linux ]; then
    have buildah || lacks buildah "install buildah, which builds the image of www/deploy" buildah
    [ "$(id -u)" = 0 ] || have newuidmap || lacks newuidmap "install the tools of user namespaces" uidmap
  fi
  have pk12util || lacks pk12util "install the tools of NSS" libnss3-tools
  has_jdk || lacks "a Java JDK" "install JDK 17 or later" default-jdk-headless
  python3 -c 'import ensurepip, venv' 2>/dev/null || lacks "python3 with venv" "install Python 3.9 or later" python3 python3-venv
fi
install_packages
# The package is unpacked and not installed: installing it would start a server on port 80.
if [ $test = yes ] && [ -z "$KUBECRED_NGINX" ]; then
  have apt-get || stop "nginx is missing: install it, or set KUBECRED_NGINX to its program"
  say "unpacks Debian's nginx into $KUBECRED_CACHE/nginx"
  unpacked=$KUBECRED_CACHE/nginx.unfinished
  rm -rf "$unpacked" && mkdir -p "$unpacked"
  { [ "$(id -u)" != 0 ] || apt-get update; } >"$KUBECRED_CACHE/nginx.log" 2>&1 || true
  (cd "$unpacked" && apt-get download nginx && dpkg-deb --extract nginx_*.deb . && rm nginx_*.deb) >>"$KUBECRED_CACHE/nginx.log" 2>&1 ||
    stop "apt-get could not fetch nginx: see $KUBECRED_CACHE/nginx.log"
  rm -rf "$KUBECRED_CACHE/nginx" && mv "$unpacked" "$KUBECRED_CACHE/nginx"
  . scripts/env.sh
  "$KUBECRED_NGINX" -v 2>>"$KUBECRED_CACHE/nginx.log" || stop "nginx does not run: see $KUBECRED_CACHE/nginx.log; install the package nginx-light, or set KUBECRED_NGINX to its program"
fi

# --- Rust's wasm32 target --------------------------------------------------------------------------------------------
if [ $build = yes ] && ! kubecred_has_wasm; then
  say "adds the target $target with rustup"
  limit=(); have timeout && limit=(timeout 300) # a blocked host may never answer
  if ! RUSTUP_MAX_RETRIES=0 ${limit[@]+"${limit[@]}"} rustup target add $target >"$KUBECRED_CACHE/rustup.log" 2>&1; then
    have apt-get || stop "rustup could not add the target $target (see $KUBECRED_CACHE/rustup.log): connect to the internet and run this again"
    say "rustup could not (see $KUBECRED_CACHE/rustup.log); takes Debian's compiler instead"
    debian() { # packages: those of them that are missing
      local package
      for package; do
        dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || packages+=("$package")
      done
      install_packages
    }
    debian rustc-web cargo-web rust-web-src rust-web-llvm
    # rust-lld is a link to the linker of one LLVM version, whose package is only recommended.
    have rust-lld || debian "$(basename "$(readlink /usr/bin/rust-lld)")"
    bash scripts/setup-wasm-std.sh
    . scripts/env.sh
    kubecred_has_wasm || stop "the toolchain kubecred still lacks $target: delete $KUBECRED_CACHE/rust and run this again"
  fi
elif [ $build = yes ] && [ "${RUSTUP_TOOLCHAIN:-}" = kubecred ]; then
  bash scripts/setup-wasm-std.sh # does nothing unless Debian's compiler or that script changed
fi

# --- actionlint, rustfmt and clippy ----------------------------------------------------------------------------------
if [ $lint = yes ]; then
  if [ "$(actionlint -version 2>/dev/null | sed -n '1s/^v//p')" != $ACTIONLINT ]; then
    say "compiles actionlint $ACTIONLINT with go: seconds, this once"
    GOBIN=$KUBECRED_CACHE/bin go install "github.com/rhysd/actionlint/cmd/actionlint@v$ACTIONLINT" >"$KUBECRED_CACHE/actionlint.log" 2>&1 ||
      stop "go could not install actionlint: see $KUBECRED_CACHE/actionlint.log; connect to the internet and run this again"
  fi
  for component in rustfmt clippy; do
    (unset RUSTUP_TOOLCHAIN && "cargo-${component/rustfmt/fmt}" --version) >/dev/null 2>&1 && continue
    say "adds $component with rustup"
    rustup component add $component >"$KUBECRED_CACHE/rustup.log" 2>&1 ||
      stop "rustup could not add $component (see $KUBECRED_CACHE/rustup.log): run \`rustup component add $component\` where it is reachable"
  done
fi

# --- tools that cargo compiles ---------------------------------------------------------------------------------------
# In the background, since Kubernetes below compiles for minutes as well. Without --locked: its lock file may name a crate
# version that a registry mirror lacks (seen 2026-11).
cargo_tools=()
cargo_tool() { # package, program, version, minutes
  [ "$("$2" --version 2>/dev/null | awk 'NR == 1 { print $2 }')" != "$3" ] || return 0
  say "compiles $1 $3 with cargo: about $4 minutes on two cores, this once; the log is $KUBECRED_CACHE/$1.log"
  cargo_tools+=("$1@$3")
}
compile_cargo_tools() {
  local tool
  unset RUSTUP_TOOLCHAIN
  for tool; do
    cargo install "${tool%@*}" --version "=${tool#*@}" --root "$KUBECRED_CACHE" >"$KUBECRED_CACHE/${tool%@*}.log" 2>&1 || {
      tail -n 5 "$KUBECRED_CACHE/${tool%@*}.log" >&2
      stop "cargo could not install ${tool%@*}: see $KUBECRED_CACHE/${tool%@*}.log"
    }
  done
}
if [ $build = yes ]; then
  [ -n "$wasm_bindgen" ] || stop "Cargo.toml does not pin wasm-bindgen with \"=version\""
  cargo_tool wasm-bindgen-cli wasm-bindgen "$wasm_bindgen" five
fi
if [ $test = yes ]; then
  cargo_tool wasm-pack wasm-pack $WASM_PACK four
  cargo_tool geckodriver geckodriver $GECKODRIVER three
fi
cargo_job=
if [ ${#cargo_tools[@]} -gt 0 ]; then
  set -m # a process group of its own, so that all of it can be ended
  compile_cargo_tools "${cargo_tools[@]}" &
  set +m
  cargo_job=$!
  trap '[ -z "$cargo_job" ] || kill -- "-$cargo_job" 2>/dev/null' EXIT
  trap 'exit 130' INT TERM HUP
fi

# --- npm and Python packages -----------------------------------------------------------------------------------------
if [ $build = yes ] || [ $test = yes ]; then
  if ! cmp -s package-lock.json node_modules/.kubecred-lock; then
    say "fetches the npm packages of package-lock.json"
    npm ci --ignore-scripts --no-audit --no-fund >"$KUBECRED_CACHE/npm.log" 2>&1 || {
      tail -n 5 "$KUBECRED_CACHE/npm.log" >&2
      stop "npm could not fetch the packages of package-lock.json: see $KUBECRED_CACHE/npm.log"
    }
    cp package-lock.json node_modules/.kubecred-lock
  fi
fi
if [ $test = yes ]; then
  wanted=tests/interop/requirements.txt
  if ! cmp -s $wanted "$KUBECRED_CACHE/python/requirements.txt"; then
    say "makes a Python environment with $(grep -v '^#' $wanted | tr '\n' ' ')"
    rm -rf "$KUBECRED_CACHE/python"
    { python3 -m venv "$KUBECRED_CACHE/python" && "$KUBECRED_PYTHON" -m pip install --quiet -r $wanted; } >"$KUBECRED_CACHE/pip.log" 2>&1 || {
      tail -n 5 "$KUBECRED_CACHE/pip.log" >&2
      stop "pip could not install $wanted: see $KUBECRED_CACHE/pip.log"
    }
    cp $wanted "$KUBECRED_CACHE/python/requirements.txt"
  fi
fi

# --- the Gateway API's definitions, which a test of www/deploy installs -----------------------------------------------
if [ $test = yes ] && have go && ! (cd tests/gateway && GOPROXY=off go mod download) >/dev/null 2>&1; then
  say "downloads the Go module of the Gateway API"
  (cd tests/gateway && go mod download) >"$KUBECRED_CACHE/gateway.log" 2>&1 ||
    stop "go could not download the Gateway API: see $KUBECRED_CACHE/gateway.log; connect to the internet and run this again"
fi

# --- the control plane -----------------------------------------------------------------------------------------------
if [ $cluster = yes ]; then bash tests/cluster/build.sh >/dev/null; fi

if [ -n "$cargo_job" ]; then
  say "waits for cargo"
  wait "$cargo_job" || { cargo_job=; exit 1; }
  cargo_job=
fi
say "all there"
