#!/usr/bin/env bash
# What takes too long for every run. Ten thousand revocations, each racing whoever presents the credential, on both databases
# (MINTMARK_RACES is their number); and ten minutes under half load (SOAK_SECONDS), after which the server may have no more memory
# and no more descriptors than at the start.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
MINTMARK_RACES=${MINTMARK_RACES:-10000} bash scripts/postgres.sh -- cargo test --package service --test use_cases -- revocation::
bash scripts/release.sh
cargo build --release --package bench
"$CARGO_TARGET_DIR/release/bench" soak "$CARGO_TARGET_DIR/release/mintmark" "${SOAK_SECONDS:-600}"
