#!/usr/bin/env bash
# Builds the site and the server, and starts it with SQLite in ./data, or as the environment says. Passes its arguments
# to mintmark.
set -euo pipefail
. "$(dirname "$0")/env.sh" build
cargo xtask site
cargo build --package server
exec "$CARGO_TARGET_DIR/debug/mintmark" "$@"
