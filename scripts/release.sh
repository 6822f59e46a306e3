#!/usr/bin/env bash
# Builds the release: one optimized binary with the site inside. Prints its path.
set -euo pipefail
. "$(dirname "$0")/env.sh" release
cargo xtask site --release
MINTMARK_EMBED_SITE=$CARGO_TARGET_DIR/site cargo build --release --package server --features embed-site
echo "mintmark: $CARGO_TARGET_DIR/release/mintmark ($(stat -c %s "$CARGO_TARGET_DIR/release/mintmark" | numfmt --to=iec))"
