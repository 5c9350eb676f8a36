# shellcheck shell=bash
# Brings the tools that turn the compiled page into a site. Sourced by setup.sh.

set_up_build_tools() {
  local folder version
  folder=$(wasm_bindgen_dir)
  version=$(wasm_bindgen_version)
  [[ -n $version ]] || fail "Cargo.lock does not name a version of wasm-bindgen."
  [[ -d $folder ]] || step "Building wasm-bindgen $version (about 2 min)" wasm-bindgen \
    install_into "$folder" build_wasm_bindgen "$version"

  folder=$(wasm_split_dir)
  [[ -d $folder ]] || step "Building wasm-split $WASM_SPLIT (about 1 min)" wasm-split \
    install_into "$folder" build_wasm_split "$WASM_SPLIT"

  folder=$(build_tools_dir)
  [[ -d $folder ]] || step "Installing wasm-opt and esbuild (about 5 s)" build-tools \
    install_into "$folder" install_npm_packages "$REPO/scripts/build-tools"
}

# build_wasm_bindgen VERSION FOLDER. Unoptimised, because it is built more slowly than it works; without its lock
# file, because that may name versions which a mirror lacks; not in our target folder, which `make clean` removes.
build_wasm_bindgen() {
  env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 \
    cargo install wasm-bindgen-cli --version "=$1" --bin wasm-bindgen --no-default-features --debug --root "$2"
}

# build_wasm_split VERSION FOLDER. As above.
build_wasm_split() {
  env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 \
    cargo install wasm_split_cli_support --version "=$1" --bin wasm-split-cli --features build-binary --debug --root "$2"
}

# install_npm_packages SOURCE FOLDER: exactly those of SOURCE/package-lock.json.
install_npm_packages() {
  cp "$1/package.json" "$1/package-lock.json" "$1/.npmrc" "$2/"
  (cd "$2" && npm ci --no-progress)
}
