#!/usr/bin/env bash
# Builds the site and then the server with the site inside: target/release/platus, one file to copy anywhere.
#
# usage: scripts/build.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

cd "$REPO"
say "Building the page (about 3 min when nothing is compiled yet)…"
"$here/build-site.sh"
say "Building the server (about 10 min when nothing is compiled yet)…"
# The page shows it. A copy without its history has none.
PLATUS_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || true)
export PLATUS_COMMIT
PLATUS_SITE=$TARGET_DIR/site cargo build --release --package server --features site

# Whoever keeps compiled files elsewhere finds the result in the usual place all the same.
built=$TARGET_DIR/release/platus
result=$REPO/target/release/platus
if ! [[ $built -ef $result ]] && ! cmp -s "$built" "$result"; then
  mkdir -p "${result%/*}"
  cp "$built" "$result.partial"
  mv "$result.partial" "$result"
fi
say "Built target/release/platus ($(du -h "$result" | cut -f1))."
