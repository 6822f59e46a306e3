#!/usr/bin/env bash
# Runs a command with a temporary PostgreSQL: scripts/postgres.sh -- cargo test
#
# The cluster is in a temporary directory and listens only on a socket there. It is deleted when the command ends.
# MINTMARK_TEST_POSTGRES_URL contains its address. If that is already set, the command uses it and no cluster starts.
# MINTMARK_TEST_POSTGRES_CTL contains the pg_ctl command, with words separated by spaces, for a command that restarts
# it.
set -euo pipefail
[ "${1-}" = -- ] && [ $# -gt 1 ] || { echo "usage: scripts/postgres.sh -- COMMAND…" >&2; exit 2; }
shift
[ -z "${MINTMARK_TEST_POSTGRES_URL-}" ] || exec "$@"

initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || command -v initdb || true)
[ -n "$initdb" ] || { echo "mintmark: missing: PostgreSQL (scripts/setup.sh test installs it)" >&2; exit 1; }
bin=$(dirname "$initdb")
dir=$(mktemp -d /tmp/mintmark-postgres.XXXXXX)
as_postgres=()                                                    # initdb and postgres refuse to run as root
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; as_postgres=(runuser -u postgres --); fi
in_dir() { (cd "$dir" && "${as_postgres[@]}" "$@"); }

stop() {
  in_dir "$bin/pg_ctl" -D data -m immediate -s stop 2>/dev/null || true
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM
in_dir "$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
in_dir tee -a data/postgresql.conf >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
END
in_dir "$bin/pg_ctl" -D data -s -w -l log start || { cat "$dir/log" >&2; exit 1; }
export MINTMARK_TEST_POSTGRES_CTL="${as_postgres[*]} $bin/pg_ctl -D $dir/data -s -w -l $dir/log"
export MINTMARK_TEST_POSTGRES_URL=postgres://postgres@${dir//\//%2F}/postgres
"$@"
