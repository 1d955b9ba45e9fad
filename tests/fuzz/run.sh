#!/usr/bin/env bash
# Fuzzes each target for so many seconds, one after the other: run.sh [TARGET …], all of them by default.
#   SECONDS_EACH=60   how long
#   KEEP=1            write corpus/TARGET.tar.xz again: the inputs of at most 1 KiB that reach all that such inputs reach
# Begins with the vectors of tests/vectors and with the corpus; what it finds on the way is kept in the cache folder for the next
# run. An input that fails is left in tests/fuzz/artifacts and named; give it to the program to see it again.
# Coverage comes from LLVM passes that stable Rust has: cargo-fuzz and a nightly toolchain are not needed (Rust 1.95).
set -euo pipefail
cd "$(dirname "$0")"
. ../../scripts/env.sh
[ "${RUSTUP_TOOLCHAIN:-}" != kubecred ] || unset RUSTUP_TOOLCHAIN
seconds=${SECONDS_EACH:-60}
export CARGO_TARGET_DIR=$KUBECRED_CACHE/fuzz/target
flags=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares)
# Not --locked: the lock file follows what the core depends on.
RUSTFLAGS="${flags[*]}" cargo build --release --target "$(rustc -vV | sed -n 's/^host: //p')"
programs=$CARGO_TARGET_DIR/$(rustc -vV | sed -n 's/^host: //p')/release

# The first byte of an answer's input chooses what reads it: each file once for each of these.
prefixed() { # folder
  local folder=$KUBECRED_CACHE/fuzz/answer-seeds file
  mkdir -p "$folder"
  for file in "$1"/*.json; do
    for byte in 04 0a 12 13 19 1a; do
      { printf "\\x$byte"; cat "$file"; } >"$folder/$byte-${file##*/}"
    done
  done
  printf '%s\n' "$folder"
}

seeds() { # target: where its vectors are
  case $1 in
    request) printf '%s\n' ../vectors/csr ../vectors/csr-pem-shapes ;;
    key | pem) printf '%s\n' ../vectors/keys ../vectors/csr-pem-shapes ;;
    certificate) printf '%s\n' seeds/certificate ;;
    input) printf '%s\n' ../vectors/reports ../vectors/csr-pem-shapes ../vectors/keys ;;
    token) printf '%s\n' seeds/token ;;
    yaml) printf '%s\n' ../vectors/signing-requests ../vectors/api ;;
    command) printf '%s\n' seeds/command ;;
    answer) prefixed ../vectors/api ;;
    invitation) printf '%s\n' seeds/invitation ../vectors/csr-pem-shapes ;;
    kubeconfig) ;; # it makes files of its own
  esac
}

keep() { # target, what was found
  local short=$KUBECRED_CACHE/fuzz/short/$1 fewest=$KUBECRED_CACHE/fuzz/fewest/$1
  rm -rf "$short" "$fewest"
  mkdir -p "$short" "$fewest" corpus
  find "$2" -type f -size -2k -exec cp {} "$short" \;
  "$programs/$1" -set_cover_merge=1 -timeout=10 "$fewest" "$short" 2>artifacts/"$1"-keep.log
  tar -cJf "corpus/$1.tar.xz" -C "$fewest" .
}

targets=("$@")
[ $# -gt 0 ] || targets=(input request certificate pem key token yaml command kubeconfig answer invitation)
mkdir -p artifacts
for target in "${targets[@]}"; do
  found=$KUBECRED_CACHE/fuzz/$target
  mkdir -p "$found"
  [ ! -e "corpus/$target.tar.xz" ] || tar -xJf "corpus/$target.tar.xz" -C "$found"
  mapfile -t folders < <(seeds "$target")
  printf 'fuzz: %s, %s s\n' "$target" "$seconds"
  "$programs/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix=artifacts/"$target"- -print_final_stats=1 \
    "$found" "${folders[@]}" 2>artifacts/"$target".log || { tail -n 40 artifacts/"$target".log; exit 1; }
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' artifacts/"$target".log)
  [ "${runs:-0}" -gt 100 ] || { echo "fuzz: $target ran only ${runs:-0} inputs"; exit 1; }
  printf 'fuzz: %s, %s inputs, nothing found\n' "$target" "$runs"
  [ -z "${KEEP:-}" ] || keep "$target" "$found"
done
