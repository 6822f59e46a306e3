#!/usr/bin/env bash
# Sends requests that Schemathesis generates from the OpenAPI document. Fails if a response differs from the document.
# CASES is the minimum number of requests, and SEED changes them.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
cargo xtask site
cargo build --package server
MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark node end2end/contract/schemathesis.mjs "${CASES:-20000}" "${SEED:-1}"
