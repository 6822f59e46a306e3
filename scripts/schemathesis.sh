#!/usr/bin/env bash
# Sends requests that Schemathesis makes up from the OpenAPI document, and fails where an answer is not as the document says.
# CASES is how many requests at least; SEED makes other ones.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
cargo xtask site
cargo build --package server
MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark node end2end/contract/schemathesis.mjs "${CASES:-20000}" "${SEED:-1}"
