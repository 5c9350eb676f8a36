# shellcheck shell=bash
# Installs Debian packages. Sourced by setup.sh.

# as_root COMMAND…
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# install_packages TEXT PACKAGE…: TEXT says what they are for and how long it takes.
install_packages() {
  local text=$1
  shift
  has apt-get || fail "this machine has no apt-get. Install by hand what these Debian packages hold: $*"
  ((EUID == 0)) || has sudo || fail "run this as root: apt-get install --no-install-recommends $*"
  step "$text" "apt-$1" apt_install "$@"
}

# install_server TEXT SERVICE PACKAGE…: Debian starts a new server as a public service of the machine. Nobody asked for that.
install_server() {
  local text=$1 service=$2
  shift 2
  install_packages "$text" "$@"
  if has systemctl && systemctl --quiet is-active "$service" 2>/dev/null; then
    as_root systemctl --quiet disable --now "$service"
  fi
}

# A list of packages that is missing or old makes the first try fail. Nothing is removed to make room.
apt_install() {
  apt_install_once "$@" || {
    as_root apt-get update
    apt_install_once "$@"
  }
}

apt_install_once() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --option DPkg::Lock::Timeout=300 --yes --no-remove --no-install-recommends "$@"
}

# Whether apt could install this package.
apt_offers() {
  has apt-get || return 1
  apt_knows "$1" && return
  { as_root apt-get update >/dev/null 2>&1 && apt_knows "$1"; } || return 1
}

apt_knows() {
  [[ $(apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[0-9]* ]]
}
