# Source it as `. scripts/env.sh LEVEL`, also in your own shell, to use plain cargo.
#
# Changes to the root of the repository and installs the missing packages of LEVEL (see setup.sh). Sets the target
# directory and the Rust toolchain.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${MINTMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mintmark}/target}
mintmark_toolchain=$(bash scripts/setup.sh "${1:-build}") || { echo "mintmark: setup did not finish; see above" >&2; return 1; }
[ -z "$mintmark_toolchain" ] || export RUSTUP_TOOLCHAIN=$mintmark_toolchain
unset mintmark_toolchain
