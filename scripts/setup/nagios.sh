# shellcheck shell=bash
# Brings real Nagios plugins, which the tests of `exec` run. Sourced by setup.sh.

# The first is where Debian puts them, the second where Red Hat does.
NAGIOS_DIRS=(/usr/lib/nagios/plugins /usr/lib64/nagios/plugins)

set_up_nagios() {
  has_nagios_plugins ||
    install_packages "Installing Nagios plugins (about 10 s)" monitoring-plugins-basic iputils-ping
}

has_nagios_plugins() {
  local folder plugin
  for folder in "${NAGIOS_DIRS[@]}"; do
    [[ -d $folder ]] || continue
    for plugin in check_dummy check_http check_tcp check_disk check_procs check_ping; do
      [[ -x $folder/$plugin ]] || return 1
    done
    return
  done
  return 1
}
