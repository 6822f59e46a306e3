#!/usr/bin/env bash
# Builds everything for release and measures it against bare axum, bare signatures, oidc-provider and better-auth on this machine; writes bench/results.md.
# Fails in the end where the core of a verification takes a quarter more instructions than it did (needs valgrind; bench/src/instructions.rs).
# BENCH_LARGE=1 also measures verification with ten million credentials, which takes some gigabytes below the temporary folder.
set -euo pipefail
. "$(dirname "$0")/env.sh" bench
bash scripts/release.sh
cargo build --release --package bench
core=$(cargo bench --package service --bench verify --no-run 2>&1 | tee /dev/stderr | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
"$CARGO_TARGET_DIR/release/bench" run "$CARGO_TARGET_DIR/release/mintmark" "$core" bench/results.md
