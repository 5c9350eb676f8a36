#!/usr/bin/env bash
# Runs moto, an emulator of AWS, on the loopback address. It becomes this process, and keeps everything in memory.
#
# usage: scripts/targets/moto.sh PORT
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"
# shellcheck source=scripts/tools.sh
source "$here/../tools.sh"

python=$(moto_dir)/bin/python
[[ -x $python ]] || fail "moto is missing. Run: scripts/setup.sh test-servers"
exec "$python" -m moto.server --host 127.0.0.1 --port "$1"
