#!/usr/bin/env bash
# Checks that this commit can be released as VERSION: nothing is uncommitted, the version is the same everywhere, the changelog has it in the
# form of Keep a Changelog, and no other commit has its tag. Reports everything that is wrong.
#
# usage: scripts/release/check.sh VERSION
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"

VERSION=${1:?which version?}
PROBLEMS=()
# As in Semantic Versioning, without build metadata, which no tag of an image can have.
NUMBER='(0|[1-9][0-9]*)'
FORM="^$NUMBER\.$NUMBER\.$NUMBER(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?\$"
KINDS='Added|Changed|Deprecated|Removed|Fixed|Security'

problem() {
  PROBLEMS+=("$*")
}

# expect FILE FOUND: compares a version with the one that is released.
expect() {
  [[ $2 == "$VERSION" ]] || problem "$1 has the version \"$2\"."
}

check_versions() {
  expect Cargo.toml "$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)"
  expect Cargo.lock "$(awk '$0 == "name = \"server\"" { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock)"
  expect packaging/helm/platus/Chart.yaml "$(sed -n 's/^version: //p' packaging/helm/platus/Chart.yaml)"
  expect "packaging/helm/platus/Chart.yaml (appVersion)" "$(sed -n 's/^appVersion: //p' packaging/helm/platus/Chart.yaml)"
  expect packaging/kubernetes/platus.yaml "$(sed -n 's/^ *image: platus://p' packaging/kubernetes/platus.yaml)"
}

check_changelog() {
  local heading others
  heading=$(grep -nE "^## \[${VERSION//./\\.}\] - [0-9]{4}-[0-9]{2}-[0-9]{2}\$" CHANGELOG.md | head -n 1 || true)
  if [[ -z $heading ]]; then
    problem "CHANGELOG.md has no heading \"## [$VERSION] - YYYY-MM-DD\"."
    return
  fi
  [[ -n $(notes) ]] || problem "CHANGELOG.md has no entry for $VERSION."
  grep -qx '## \[Unreleased\]' CHANGELOG.md || problem "CHANGELOG.md has no heading \"## [Unreleased]\"."
  others=$(grep -nE '^### ' CHANGELOG.md | grep -vE "^[0-9]+:### ($KINDS)\$" || true)
  [[ -z $others ]] || problem "CHANGELOG.md has headings other than ${KINDS//|/, }: $others."
}

# The entries of the version.
notes() {
  awk -v heading="## [$VERSION]" '/^## / { inside = index($0, heading) == 1; next } inside' CHANGELOG.md | grep -E '^- ' || true
}

check_repository() {
  [[ -z $(git status --porcelain) ]] || problem "There are uncommitted changes."
  local tagged
  tagged=$(git rev-parse --quiet --verify "refs/tags/v$VERSION^{commit}" || true)
  if [[ -n $tagged && $tagged != $(git rev-parse HEAD) ]]; then problem "The tag v$VERSION is at another commit, $tagged."; fi
}

cd "$REPO"
[[ $VERSION =~ $FORM ]] || fail "\"$VERSION\" is not a version such as 1.2.3 or 1.2.3-rc.1."
check_versions
check_changelog
check_repository
((${#PROBLEMS[@]} == 0)) || {
  printf 'This commit cannot be released as %s:\n' "$VERSION" >&2
  printf '  %s\n' "${PROBLEMS[@]}" >&2
  exit 1
}
say "This commit can be released as $VERSION."
