# kubecred: the commands. `make help` lists them; HACKING.md says more.
# Every recipe runs with scripts/env.sh, which finds the tools that scripts/setup.sh installed.
#
# Variables of `make demo`:
#   PORT=8080         the page's port (default: a free one)
#   KUBECONFIG=file   use this file's current cluster instead of starting one
#   OFFLINE=1         no cluster at all, just the page
# Variable of `make verify`:
#   COMMIT=HEAD       the commit that is built again

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# A KUBECONFIG of the surrounding shell is somebody's real cluster: only the demo may use it, and it says which it uses.
ifneq ($(MAKECMDGOALS),demo)
unexport KUBECONFIG
endif
WITH_TOOLS := . scripts/env.sh &&
# Debian's compiler, where it stands in for wasm32, has neither rustfmt nor clippy, and native code needs none of it.
NATIVE := $(WITH_TOOLS) { [ "$${RUSTUP_TOOLCHAIN:-}" != kubecred ] || unset RUSTUP_TOOLCHAIN; } &&
NODE_TEST := node --test --test-timeout=900000
# Files of tests/package that search for RSA keys or wait for real pauses run one at a time, where they are quickest; none of them holds a bound on time.
TIMED := tests/package/kubeconfig.test.mjs:tests/package/session.test.mjs:tests/package/waiting.test.mjs:tests/package/workers.test.mjs
# node --test of Node 20 takes files, not patterns, so the shell expands them; a folder without tests is an error.
FILES = shopt -s failglob;

.PHONY: help setup setup-build setup-lint build verify demo test lint msrv format test-rust test-wasm test-node test-browser matrix screenshots bench soak fuzz clean

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Installs what is missing for all of the targets; says what it does
	@bash scripts/setup.sh

setup-build: ## Installs what is missing for make build alone
	@bash scripts/setup.sh build

setup-lint: ## Installs what is missing for make lint and make format alone
	@bash scripts/setup.sh build lint

build: setup-build ## Builds the wasm module, the package and the page into pkg/ and dist/
	$(WITH_TOOLS) node pkg/build.mjs && node www/build.mjs

verify: setup-build ## Builds a commit again in a fresh clone and compares: SHA-256 of module, package and offline.html (COMMIT=HEAD)
	$(WITH_TOOLS) node scripts/verify.mjs $(COMMIT)

demo: ## Starts a control plane and serves the page for an administrator and a newcomer, until Ctrl-C (PORT, KUBECONFIG, OFFLINE=1)
	@bash scripts/setup.sh build
	@$(WITH_TOOLS) node pkg/build.mjs && node www/build.mjs
	@exec bash scripts/demo.sh

# The order is the price: what is quick to fail comes first, and make stops at the first failure.
test: ## Runs every check: lint, native tests, wasm tests, package and interop tests, browser tests
	$(MAKE) setup
	$(MAKE) lint
	$(MAKE) test-rust
	$(MAKE) test-wasm
	$(MAKE) test-node
	$(MAKE) test-browser

# The types of the JavaScript need those of the generated glue, hence the build in between.
lint: setup-lint ## Checks format and lints of Rust and JavaScript, types of the JavaScript
	$(WITH_TOOLS) node_modules/.bin/biome check --error-on-warnings
	$(WITH_TOOLS) actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
	$(WITH_TOOLS) node scripts/layers-js.mjs
	$(WITH_TOOLS) node scripts/third-party.mjs
	$(WITH_TOOLS) node scripts/layers-rust.mjs
	$(NATIVE) cargo fmt --all --check
	$(NATIVE) cargo clippy --locked --workspace --all-targets -- -D warnings
	$(NATIVE) RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --lib --quiet
	$(MAKE) build
	$(WITH_TOOLS) node_modules/.bin/tsc -p pkg/tsconfig.json
	$(WITH_TOOLS) node_modules/.bin/tsc -p www/tsconfig.json

# Not part of make test: it downloads a second compiler. Clippy (incompatible_msrv) reads the same version in make lint.
msrv: ## Checks the core and its example with the oldest Rust that Cargo.toml names
	version=$$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml) && rustup toolchain install --profile minimal "$$version" && \
	  RUSTUP_TOOLCHAIN=$$version cargo check --locked --lib --example csr_and_lint --target-dir target/msrv

format: setup-lint ## Formats Rust and JavaScript
	$(NATIVE) cargo fmt --all
	$(WITH_TOOLS) node_modules/.bin/biome format --write

test-rust: ## Runs the native tests of the core
	$(WITH_TOOLS) bash tests/oracle/build.sh
	$(NATIVE) cargo test --locked --workspace

test-wasm: ## Runs the core's wasm tests in Node, in Chromium and in a dedicated worker
	$(WITH_TOOLS) bash scripts/wasm-pack.sh

test-node: ## Tests the built package: its contents, in Node, and what other programs make of its keys
	$(WITH_TOOLS) node scripts/compile.mjs
	$(WITH_TOOLS) bash tests/oracle/build.sh
	$(WITH_TOOLS) $(FILES) GLOBIGNORE=$(TIMED); $(NODE_TEST) --test-concurrency=2 tests/interop/*.test.mjs tests/package/*.test.mjs
	$(WITH_TOOLS) $(NODE_TEST) --test-concurrency=1 $(subst :, ,$(TIMED))

test-browser: ## Tests the built page in Chromium and Firefox, against a real control plane
	bash tests/page/run.sh

# Not part of make test: it installs more than a thousand packages.
matrix: setup build ## Runs the packed package in runtimes, bundlers, frameworks, test runners and examples; writes tests/package/MATRIX.md
	$(WITH_TOOLS) node tests/matrix/run.mjs

screenshots: build ## Takes the README's pictures from the running page into docs/, and all states into target/screenshots
	bash scripts/setup.sh cluster test
	$(WITH_TOOLS) node tests/page/screenshots.mjs target/screenshots

bench: setup build ## Measures speed beside other libraries and checks RSA keys in numbers; writes tests/bench/RESULTS.md (BENCH=quick: a small run)
	$(WITH_TOOLS) $(FILES) for file in tests/bench/*.bench.mjs; do node "$$file"; done

soak: setup build ## Uses one page for long, 2,000 requests and 50 sessions: memory and workers must not grow; writes tests/bench/RESULTS.md (BENCH=quick: a small run)
	$(WITH_TOOLS) node tests/bench/soak.mjs

fuzz: ## Fuzzes what reads foreign bytes, 60 s a target (SECONDS_EACH); an input that fails is left in tests/fuzz/artifacts
	@bash tests/fuzz/run.sh

clean: ## Removes what was built; the tools in the cache folder stay
	rm -rf dist target pkg/wasm pkg/*.js pkg/*/*.js pkg/*.js.map pkg/*/*.js.map pkg/*.d.ts pkg/*/*.d.ts pkg/bin/*.mjs* pkg/bin/*/*.mjs* pkg/cdn pkg/bin/page.json pkg/CHANGELOG.md pkg/LICENSE-* pkg/THIRD-PARTY.txt pkg/sbom.cdx.json
