#!/usr/bin/env bash
# Packs target/release/platus, which `make build` makes, as a Debian package in target/debian.
#
# usage: scripts/deb.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

cd "$REPO"
command -v cargo-deb >/dev/null || fail "cargo-deb is missing. Run: cargo install cargo-deb"
[[ -x $TARGET_DIR/release/platus ]] || fail "$TARGET_DIR/release/platus is missing. Run: make build"
cargo deb --package server --no-build "$@"
