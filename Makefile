# The recipes are one-liners: what they do is in scripts/.

SHELL := /bin/bash
export PLATUS_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/platus

.DEFAULT_GOAL := help
.PHONY: help setup build run test e2e lint bench clean

help: ## Say what there is
	@printf 'usage: make WORD\n\n'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install whatever building, running and testing need and is missing
	@scripts/setup.sh all

build: ## Build target/release/platus, with the site inside
	@scripts/setup.sh wasm build-tools
	@scripts/build.sh

run: ## Build, then start Platus with real services to watch
	@scripts/setup.sh wasm build-tools nginx
	@scripts/build.sh
	@scripts/demo.sh

test: ## Run everything that must pass: lints, all tests, the release build, a real browser
	@scripts/test.sh

e2e: ## Build, then run only the tests in a browser
	@scripts/setup.sh all
	@scripts/build.sh
	@scripts/e2e.sh

lint: ## Look at the code without running it
	@scripts/lint.sh

bench: ## Measure checks, history, guessing and attacks (about 30 min)
	cargo bench --package server --no-default-features --bench watch
	cargo bench --package server --no-default-features --bench history
	cargo bench --package server --no-default-features --bench access
	cargo bench --package server --no-default-features --bench attack

clean: ## Remove what was built here; installed tools stay
	cargo clean
	rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report
