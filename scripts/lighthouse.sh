#!/usr/bin/env bash
# Builds a release and runs Lighthouse on the most used pages. Fails if a score is below 95.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
bash scripts/release.sh
# These two hundred packages serve only this script.
(cd end2end/lighthouse && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts)
MINTMARK_BINARY=$CARGO_TARGET_DIR/release/mintmark node end2end/lighthouse/pages.mjs
