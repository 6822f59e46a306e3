#!/usr/bin/env bash
# Runs the tests that take too long for every run: ten thousand revocations (MINTMARK_RACES), then half load for ten
# minutes (SOAK_SECONDS).
#
# Each revocation races callers that present the credential, on both databases. After the load, the server must not use
# more memory or file descriptors than at the start.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
MINTMARK_RACES=${MINTMARK_RACES:-10000} bash scripts/postgres.sh -- cargo test --package service --test use_cases -- revocation::
bash scripts/release.sh
cargo build --release --package bench
"$CARGO_TARGET_DIR/release/bench" soak "$CARGO_TARGET_DIR/release/mintmark" "${SOAK_SECONDS:-600}"
