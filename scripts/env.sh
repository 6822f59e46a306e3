# Sourced as `. scripts/env.sh LEVEL`: goes to the top of the repository, installs what LEVEL needs and this machine lacks
# (see setup.sh), and says where builds go and which Rust makes them. Source it in a shell of yours to use plain cargo.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${MINTMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mintmark}/target}
mintmark_toolchain=$(bash scripts/setup.sh "${1:-build}") || { echo "mintmark: setup did not finish; see above" >&2; return 1; }
[ -z "$mintmark_toolchain" ] || export RUSTUP_TOOLCHAIN=$mintmark_toolchain
unset mintmark_toolchain
