#!/usr/bin/env bash
# Runs a cargo that can build for the browser: the usual one when its compiler has the target, otherwise Debian's,
# as `setup.sh wasm` has prepared it.
#
# usage: scripts/wasm-cargo.sh ARGUMENTS OF CARGO…
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"
# shellcheck source=scripts/tools.sh
source "$here/tools.sh"

if default_rust_builds_wasm; then
  exec cargo "$@"
elif debian_rust_builds_wasm; then
  RUSTC=$(debian_wasm_dir)/bin/rustc
  export RUSTC
  # The `cargo clippy` on the PATH may belong to another compiler, and Clippy looks for libraries itself.
  if [[ ${1:-} == clippy ]]; then
    [[ -x $DEBIAN_CLIPPY ]] || fail "Clippy for WASM is missing. Run: scripts/setup.sh clippy"
    CARGO=/usr/bin/cargo SYSROOT=$(debian_wasm_dir) exec "$DEBIAN_CLIPPY" "$@"
  fi
  exec /usr/bin/cargo "$@"
fi
fail "no Rust compiler here builds for WASM. Run: make setup"
