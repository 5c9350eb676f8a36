# shellcheck shell=bash
# Brings Redis, which the tests of the plugin redis ask. Sourced by setup.sh.

set_up_redis() {
  has redis-server && return
  install_server "Installing Redis (about 10 s)" redis-server redis-server
}
