#!/usr/bin/env bash
# Installs what end2end/clients/requirements.txt names into an environment beside the target directory. Quick when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${CARGO_TARGET_DIR:?say . scripts/env.sh first}"
wanted=end2end/clients/requirements.txt
place=$(dirname "$CARGO_TARGET_DIR")/python-clients
! cmp -s "$wanted" "$place/installed.txt" || exit 0
echo "mintmark: installing the Python packages of end2end/clients" >&2
rm -rf "$place"
python3 -m venv "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check --no-compile --requirement "$wanted" >&2
cp "$wanted" "$place/installed.txt"
