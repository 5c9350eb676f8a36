# shellcheck shell=bash
# Brings Clippy for the compiler that builds for the browser. Sourced by setup.sh.

# A compiler of rustup has its own, which lints for every target.
set_up_clippy() {
  set_up_wasm_target
  if default_rust_builds_wasm || debian_has rust-web-clippy; then return; fi
  install_packages "Installing Debian's Clippy (about 5 s)" rust-web-clippy
}
