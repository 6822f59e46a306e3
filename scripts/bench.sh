#!/usr/bin/env bash
# Builds a release and measures it on this machine. Writes bench/results.md.
#
# Compares it with bare axum, bare signatures, oidc-provider and better-auth. Fails if the core of a verification takes
# a quarter more instructions than before (needs valgrind; see bench/src/instructions.rs). BENCH_LARGE=1 also measures
# verification with ten million credentials, which needs several gigabytes in the temporary folder.
set -euo pipefail
. "$(dirname "$0")/env.sh" bench
bash scripts/release.sh
cargo build --release --package bench
core=$(cargo bench --package service --bench verify --no-run 2>&1 | tee /dev/stderr | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
"$CARGO_TARGET_DIR/release/bench" run "$CARGO_TARGET_DIR/release/mintmark" "$core" bench/results.md
