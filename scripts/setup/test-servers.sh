# shellcheck shell=bash
# Brings the real servers that the demo and most tests watch. Sourced by setup.sh.

set_up_nginx() {
  has openssl || install_packages "Installing openssl (about 5 s)" openssl
  has nginx && return
  install_server "Installing nginx (about 10 s)" nginx nginx
}

set_up_httpbin() {
  set_up_python_environment "Installing httpbin (about 10 s)" httpbin "$(httpbin_dir)" httpbin.txt
}
