# shellcheck shell=bash
# Brings what makes networks of their own, in which the tests lose packets. Sourced by setup.sh.

set_up_ping() {
  local missing=()
  has ip || missing+=(iproute2)
  has nft || missing+=(nftables)
  has unshare || missing+=(util-linux)
  ((${#missing[@]} == 0)) || install_packages "Installing tools for networks (about 5 s)" "${missing[@]}"
}
