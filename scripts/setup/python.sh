# shellcheck shell=bash
# Brings Python programs, each with an environment of its own. Sourced by setup.sh.

# set_up_python_environment TEXT NAME FOLDER REQUIREMENTS: what a file of scripts/targets names, into FOLDER. NAME is for the log.
set_up_python_environment() {
  local text=$1 name=$2 folder=$3 requirements=$REPO/scripts/targets/$4
  [[ -x $folder/bin/python ]] && return
  python3 -c 'import ensurepip' 2>/dev/null ||
    install_packages "Installing Python's virtual environments (about 10 s)" python3-venv
  rm -rf "$folder"
  step "$text" "$name" install_into "$folder" install_python_packages "$requirements"
}

# install_python_packages REQUIREMENTS FOLDER. The environment is renamed afterwards, so its tools are started by `python -m`.
install_python_packages() {
  python3 -m venv "$2"
  "$2/bin/python" -m pip install --disable-pip-version-check --requirement "$1"
}
