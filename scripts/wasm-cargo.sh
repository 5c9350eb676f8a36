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
  RUSTC=$(debian_wasm_dir)/bin/rustc exec /usr/bin/cargo "$@"
fi
fail "no Rust compiler here builds for WASM. Run: make setup"
