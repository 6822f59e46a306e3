#!/usr/bin/env bash
# Checks spelling, format, dependencies and lints: every crate and target for the server, app and frontend for the
# browser.
set -euo pipefail
. "$(dirname "$0")/env.sh" lint
bash scripts/spelling.sh
cargo fmt --all --check
bash scripts/dependencies.sh
cargo clippy --quiet --workspace --exclude frontend --features app/ssr --all-targets -- --deny warnings
cargo clippy --quiet --package app --package frontend --features app/hydrate --target wasm32-unknown-unknown -- --deny warnings
