#!/usr/bin/env bash
# What takes too long for every run: ten thousand revocations, each racing whoever presents the credential, on both databases.
# MINTMARK_RACES is their number.
set -euo pipefail
. "$(dirname "$0")/env.sh" test
MINTMARK_RACES=${MINTMARK_RACES:-10000} bash scripts/postgres.sh -- cargo test --package service --test use_cases -- revocation::
