#!/usr/bin/env bash
# Checks spelling, format and lints: every crate and target for the server, app and frontend for the browser.
#
# If cargo-deny is installed, also checks licenses and advisories. It takes long to build, so no script installs it; run
# `cargo install cargo-deny`.
set -euo pipefail
. "$(dirname "$0")/env.sh" lint
bash scripts/spelling.sh
cargo fmt --all --check
cargo clippy --quiet --workspace --exclude frontend --features app/ssr --all-targets -- --deny warnings
cargo clippy --quiet --package app --package frontend --features app/hydrate --target wasm32-unknown-unknown -- --deny warnings
if command -v cargo-deny >/dev/null; then
  cargo deny --log-level error check
else
  echo "mintmark: cargo-deny is not installed, so licenses and advisories were not checked" >&2
fi
