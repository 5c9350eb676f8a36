# shellcheck shell=bash
# Brings Unbound, the DNS server that the tests ask. Sourced by setup.sh.

set_up_dns() {
  has unbound && return
  install_server "Installing Unbound (about 5 s)" unbound unbound
}
