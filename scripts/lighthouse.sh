#!/usr/bin/env bash
# Builds everything for release and asks Lighthouse about the pages people use most; fails where a score is below 95.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
bash scripts/release.sh
# Two hundred packages that nothing else needs.
(cd end2end/lighthouse && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts)
MINTMARK_BINARY=$CARGO_TARGET_DIR/release/mintmark node end2end/lighthouse/pages.mjs
