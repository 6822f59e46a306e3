#!/usr/bin/env bash
# Checks spelling and word choice (typos.toml). Installs the checker next to the target directory. Quick if it is
# installed.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.52.0
target=${CARGO_TARGET_DIR:-${MINTMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mintmark}/target}
place=$(dirname "$target")/typos-$version
if [ ! -x "$place/bin/typos" ]; then
  echo "mintmark: installing typos $version from PyPI" >&2
  rm -rf "$place"
  python3 -m venv "$place" >&2
  "$place/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps "typos==$version" >&2
fi
"$place/bin/typos" --format brief
