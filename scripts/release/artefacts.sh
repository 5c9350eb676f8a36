#!/usr/bin/env bash
# Makes the artefacts of a release from target/release/platus in target/release-VERSION: a tarball, the Debian package, the chart, the bill of
# materials and their sums. The same commit and the same program give the same tarball.
#
# usage: scripts/release/artefacts.sh VERSION
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"

VERSION=${1:?which version?}
PROGRAM=$REPO/target/release/platus
RESULT=$TARGET_DIR/release-$VERSION
NAME=platus-$VERSION-$(uname -m)-linux

# pack FILE FOLDER NAME: packs FOLDER/NAME without anything of this machine or of now.
pack() {
  tar --create --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
    --directory "$2" "$3" | gzip --no-name -9 >"$1"
}

make_tarball() {
  local folder=$work/$NAME
  mkdir -p "$folder"
  install -m 755 "$PROGRAM" "$folder/platus"
  cp -R docs packaging compose docker-compose.yml LICENSE README.md CHANGELOG.md SECURITY.md "$folder/"
  [[ ! -f $TARGET_DIR/site/licences.txt ]] || cp "$TARGET_DIR/site/licences.txt" "$folder/"
  pack "$RESULT/$NAME.tar.gz" "$work" "$NAME"
}

make_chart() {
  pack "$RESULT/platus-chart-$VERSION.tgz" packaging/helm platus
}

make_deb() {
  "$here/../deb.sh" --output "$RESULT/"
}

make_bill_of_materials() {
  cargo cyclonedx --manifest-path server/Cargo.toml --format json --spec-version 1.5 --override-filename platus.cdx --quiet
  mv server/platus.cdx.json "$RESULT/platus-$VERSION.cdx.json"
  # It describes each member of the workspace.
  find . -name platus.cdx.json -not -path './target/*' -delete
}

cd "$REPO"
[[ -x $PROGRAM ]] || fail "$PROGRAM is missing. Run: make build"
said=$("$PROGRAM" --version)
expected="platus $VERSION ($(git rev-parse --short HEAD))"
[[ $said == "$expected" || (${DRY_RUN:-} == 1 && $said == "platus $VERSION"*) ]] || fail "$PROGRAM says that it is \"$said\", not \"$expected\"."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$RESULT"
mkdir -p "$RESULT"

make_tarball
make_chart
MISSING=()
if has cargo-deb; then make_deb; else MISSING+=("the Debian package (cargo install cargo-deb)"); fi
if has cargo-cyclonedx; then make_bill_of_materials; else MISSING+=("the bill of materials (cargo install cargo-cyclonedx)"); fi
(cd "$RESULT" && sha256sum -- * >SHA256SUMS)
say "Made in $RESULT:"
(cd "$RESULT" && du -h -- *)
((${#MISSING[@]} == 0)) || {
  printf 'Not made: %s\n' "${MISSING[@]}" >&2
  [[ ${DRY_RUN:-} == 1 ]] || fail "a release needs all of its artefacts."
}
