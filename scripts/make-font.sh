#!/usr/bin/env bash
# Makes public/fonts/inter.woff2 from the package @fontsource-variable/inter: weights 400 to 660, the letters of English, French and
# their neighbours, kerning and tabular figures. Run it only for a new version of the font, and change the version in the addresses of
# style/fonts.css and app/src/shell.rs with it.
#
# usage: scripts/make-font.sh
set -euo pipefail

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PACKAGE=@fontsource-variable/inter@5.3.0
TOOLS=(fonttools==4.68.0 brotli==1.2.1)
LETTERS=U+0020-007E,U+00A0,U+00A7,U+00A9,U+00AB,U+00AE,U+00B0-00B3,U+00B5,U+00B7,U+00BB-00BE,U+00C0-00CF,U+00D1-00DD,U+00DF-00EF
LETTERS+=,U+00F1-00FD,U+00FF,U+0152,U+0153,U+0178,U+2009,U+2011,U+2013,U+2014,U+2018-201A,U+201C-201E,U+2022,U+2026,U+202F
LETTERS+=,U+2032,U+2033,U+2039,U+203A,U+20AC,U+2122,U+2212,U+2248,U+2260,U+2264,U+2265

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "$PACKAGE" >/dev/null
tar xzf ./*.tgz
python3 -m venv tools
tools/bin/pip --quiet install "${TOOLS[@]}"
tools/bin/fonttools varLib.instancer package/files/inter-latin-wght-normal.woff2 wght=400:660 --output narrow.ttf
tools/bin/pyftsubset narrow.ttf --unicodes="$LETTERS" --layout-features=kern,tnum,ccmp,calt,locl --no-hinting --flavor=woff2 \
  --output-file="$REPO/public/fonts/inter.woff2"
cp package/LICENSE "$REPO/public/fonts/inter-license.txt"
