# shellcheck shell=bash
# Brings Redis, which the tests of the plugin redis ask. Sourced by setup.sh.

set_up_redis() {
  has redis-server && return
  install_packages "Installing Redis (about 10 s)" redis-server
  # Debian starts a new Redis as a service of the machine. Nobody asked for that.
  if has systemctl && systemctl --quiet is-active redis-server 2>/dev/null; then
    as_root systemctl --quiet disable --now redis-server
  fi
}
