# shellcheck shell=bash
# Brings the broker and the workers that the tests of celery_worker talk to. Sourced by setup.sh.

set_up_celery() {
  set_up_rabbitmq
  local version
  for version in 5.7 5.2; do
    set_up_python_environment "Installing Celery $version (about 10 s)" "celery-$version" "$(celery_dir "$version")" \
      "celery-$version.txt"
  done
}

set_up_rabbitmq() {
  [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] && has epmd && return
  install_server "Installing RabbitMQ (about 20 s)" rabbitmq-server rabbitmq-server
}
