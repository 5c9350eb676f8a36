# shellcheck shell=bash
# What every part needs: Rust, a C compiler, Node and Python. Sourced by setup.sh.

NODE_MINIMUM=20

set_up_base() {
  need_rust
  has cc || install_packages "Installing a C compiler (about 20 s)" gcc libc6-dev
  need_node
  has python3 || install_packages "Installing Python (about 10 s)" python3
}

need_rust() {
  has cargo || fail "Rust is missing. Install it as https://rustup.rs says."
  local component
  for component in fmt clippy; do
    has "cargo-$component" && cargo "$component" --version >/dev/null 2>&1 && continue
    fail "\"cargo $component\" does not work. Install it, for example with: rustup component add rustfmt clippy"
  done
}

need_node() {
  has node || install_packages "Installing Node (about 20 s)" nodejs
  # Some packages of Node bring npm along, and cannot be installed beside a separate one.
  has npm || install_packages "Installing npm (about 1 min)" npm
  node_is_new_enough && return
  step "Installing a newer Node than $(node --version) (about 10 s)" node install_into "$NODE_DIR" install_node
  PATH=$NODE_DIR/bin:$PATH
  hash -r
  node_is_new_enough || fail "Node $NODE_MINIMUM or newer is needed; this is $(node --version)."
}

node_is_new_enough() {
  (($(node --print 'process.versions.node.split(".")[0]') >= NODE_MINIMUM))
}

# install_node FOLDER. The registry of npm has Node itself, as one package for each kind of machine.
install_node() {
  local package
  package=node-linux-$(node --print process.arch)
  npm install --prefix "$1" --no-save --no-audit --no-fund "$package@${NODE_DIR##*-}"
  ln -s "node_modules/$package/bin" "$1/bin"
}
