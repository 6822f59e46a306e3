#!/usr/bin/env bash
# Makes sure that a Rust toolchain on this machine can build for wasm32-unknown-unknown. Its only output on stdout is
# the value for RUSTUP_TOOLCHAIN. Idempotent, and takes about 0.3 s if nothing is missing.
set -euo pipefail
T=wasm32-unknown-unknown
sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
w=$(mktemp -d); trap 'rm -rf "$w"' EXIT
builds() { echo 'pub fn f() { println!() }' | "$@" --edition 2021 --target $T --crate-type cdylib -o "$w/x.wasm" - 2>/dev/null; }
active() { rustup show active-toolchain 2>/dev/null | cut -d' ' -f1; exit 0; }
builds rustc && active
# RUSTUP_AUTO_INSTALL=0 forbids rustup to download anything by itself.
[ "${RUSTUP_AUTO_INSTALL-1}" = 0 ] || { timeout 120 rustup target add $T >&2 && builds rustc && active; } || true
# Without a download: the rustc of Debian or Ubuntu, with std built once from Debian's source.
[ -e /etc/debian_version ] || { echo "no $T target, and no rustup or apt to get one" >&2; exit 1; }
if ! builds /usr/bin/rustc; then
  echo "building Rust's $T target once from Debian's source" >&2
  $sudo apt-get update -qq >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends rustc-web cargo-web rust-web-src rust-web-llvm >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends "$(readlink /usr/bin/rust-lld)" >&2      # lld-22: rust-lld links to it
  printf '[package]\nname = "dummy"\nedition = "2021"\n[lib]\npath = "lib.rs"\n[workspace]\n' >"$w/Cargo.toml"
  echo '#![no_std]' >"$w/lib.rs"
  # Without embed-bitcode=yes, a later lto = true would fail.
  (cd "$w" && PATH=/usr/bin:$PATH RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C embed-bitcode=yes' CARGO_TARGET_DIR="$w/t" \
    /usr/bin/cargo build -q --release -Z build-std=std,panic_abort,proc_macro --target $T >&2)
  rm "$w/t/$T/release/deps/"libdummy-*
  d=$(/usr/bin/rustc --print sysroot)/lib/rustlib/$T/lib
  $sudo rm -rf "$d"; $sudo mkdir -p "$d"; $sudo cp "$w/t/$T/release/deps/"*.rlib "$d"
  builds /usr/bin/rustc
fi
if command -v rustup >/dev/null; then rustup toolchain link debian /usr >&2; echo debian; fi
