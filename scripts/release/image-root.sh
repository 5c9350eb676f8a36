#!/usr/bin/env bash
# Makes the root of the image: the program, certificate authorities, time zones, a user, and folders that it may write to. The program must be
# static (PLATUS_STATIC=1 scripts/build.sh), since there is no C library.
#
# usage: scripts/release/image-root.sh FOLDER PROGRAM      (as root, because of the owner of /data)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"

ROOT=${1:?which folder?}
PROGRAM=${2:?which program?}
ID=65532

[[ ! -e $ROOT ]] || fail "$ROOT is there already."
if readelf --program-headers "$PROGRAM" | grep -q 'INTERP'; then
  fail "$PROGRAM needs a C library. Run: PLATUS_STATIC=1 scripts/build.sh"
fi
install -d -m 755 "$ROOT"/{etc/ssl/certs,usr/bin,usr/share}
install -m 755 "$PROGRAM" "$ROOT/usr/bin/platus"
install -m 644 /etc/ssl/certs/ca-certificates.crt "$ROOT/etc/ssl/certs/"
cp -R /usr/share/zoneinfo "$ROOT/usr/share/"
# These are copies of all zones, with and without leap seconds, and no program reads them.
rm -rf "$ROOT"/usr/share/zoneinfo/{posix,right}
printf 'platus:x:%s:%s:Platus:/data:/\n' "$ID" "$ID" >"$ROOT/etc/passwd"
printf 'platus:x:%s:\n' "$ID" >"$ROOT/etc/group"
install -d -m 1777 "$ROOT/tmp"
install -d -m 750 -o "$ID" -g "$ID" "$ROOT/data"
