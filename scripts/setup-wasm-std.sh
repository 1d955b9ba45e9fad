#!/usr/bin/env bash
# A toolchain named "kubecred" with the standard library for wasm32, for machines that cannot reach rustup's server:
# Debian's rustc, and its source of the standard library compiled for wasm32 (under a minute on two idle cores, 2026-11).
# Called by scripts/setup.sh after the Debian packages are installed. All it makes is in the cache folder and one link in rustup.
set -euo pipefail
cd "$(dirname "$0")"
. ./env.sh
rust=$KUBECRED_CACHE/rust
target=wasm32-unknown-unknown
say() { printf 'setup: %s\n' "$*"; }

# What the toolchain is made from: another compiler or another script makes another.
made_from="$(/usr/bin/rustc --version), $(kubecred_sha256 <setup-wasm-std.sh)"
if ! [ -f "$rust/complete" ] || [ "$(cat "$rust/complete")" != "$made_from" ]; then
  say "compiles the standard library for $target with $(/usr/bin/rustc --version | cut -d' ' -f1,2): about a minute"
  rm -rf "$rust"
  mkdir -p "$rust/bin" "$rust/build" "$rust/lib/rustlib/$target/lib"
  cp -r /usr/lib/rustlib/src/rust/library "$rust/build/"
  # RUSTC_BOOTSTRAP is for the standard library alone, never for our crate. The remapping keeps this machine's folders
  # out of the panic messages, those of the crates that the library takes from cargo's registry included; the flags are
  # separated by 0x1f because a path may hold a blank.
  if ! (
    cd "$rust/build/library/sysroot"
    separator=$(printf '\037')
    unset RUSTFLAGS RUSTUP_TOOLCHAIN
    export RUSTC_BOOTSTRAP=1 PATH=/usr/bin:$PATH
    flags="-Zforce-unstable-if-unmarked${separator}-Cembed-bitcode=yes"
    flags="$flags${separator}--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
    export CARGO_ENCODED_RUSTFLAGS="$flags${separator}--remap-path-prefix=$rust/build/library=/rustc/library"
    /usr/bin/cargo build --release --target "$target" --target-dir "$rust/build/target"
  ) >"$KUBECRED_CACHE/wasm-std.log" 2>&1; then
    say "compiling the standard library failed; the end of $KUBECRED_CACHE/wasm-std.log:" >&2
    tail -n 15 "$KUBECRED_CACHE/wasm-std.log" >&2
    exit 1
  fi
  cp "$rust/build/target/$target/release/deps"/*.rlib "$rust/lib/rustlib/$target/lib/"
  rm -rf "$rust/build"

  # The rest of the toolchain is Debian's: its libraries by link, its rustc told that this folder is its home.
  for part in /usr/lib/rustlib/*; do
    [ -e "$rust/lib/rustlib/${part##*/}" ] || ln -s "$part" "$rust/lib/rustlib/"
  done
  ln -s /usr/bin/cargo /usr/bin/rustdoc "$rust/bin/"
  cat >"$rust/bin/rustc" <<'RUSTC'
#!/bin/sh
for argument; do
  case $argument in --sysroot*) exec /usr/bin/rustc "$@" ;; esac
done
exec /usr/bin/rustc --sysroot "${0%/bin/rustc}" "$@"
RUSTC
  chmod +x "$rust/bin/rustc"
  printf '%s\n' "$made_from" >"$rust/complete"
fi
[ "$(readlink "$(rustc +kubecred --print sysroot 2>/dev/null)" 2>/dev/null)" = "$rust" ] || rustup toolchain link kubecred "$rust"
