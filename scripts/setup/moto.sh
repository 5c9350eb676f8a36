# shellcheck shell=bash
# Brings moto, an emulator of AWS, which the tests of the plugin aws_ec2 ask. Sourced by setup.sh.

set_up_moto() {
  local folder
  folder=$(moto_dir)
  [[ -x $folder/bin/python ]] && return
  python3 -c 'import ensurepip' 2>/dev/null ||
    install_packages "Installing Python's virtual environments (about 10 s)" python3-venv
  rm -rf "$folder"
  step "Installing moto (about 30 s)" moto install_into "$folder" install_moto
}

# install_moto FOLDER. The environment is renamed afterwards, so its tools are started by `python -m`.
install_moto() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --disable-pip-version-check --requirement "$REPO/scripts/targets/moto-requirements.txt"
}
