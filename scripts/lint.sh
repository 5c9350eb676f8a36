#!/usr/bin/env bash
# Checks the code without running it.
#
# usage: scripts/lint.sh [format|structure|clippy|docs|purity|scripts|dependencies]…    (all of them when none is named)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

# The page is compiled for the browser, so it must not know what only a server can do.
SERVER_ONLY='aws-config|axum|hickory-resolver|hyper|hyper-util|lapin|leptos_axum|lettre|mio|mongodb|redis|reqwest|ring|rusqlite|rustls|socket2|tokio|tower|tower-http'

lint_format() {
  cargo fmt --all --check
}

lint_structure() {
  lint_addresses
  "$here/structure.sh" crates
  "$here/structure.sh" names
  # The crates without a circle between their files. A crate comes in here when its last circle is gone, and none goes out.
  "$here/structure.sh" circles --crate app --crate checks --crate engine --crate frontend --crate history --crate json \
    --crate model --crate net --crate notify --crate server --crate storage --crate structure --crate system \
    --crate test-support --crate vault --crate yaml
}

# What a browser reads are addresses under the base path, not paths of the site.
lint_addresses() {
  local found
  found=$(grep -rnE '\b(href|action|src)=' app/src --include='*.rs' --exclude-dir=tests --exclude=tests.rs |
    grep -vE '\b(href|action|src)=(move \|\| )?under_base\(|href="#|href=\\"\{address\}' || true)
  [[ -z $found ]] || fail "An address does not go through \`under_base\` (app/src/base_path.rs):"$'\n'"$found"
  say "All addresses of the page are under the base path."
}

# Each crate as it is compiled: the server with and without the optional drivers, the page for the server and for the browser.
lint_clippy() {
  cargo clippy --workspace --exclude app --exclude frontend --all-targets -- -D warnings
  cargo clippy --package server --no-default-features -- -D warnings
  cargo clippy --package app --features ssr -- -D warnings
  # In the folder and with the profile of the site, so that macros and build scripts are compiled once for both.
  "$here/wasm-cargo.sh" clippy --package frontend --profile wasm-release --target "$WASM_TARGET" \
    --target-dir "$TARGET_DIR/wasm" -- -D warnings
}

lint_docs() {
  # Private items are documented as well: they are what a reader of this repository needs.
  RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' cargo doc --no-deps --document-private-items --workspace --exclude frontend
}

lint_purity() {
  has_no_server_code 'app on the server' --package app --features ssr
  has_no_server_code 'the page in the browser' --package frontend --target "$WASM_TARGET"
}

# has_no_server_code NAME ARGUMENTS OF CARGO TREE…
has_no_server_code() {
  local name=$1 found
  shift
  found=$(cargo tree "$@" --edges normal --prefix none --format '{p}' |
    cut -d' ' -f1 | sort -u | { grep -xE "$SERVER_ONLY" || true; } | paste -sd ' ')
  [[ -z $found ]] || fail "$name must not depend on: $found. See what brings it: cargo tree $* --edges normal --invert ${found%% *}"
  say "Nothing that only a server can do is in $name."
}

# Optional, because nothing that ships depends on it.
lint_scripts() {
  if ! has shellcheck; then
    say "ShellCheck is not installed, so the scripts are not looked at."
    return
  fi
  shellcheck --external-sources .ci/run scripts/*.sh scripts/*/*.sh
}

# Licences and sources need no network; what is known of holes in dependencies is in a database that not every machine reaches. Both
# tools are the user's to install: building them takes as long as building Platus.
lint_dependencies() {
  if has cargo-deny; then
    cargo deny --all-features check licenses bans sources
  else
    say "cargo-deny is not installed (cargo install cargo-deny), so licences and sources are not looked at."
  fi
  if ! has cargo-deny && ! has cargo-audit; then
    say "Without cargo-deny or cargo-audit nobody looks for known holes in the dependencies."
    return
  fi
  if has cargo-deny; then
    if timeout 60 cargo deny fetch db >/dev/null 2>&1; then
      cargo deny --all-features check --disable-fetch advisories
    else
      say "The database of known holes cannot be reached from here, so cargo-deny does not look for them."
    fi
  fi
  if has cargo-audit; then
    # It ends with 1 for a hole as well as when it could not look; a report it makes only when it has looked.
    local report
    report=$(timeout 120 cargo audit --json 2>/dev/null) || true
    if [[ $report == *'"vulnerabilities"'* ]]; then
      cargo audit --no-fetch || fail "cargo-audit knows holes in the dependencies."
    else
      say "The database of known holes cannot be reached from here, so cargo-audit does not look for them."
    fi
  fi
}

cd "$REPO"
(($# > 0)) || set -- format structure clippy docs purity scripts dependencies
for what in "$@"; do
  case $what in
    format | structure | clippy | docs | purity | scripts | dependencies) "lint_$what" ;;
    *) fail "\"$what\" is not one of format, structure, clippy, docs, purity, scripts, dependencies." ;;
  esac
done
