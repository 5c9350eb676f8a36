#!/usr/bin/env bash
# Releases this commit: checks, all tests, artefacts, tag. Nothing leaves this machine; the last line says what to push. With DRY_RUN=1 nothing
# is tested, built or tagged: the artefacts come from the program that was built last, if there is one.
#
# usage: [DRY_RUN=1] scripts/release.sh VERSION
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

VERSION=${1:-}
[[ -n $VERSION ]] || fail "say which version: make release VERSION=1.2.3"
export DRY_RUN=${DRY_RUN:-}
cd "$REPO"

if [[ $DRY_RUN == 1 ]]; then
  status=0
  "$here/release/check.sh" "$VERSION" || status=$?
  "$here/release/packaging.sh" || status=$?
  say "Skipped in a dry run: all tests and the release build."
  if [[ -x $REPO/target/release/platus ]]; then
    "$here/release/artefacts.sh" "$VERSION" || status=$?
  else
    say "Skipped: the artefacts, since nothing was built."
  fi
  say "Skipped in a dry run: git tag v$VERSION."
  exit "$status"
fi

"$here/release/check.sh" "$VERSION"
"$here/release/packaging.sh"
# They include the release build.
"$here/test.sh"
"$here/release/artefacts.sh" "$VERSION"
# The tests and the build have changed nothing that is committed.
"$here/release/check.sh" "$VERSION"
git rev-parse --quiet --verify "refs/tags/v$VERSION" >/dev/null || git tag --annotate "v$VERSION" --message "Platus $VERSION"
say "Released v$VERSION here. To publish it: git push origin v$VERSION"
