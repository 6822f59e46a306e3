#!/usr/bin/env bash
# Builds the site and the server and starts it on SQLite in ./data (or as the environment says). Arguments go to mintmark.
set -euo pipefail
. "$(dirname "$0")/env.sh" build
cargo xtask site
cargo build --package server
exec "$CARGO_TARGET_DIR/debug/mintmark" "$@"
