#!/usr/bin/env bash
# Spelling, format check and lints: every crate and target for the server, app and frontend for the browser, and licenses and advisories
# where cargo-deny is installed (it is a heavy install, so nothing here fetches it: cargo install cargo-deny).
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
