# shellcheck shell=bash
# Brings a Rust compiler that can build for the browser. Sourced by setup.sh.
#
# Usually rustup adds the target to the default toolchain. Where rustup is missing or cannot download, Debian has
# a second compiler (kept for its own browsers) with the sources of the standard library, which is built from them.

set_up_wasm_target() {
  default_rust_builds_wasm && return
  debian_rust_builds_wasm && return
  add_target_with_rustup && return
  apt_offers rustc-web || fail "install the Rust target $WASM_TARGET for the compiler that \"rustc\" starts."
  install_debian_rust
  local folder
  folder=$(debian_wasm_dir)
  step "Building the standard library for WASM (about 1 min)" wasm-std \
    install_into "$folder" build_standard_library "$folder"
}

# Fails quietly: there is a second way.
add_target_with_rustup() {
  has rustup || return 1
  say "Adding the Rust target $WASM_TARGET (about 10 s)…"
  mkdir -p "$PLATUS_TOOLS/logs"
  if ! (cd "$REPO" && timeout 180 rustup target add "$WASM_TARGET") >"$PLATUS_TOOLS/logs/rustup.log" 2>&1 </dev/null; then
    say "  rustup could not, so another way is taken; see $PLATUS_TOOLS/logs/rustup.log"
    return 1
  fi
  default_rust_builds_wasm
}

install_debian_rust() {
  local packages=(rustc-web cargo-web rust-web-src rust-web-llvm)
  debian_has "${packages[@]}" ||
    install_packages "Installing Debian's Rust compiler (about 30 s)" "${packages[@]}"
  # The linker which that compiler calls is a link into a package named after the version of LLVM.
  local llvm
  llvm=$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  debian_has "lld-$llvm" || install_packages "Installing its linker (about 10 s)" "lld-$llvm"
}

# build_standard_library FINAL FOLDER: FOLDER becomes FINAL when it is done. It is a copy of the compiler's own
# library folder, made of links, to which the WASM library is added; nothing is written into the system's folders.
build_standard_library() {
  local final=$1 folder=$2 scratch=$2/scratch system
  system=$(/usr/bin/rustc --print sysroot)
  mkdir -p "$scratch/src" "$folder/bin" "$folder/lib/rustlib/$WASM_TARGET/lib"
  printf '[package]\nname = "scratch"\nedition = "2021"\n[workspace]\n' >"$scratch/Cargo.toml"
  : >"$scratch/src/lib.rs"
  # The switch for unstable features is needed here only: later builds find the library ready-made. They optimise
  # across crates, for which the library must hold bitcode; cargo would leave it out.
  (cd "$scratch" && RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C embed-bitcode=yes' \
    CARGO_TARGET_DIR=$scratch/target /usr/bin/cargo build --release --target "$WASM_TARGET" \
    -Zbuild-std=std,panic_abort)
  rm -f "$scratch/target/$WASM_TARGET/release/deps/"libscratch-*
  cp "$scratch/target/$WASM_TARGET/release/deps/"*.rlib "$folder/lib/rustlib/$WASM_TARGET/lib/"
  rm -rf "$scratch"

  local entry
  for entry in "$system"/lib/rustlib/*; do
    [[ -e $folder/lib/rustlib/${entry##*/} ]] || ln -s "$entry" "$folder/lib/rustlib/"
  done
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$final" >"$folder/bin/rustc"
  chmod +x "$folder/bin/rustc"
}
