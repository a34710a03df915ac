# The house's front door. Everything here also works without make: each target is a command or a script.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# nextest runs tests faster, each in a process of its own; plain cargo runs the same ones where it is missing.
RUN_TESTS := $(shell if cargo nextest --version >/dev/null 2>&1; then echo 'nextest run'; else echo 'test --no-fail-fast --lib --bins --tests'; fi)

# The crates whose every small change must be noticed by their own tests, and the tool that makes the changes. What they need
# of others is compiled once for all, in a folder of its own; what is ours is newer in each copy, and compiled anew.
MUTATED := names world routes decide policy admission ledger authn
CARGO_MUTANTS := 27.1.0

# Workspaces of their own, which must compile all the same. Checked without their default features (libFuzzer, the engines of
# others), in the product's target folder, so that only what is ours is compiled a second time.
BESIDE := bench fuzz

CARGO_FUZZ := 0.13.1
FUZZ_SECONDS ?= 60

.PHONY: help up console test test-rust test-console test-e2e screenshots test-long mutants fuzz lint lint-compiled lint-beside lint-rest bench packages

help: ## Say what can be made.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

# Held while the SQL engine is built (flock): the server says so, and `countersign query` waits.
BUILDING := target/debug/countersign-query.building

up: ## Build the product and start it with three sample applications, on loopback only. The console and the SQL engine are built beside it.
	@packages/console.sh & cargo build -p countersign
	@touch $(BUILDING); flock $(BUILDING) packages/sql-engine.sh $$$$ & exec target/debug/countersign up $(UP)

console: console/dist/index.html ## Build the console into console/dist, which debug builds read and all others embed. Needs Node 20.

CONSOLE_INSTALLED := console/node_modules/.package-lock.json

$(CONSOLE_INSTALLED): console/package-lock.json
	cd console && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

console/dist/index.html: $(CONSOLE_INSTALLED) $(wildcard console/*.* console/scripts/*) $(shell find console/src -type f)
	cd console && npm run --silent build

test: packages test-rust test-console test-e2e ## Everything a contributor needs: unit, property, contract, end to end. Installs what is missing.

test-rust: ## The tests that need no browser.
	cargo $(RUN_TESTS) --workspace
	cargo test --workspace --doc

test-console: console ## The console: types of the API up to date, lints, unit tests, and a build that comes out the same twice.
	cd console && npm run --silent lint && npm run --silent test
	cd console && npm run --silent build -- --outDir dist-again && diff -r dist dist-again && rm -r dist-again

test-e2e: console ## The end-to-end suites, with real servers and a real browser.
	cargo build --workspace --bins
	for folder in e2e e2e/apps/node-red; do (cd $$folder && npm ci --no-audit --no-fund --ignore-scripts); done
	cd e2e && npm test

screenshots: console ## Write every page of the console in both colour schemes to docs/screenshots.
	cargo build -p countersign -p countersign-query
	cd e2e && npm ci --no-audit --no-fund --ignore-scripts && node suites/console/screenshots.mjs

test-long: ## All tests with their long modes (hours).
	COUNTERSIGN_LONG=1 NEXTEST_PROFILE=long $(MAKE) test
	$(MAKE) fuzz
	$(MAKE) mutants

mutants: ## Change the core in every small way: its own tests must notice (hours; MUTATED=names for one crate).
	cargo install --quiet --locked --root target/tools --version $(CARGO_MUTANTS) cargo-mutants
	unnoticed=(); mkdir -p target/mutants; \
	for crate in $(MUTATED); do \
		status=0; CARGO_TARGET_DIR=$(CURDIR)/target/mutated target/tools/bin/cargo-mutants mutants --package countersign-$$crate --output target/mutants/$$crate || status=$$?; \
		case $$status in 0 | 3) ;; *) unnoticed+=("$$crate") ;; esac; \
	done; \
	if (($${#unnoticed[@]})); then echo "not every change was noticed in: $${unnoticed[*]} (target/mutants/*/mutants.out/missed.txt)" >&2; exit 1; fi

fuzz: ## Run each fuzz target under libFuzzer, from the seeds of crates/fuzzing (FUZZ_SECONDS=60 for each; the tests replay the seeds).
	cargo install --quiet --locked --root target/tools --version $(CARGO_FUZZ) cargo-fuzz
	COUNTERSIGN_SEEDS=$(CURDIR)/fuzz/corpus cargo test --package countersign-fuzzing --test replaying seeds_are_written
	cd fuzz; failed=(); \
	for file in fuzz_targets/*.rs; do \
		target=$$(basename $$file .rs); \
		../target/tools/bin/cargo-fuzz fuzz run -s none $$target -- -max_total_time=$(FUZZ_SECONDS) -timeout=60 || failed+=("$$target"); \
	done; \
	if (($${#failed[@]})); then echo "findings of: $${failed[*]} (fuzz/artifacts/)" >&2; exit 1; fi

lint: lint-compiled lint-beside lint-rest ## Format, clippy, the house rules, and the syntax of the suites.

lint-compiled:
	cargo clippy --workspace --all-targets -- -D warnings

# CI compiles with clippy (.ci/run), and only has to build these.
BESIDE_CARGO ?= clippy
lint-beside:
	for folder in $(BESIDE); do (cd $$folder && CARGO_TARGET_DIR=$${CARGO_TARGET_DIR:-$(CURDIR)/target} cargo $(BESIDE_CARGO) --locked --workspace --no-default-features $(if $(filter clippy,$(BESIDE_CARGO)),-- -D warnings)); done

lint-rest:
	for folder in . $(BESIDE); do (cd $$folder && cargo fmt --all --check); done
	cargo xtask tidy
	find e2e -name node_modules -prune -o -name '*.mjs' -print0 | xargs -0 -r -n 1 node --check
	for script in .ci/run packages/*.sh bench/*.sh; do bash -n $$script; done
	if cargo deny --version >/dev/null 2>&1; then cargo deny check bans licenses sources; fi

bench: ## Measure the product beside its peers, in turns: tables and JSON in target/ (an hour with the builds; BENCH=--quick for less).
	packages/install.sh bench
	cargo build --profile dist --bin countersign
	mkdir -p target
	cd bench && cargo build --profile dist -p countersign-bench-floor
	cd bench && cargo run --release -- all --markdown ../target/bench.md --json ../target/bench.json $(BENCH)

packages: ## Install what the tests need from Debian's packages, saying what and why.
	packages/install.sh test
