#!/usr/bin/env bash
# Runs every test in stages, with a temporary PostgreSQL. Stops at the first stage that fails. The last line counts
# tests: "N passed, N failed".
set -euo pipefail
. "$(dirname "$0")/env.sh" test
[ -n "${MINTMARK_TEST_POSTGRES_URL-}" ] || exec bash scripts/postgres.sh -- bash scripts/test.sh "$@"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
summary=

# Counts passed and failed tests so far, from the last lines of nextest, cargo test and the runner of Node.
counts() {
  sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '
    /^ *Summary \[.*tests? run:/ || /^test result:/ {
      if (match($0, /[0-9]+ passed/)) passed += substr($0, RSTART)
      if (match($0, /[0-9]+ failed/)) failed += substr($0, RSTART)
    }
    /^(ℹ|#) pass / { passed += $3 }
    /^(ℹ|#) fail / { failed += $3 }
    END { print passed + 0, failed + 0 }'
}

stage() {
  local name=$1 started=$SECONDS passed failed
  shift
  printf '\n== %s\n' "$name"
  if "$@" 2>&1 | tee -a "$log"; then
    summary+=$(printf '  ok     %-10s %4d s' "$name" $((SECONDS - started)))$'\n'
    return
  fi
  read -r passed failed < <(counts)
  printf '\n%s  FAILED %-10s %4d s\n%s passed, %s failed\n' "$summary" "$name" $((SECONDS - started)) "$passed" "$((failed > 0 ? failed : 1))"
  exit 1
}

# Inside `stage` a failed command does not end a function, hence the &&.
rust_tests() {
  local what=(--workspace --exclude frontend --features app/ssr)
  if command -v cargo-nextest >/dev/null; then
    NEXTEST_SHOW_PROGRESS=none NEXTEST_STATUS_LEVEL=fail NEXTEST_FINAL_STATUS_LEVEL=fail \
      cargo nextest run "${what[@]}" --no-fail-fast && cargo test --quiet "${what[@]}" --doc
  else
    cargo test --quiet "${what[@]}" --no-fail-fast
  fi
}

browser_tests() {
  # Uses the `mintmark` that the Rust tests have just built, so that nothing is compiled twice.
  MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark node --test --test-reporter=spec \
    end2end/journeys/*.test.mjs end2end/without_javascript/*.test.mjs end2end/accessibility/*.test.mjs end2end/*.test.mjs
}

clients_tests() {
  MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark \
    node --test --test-concurrency=2 --test-reporter=spec end2end/clients/*.test.mjs
}

proxies_tests() {
  MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark \
    node --test --test-concurrency=2 --test-reporter=spec end2end/proxies/*.test.mjs
}

contract_tests() {
  MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark node --test --test-reporter=spec end2end/contract/*.test.mjs
}

faults_tests() {
  MINTMARK_BINARY=$CARGO_TARGET_DIR/debug/mintmark node --test --test-reporter=spec end2end/faults/*.test.mjs
}

stage format cargo fmt --all --check
stage site cargo xtask site
stage lint bash scripts/lint.sh
stage rust rust_tests
stage clients clients_tests
stage proxies proxies_tests
stage contract contract_tests
stage faults faults_tests
stage browser browser_tests
read -r passed failed < <(counts)
printf '\n%s%s passed, %s failed\n' "$summary" "$passed" "$failed"
