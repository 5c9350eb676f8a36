# shellcheck shell=bash
# Brings a server that speaks as HashiCorp Vault does: RustyVault (Apache 2.0). Vault itself is in no registry of packages.
# Sourced by setup.sh.

set_up_vault() {
  local folder
  folder=$(rusty_vault_dir)
  [[ ! -x $folder/bin/rvault ]] || return 0
  has pkg-config && pkg-config --exists openssl ||
    install_packages "Installing what RustyVault is built with (about 10 s)" libssl-dev pkg-config
  step "Building RustyVault $RUSTY_VAULT (about 5 min)" vault install_into "$folder" build_rusty_vault
}

# build_rusty_vault FOLDER. Unoptimised, because it is built more slowly than it works; not in our target folder, which `make clean`
# removes.
build_rusty_vault() {
  env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 \
    cargo install rusty_vault --version "=$RUSTY_VAULT" --locked --debug --root "$1"
}
