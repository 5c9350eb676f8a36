#!/usr/bin/env bash
# Installs what building, running or testing Platus needs and this machine lacks. Quick when nothing is missing.
#
# usage: scripts/setup.sh PART…
#   wasm          the Rust target for the browser
#   clippy        Clippy for that target
#   build-tools   wasm-bindgen, wasm-split, wasm-opt and esbuild
#   nginx         the web server that scripts/example.sh checks
#   test-servers  nginx, httpbin and the other servers that the tests watch
#   browser       Chromium and the Playwright runner
#   all           all of these
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"
# shellcheck source=scripts/tools.sh
source "$here/tools.sh"
for part in packages python base wasm-target clippy build-tools test-servers celery dns mail mongod moto nagios ping redis vault browser; do
  # shellcheck source=/dev/null
  source "$here/setup/$part.sh"
done

# Where only package registries can be reached, PLATUS_RUSTUP=off spares an attempt that may take minutes to fail.
if [[ ${PLATUS_RUSTUP:-} == off ]]; then
  add_target_with_rustup() { return 1; }
fi

set_up() {
  case $1 in
    wasm) set_up_wasm_target ;;
    clippy) set_up_clippy ;;
    build-tools) set_up_build_tools ;;
    nginx) set_up_nginx ;;
    test-servers)
      set_up_nginx
      set_up_httpbin
      set_up_celery
      set_up_dns
      set_up_mail
      set_up_mongod
      set_up_moto
      set_up_nagios
      set_up_ping
      set_up_redis
      set_up_vault
      ;;
    browser) set_up_browser ;;
    all)
      local part
      for part in wasm clippy build-tools test-servers browser; do set_up "$part"; done
      ;;
    *) fail "\"$1\" is not a part. The parts are wasm, clippy, build-tools, nginx, test-servers, browser, all." ;;
  esac
}

(($# > 0)) || fail "say which parts to set up: wasm, clippy, build-tools, nginx, test-servers, browser or all."
mkdir -p "$PLATUS_TOOLS"
set_up_base
for part in "$@"; do
  set_up "$part"
done
say "Set up: $*."
