#!/usr/bin/env bash
# Builds the documentation as a book in target/book. Its pages keep the places that they have in the repository, so that a link from
# docs/ to CONTRIBUTING.md or to packaging/ works in both.
#
# usage: scripts/book.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

cd "$REPO"
has mdbook || fail "mdBook is missing. Run: cargo install mdbook --locked"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src/end2end" "$TARGET_DIR"
cp docs/book.toml "$work/"
cp -R docs packaging compose docker-compose.yml Dockerfile LICENSE ./*.md "$work/src/"
cp -R end2end/screenshots "$work/src/end2end/"
rm "$work/src/docs/book.toml" "$work/src/docs/SUMMARY.md"
# mdBook calls the page of a folder index.
find "$work/src" -name '*.md' -exec sed -i 's#](\([^)]*\)README\.md#](\1index.md#g' {} +
# The summary is at the top of the pages, and its links begin there.
sed -e 's#](\([^)]*\))#](docs/\1)#' -e 's#](docs/\.\./#](#' docs/SUMMARY.md >"$work/src/SUMMARY.md"
mdbook build "$work" --dest-dir "$TARGET_DIR/book"
say "Built $TARGET_DIR/book/index.html."
