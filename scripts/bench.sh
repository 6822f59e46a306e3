#!/usr/bin/env bash
# Builds everything for release and measures it against bare axum, bare signatures and oidc-provider on this machine; writes bench/results.md.
# BENCH_LARGE=1 also measures verification with ten million credentials, which takes some gigabytes below the temporary folder.
set -euo pipefail
. "$(dirname "$0")/env.sh" bench
bash scripts/release.sh
cargo build --release --package bench
"$CARGO_TARGET_DIR/release/bench" run "$CARGO_TARGET_DIR/release/mintmark" bench/results.md
