# shellcheck shell=bash
# Names the folders in which the tools are installed. A name holds the version, so that a new version is a new folder.
# Sourced after common.sh.

# The command line tool and the crate must be of exactly the same version.
wasm_bindgen_version() {
  awk '$1 == "name" && $3 == "\"wasm-bindgen\"" { getline; gsub(/"/, "", $3); print $3; exit }' "$REPO/Cargo.lock"
}

wasm_bindgen_dir() {
  printf '%s/wasm-bindgen-%s' "$PLATUS_TOOLS" "$(wasm_bindgen_version)"
}

WASM_SPLIT=0.2.4

# Of the same series as the crate wasm_split_helpers, by which Leptos marks what is split.
wasm_split_dir() {
  printf '%s/wasm-split-%s' "$PLATUS_TOOLS" "$WASM_SPLIT"
}

# Holds node_modules with wasm-opt and esbuild.
build_tools_dir() {
  printf '%s/build-tools-%s' "$PLATUS_TOOLS" "$(sum_of "$REPO/scripts/build-tools/package-lock.json")"
}

# Holds a Python virtual environment with httpbin.
httpbin_dir() {
  printf '%s/httpbin-%s' "$PLATUS_TOOLS" "$(sum_of "$REPO/scripts/targets/httpbin.txt")"
}

# Holds a Python virtual environment with moto.
moto_dir() {
  printf '%s/moto-%s' "$PLATUS_TOOLS" "$(sum_of "$REPO/scripts/targets/moto.txt")"
}

# Holds a Python virtual environment with aiosmtpd.
aiosmtpd_dir() {
  printf '%s/aiosmtpd-%s' "$PLATUS_TOOLS" "$(sum_of "$REPO/scripts/targets/aiosmtpd.txt")"
}

# celery_dir VERSION: holds a Python virtual environment with that Celery.
celery_dir() {
  printf '%s/celery-%s-%s' "$PLATUS_TOOLS" "$1" "$(sum_of "$REPO/scripts/targets/celery-$1.txt")"
}

# Holds mongod, a MongoDB server.
mongod_dir() {
  printf '%s/mongod-6.0.5' "$PLATUS_TOOLS"
}

# Holds the certificates of the test servers.
certificates_dir() {
  printf '%s/certificates-%s' "$PLATUS_TOOLS" "$(sum_of "$REPO/scripts/targets/certificates.sh")"
}

# Holds the standard library for WASM that was built for Debian's compiler, and bin/rustc, which uses it.
debian_wasm_dir() {
  printf '%s/wasm-rust-%s-%s' "$PLATUS_TOOLS" "$(dpkg-query -W -f '${Version}' rustc-web)" \
    "$(sum_of "$REPO/scripts/setup/wasm-target.sh")"
}

default_wasm_library() {
  (cd "$REPO" && rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null)
}

default_rust_builds_wasm() {
  local folder
  folder=$(default_wasm_library) || return 1
  compgen -G "$folder/libstd-*.rlib" >/dev/null
}

# Whether all these packages are installed; those which were removed but left settings behind are not.
debian_has() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || return 1
  done
}

debian_rust_builds_wasm() {
  has dpkg-query || return 1
  debian_has rustc-web cargo-web || return 1
  [[ -x $(debian_wasm_dir)/bin/rustc ]]
}

# Clippy of the compiler that builds for WASM where that is Debian's.
DEBIAN_CLIPPY=/usr/bin/cargo-clippy

# The folder of the standard library with which the page is built.
wasm_library() {
  if default_rust_builds_wasm; then default_wasm_library; else debian_wasm_dir; fi
}

RUSTY_VAULT=0.2.1

# Holds a server that speaks as Vault does.
rusty_vault_dir() {
  printf '%s/rusty-vault-%s' "$PLATUS_TOOLS" "$RUSTY_VAULT"
}
