#!/usr/bin/env bash
# Builds the site and then the server with the site inside: target/release/platus, one file to copy anywhere. With PLATUS_STATIC=1 it needs no
# C library either, as in an empty container.
#
# usage: [PLATUS_STATIC=1] scripts/build.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

cd "$REPO"
say "Building the page (about 3 min when nothing is compiled yet)…"
"$here/build-site.sh"
say "Building the server (about 10 min when nothing is compiled yet)…"
# `platus --version` and the page show it. A copy without its history has none, unless it is given.
PLATUS_COMMIT=${PLATUS_COMMIT:-$(git rev-parse --short HEAD 2>/dev/null || true)}
export PLATUS_COMMIT PLATUS_SITE=$TARGET_DIR/site
built=$TARGET_DIR/release/platus
if [[ ${PLATUS_STATIC:-} == 1 ]]; then
  # With a target, the flags are those of the program alone: macros of the compiler cannot be static.
  host=$(rustc -vV | sed -n 's/^host: //p')
  built=$TARGET_DIR/$host/release/platus
  RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --package server --features site --target "$host"
else
  cargo build --release --package server --features site
fi

# Whoever keeps compiled files elsewhere finds the result in the usual place all the same.
result=$REPO/target/release/platus
if ! [[ $built -ef $result ]] && ! cmp -s "$built" "$result"; then
  mkdir -p "${result%/*}"
  cp "$built" "$result.partial"
  mv "$result.partial" "$result"
fi
say "Built target/release/platus ($(du -h "$result" | cut -f1))."
