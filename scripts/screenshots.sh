#!/usr/bin/env bash
# Takes the pictures in docs/screenshots of every page, wide and narrow, light and dark.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
cargo xtask site
cargo build --package server
MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark node end2end/screenshots.mjs
