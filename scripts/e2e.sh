#!/usr/bin/env bash
# Runs the tests in a browser against target/release/platus.
#
# usage: scripts/e2e.sh [ARGUMENTS OF playwright test…]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

export PLATUS_BIN=${PLATUS_BIN:-$REPO/target/release/platus}
[[ -x $PLATUS_BIN ]] || fail "$PLATUS_BIN is missing. Run: make build"

cd "$REPO/end2end"
npx --no-install tsc --noEmit
exec npx --no-install playwright test "$@"
