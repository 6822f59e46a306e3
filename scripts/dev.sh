#!/usr/bin/env bash
# Builds and starts Mintmark, and repeats this after every change to a source file. If a build fails, the last one keeps
# running.
set -euo pipefail
. "$(dirname "$0")/env.sh" build
sources=(Cargo.toml Cargo.lock app domain frontend migrations public server service store style verifier xtask)
state=$(mktemp -d)
server=
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; server=; } || true; }
trap 'stop; rm -rf "$state"' EXIT
trap 'exit 130' INT TERM

build() { cargo xtask site && cargo build --package server; }
while :; do
  touch "$state/built"
  if build; then
    stop
    "$CARGO_TARGET_DIR/debug/mintmark" "$@" &
    server=$!
  else
    echo "mintmark: the build failed; waiting for a change" >&2
  fi
  until [ -n "$(find "${sources[@]}" -type f -newer "$state/built" -print -quit)" ]; do sleep 0.5; done
  echo "mintmark: rebuilding" >&2
done
