# shellcheck shell=bash
# Brings the brokers and the workers that the tests of celery_worker talk to. Sourced by setup.sh.

set_up_celery() {
  set_up_rabbitmq
  has redis-server || install_packages "Installing Redis (about 10 s)" redis-server
  python3 -c 'import ensurepip' 2>/dev/null ||
    install_packages "Installing Python's virtual environments (about 10 s)" python3-venv
  local version folder
  for version in 5.7 5.2; do
    folder=$(celery_dir "$version")
    [[ -x $folder/bin/python ]] && continue
    rm -rf "$folder"
    step "Installing Celery $version (about 10 s)" "celery-$version" install_into "$folder" install_celery "$version"
  done
}

set_up_rabbitmq() {
  [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] && has epmd && return
  install_packages "Installing RabbitMQ (about 20 s)" rabbitmq-server
  # Debian starts a new RabbitMQ as a public service of the machine. Nobody asked for that.
  if has systemctl && systemctl --quiet is-active rabbitmq-server 2>/dev/null; then
    as_root systemctl --quiet disable --now rabbitmq-server
  fi
}

# install_celery VERSION FOLDER. The environment is renamed afterwards, so its tools are started by `python -m`.
install_celery() {
  python3 -m venv "$2"
  "$2/bin/python" -m pip install --disable-pip-version-check --requirement "$REPO/scripts/targets/celery-$1.txt"
}
