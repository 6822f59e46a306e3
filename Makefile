SHELL := /bin/bash
# Every target installs by itself what this machine lacks (scripts/setup.sh); a second time it finds nothing to do.
.DEFAULT_GOAL := help
.PHONY: run dev test schemathesis soak lint advisories fmt bench release screenshots lighthouse clean help

run: ## build, and start on SQLite in ./data
	@bash scripts/run.sh

dev: ## the same, built and started again after every change
	@bash scripts/dev.sh

test: ## everything: format, lints, unit, store on both databases, HTTP, browser
	@bash scripts/test.sh

schemathesis: ## 20,000 requests made up from the OpenAPI document; every answer has to be as it says (SEED=n for others)
	@bash scripts/schemathesis.sh

soak: ## what takes too long for every run: ten thousand revocations that race, ten minutes under half load
	@bash scripts/soak.sh

lint: ## spelling, format, clippy for server and browser, licenses of dependencies
	@bash scripts/lint.sh

advisories: ## known vulnerabilities and yanked versions among the dependencies; downloads the RustSec database
	@bash scripts/dependencies.sh advisories

fmt: ## format the code
	@. scripts/env.sh lint && cargo fmt --all

bench: ## measure against bare axum, bare signatures, oidc-provider and better-auth; writes bench/results.md
	@bash scripts/bench.sh

release: ## one binary with the site inside
	@bash scripts/release.sh

screenshots: ## take docs/screenshots again
	@bash scripts/screenshots.sh

lighthouse: ## ask Lighthouse about the main pages of a release build; fails below 95
	@bash scripts/lighthouse.sh

clean: ## remove what was built (not ./data)
	@. scripts/env.sh build && cargo clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile
