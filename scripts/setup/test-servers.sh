# shellcheck shell=bash
# Brings the real servers that the demo and the tests watch. Sourced by setup.sh.

set_up_nginx() {
  has openssl || install_packages "Installing openssl (about 5 s)" openssl
  has nginx && return
  install_packages "Installing nginx (about 10 s)" nginx
  # Debian starts a new nginx as a public service of the machine. Nobody asked for that.
  if has systemctl && systemctl --quiet is-active nginx 2>/dev/null; then
    as_root systemctl --quiet disable --now nginx
  fi
}

set_up_httpbin() {
  local folder
  folder=$(httpbin_dir)
  [[ -x $folder/bin/python ]] && return
  python3 -c 'import ensurepip' 2>/dev/null ||
    install_packages "Installing Python's virtual environments (about 10 s)" python3-venv
  rm -rf "$folder"
  step "Installing httpbin (about 10 s)" httpbin install_into "$folder" install_httpbin
}

# install_httpbin FOLDER. The environment is renamed afterwards, so its tools are started by `python -m`.
install_httpbin() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --disable-pip-version-check --requirement "$REPO/scripts/targets/requirements.txt"
}
