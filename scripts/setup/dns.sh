# shellcheck shell=bash
# Brings Unbound, the DNS server that the tests ask. Sourced by setup.sh.

set_up_dns() {
  has unbound && return
  install_packages "Installing Unbound (about 5 s)" unbound
  # Debian starts a new server as a public service of the machine. Nobody asked for that.
  if has systemctl && systemctl --quiet is-active unbound 2>/dev/null; then
    as_root systemctl --quiet disable --now unbound
  fi
}
