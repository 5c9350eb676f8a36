# Each recipe is one line; the work is in scripts/.

SHELL := /bin/bash
export PLATUS_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/platus

.DEFAULT_GOAL := help
.PHONY: help setup build run test e2e lint bench bench-page book release clean

help: ## Show this help
	@printf 'usage: make TARGET\n\n'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the tools that are missing
	@scripts/setup.sh all

build: ## Build target/release/platus, with the site inside
	@scripts/setup.sh wasm build-tools
	@scripts/build.sh

run: ## Build and start the demo: invented services with history
	@scripts/setup.sh wasm build-tools
	@scripts/build.sh
	@target/release/platus demo

test: ## Run what CI runs: lints, all tests, release build, browser tests
	@scripts/test.sh

e2e: ## Build and run the browser tests
	@scripts/setup.sh all
	@scripts/build.sh
	@scripts/e2e.sh

lint: ## Check formatting, structure, Clippy, documentation, dependencies
	@scripts/setup.sh wasm clippy
	@scripts/lint.sh

bench: ## Measure checks, history, logins, attacks and reloads (about 38 min)
	cargo bench --package server --no-default-features --bench watch
	cargo bench --package server --no-default-features --bench history
	cargo bench --package server --no-default-features --bench access
	cargo bench --package server --no-default-features --bench attack
	cargo bench --package server --no-default-features --bench reload

bench-page: ## Measure the page in a browser, also with 10,000 services (about 7 min)
	@scripts/setup.sh all
	@scripts/build.sh
	@scripts/e2e.sh --config bench/playwright.config.ts

book: ## Build the documentation as a book in target/book (needs mdbook)
	@scripts/book.sh

release: ## Check, test, pack and tag a release: make release VERSION=1.2.3 [DRY_RUN=1]
	@DRY_RUN=$(DRY_RUN) scripts/release.sh "$(VERSION)"

clean: ## Remove build output; installed tools stay
	cargo clean
	rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report
