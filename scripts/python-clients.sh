#!/usr/bin/env bash
# Installs the requirements.txt of a folder of end2end, by default `clients`, next to the target directory. Quick if
# nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-clients}
wanted=end2end/$folder/requirements.txt
target=${CARGO_TARGET_DIR:-${MINTMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mintmark}/target}
place=$(dirname "$target")/python-$folder
! cmp -s "$wanted" "$place/installed.txt" || exit 0
echo "mintmark: installing the PyPI packages of end2end/$folder" >&2
rm -rf "$place"
python3 -m venv "$place" >&2
"$place/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps --requirement "$wanted" >&2
"$place/bin/pip" check --quiet >&2
cp "$wanted" "$place/installed.txt"
