#!/usr/bin/env bash
# Builds what the browser loads into $TARGET_DIR/site: the page compiled to WASM with its loader, its parts, the style, the files of
# public/, the documentation and the licences, each with a .br and a .gz beside it. Steps whose inputs did not change are skipped.
#
# usage: scripts/build-site.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"
# shellcheck source=scripts/tools.sh
source "$here/tools.sh"

SITE=$TARGET_DIR/site
PKG=$SITE/pkg
WORK=$TARGET_DIR/site-work
SPLIT=$WORK/split
SMALL=$WORK/small
# What rustc lets the compiler use for this target, and wasm-bindgen adds; wasm-opt refuses what it is not told of.
WASM_FEATURES=(
  --enable-bulk-memory --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-multivalue
  --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext
)

main() {
  cd "$REPO"
  [[ -d $(wasm_bindgen_dir) && -d $(wasm_split_dir) && -d $(build_tools_dir) ]] || fail "tools are missing. Run: scripts/setup.sh wasm build-tools"
  TOOLS=$(build_tools_dir)/node_modules/.bin
  mkdir -p "$PKG" "$WORK"
  # A tool of another version may give another result, and so may another version of this script.
  TOOLS_SUM=$(wasm_bindgen_dir; wasm_split_dir; build_tools_dir; sum_of "${BASH_SOURCE[0]}" "$here/bundle-page.mjs" "$here/bundle-style.mjs")

  build_page
  build_style
  copy_public
  copy_docs
  write_licences
  node "$here/precompress.mjs" "$SITE"
}

# outdated STEP FILE…: whether the inputs of this step differ from those of the last time that it succeeded.
outdated() {
  local step=$1 sum
  shift
  sum=$({ printf '%s\n' "$TOOLS_SUM" "$@"; cat "$@"; } | sum_of)
  printf '%s' "$sum" >"$WORK/$step.new"
  ! cmp -s "$WORK/$step.new" "$WORK/$step.sum"
}

finished() {
  mv "$WORK/$1.new" "$WORK/$1.sum"
}

build_page() {
  # Cargo knows itself what has changed, except when the standard library has become another one.
  local library
  library=$(wasm_library)
  if [[ -d $TARGET_DIR/wasm && $(cat "$WORK/library" 2>/dev/null) != "$library" ]]; then rm -rf "$TARGET_DIR/wasm"; fi
  printf '%s' "$library" >"$WORK/library"
  # wasm-split finds out with the relocations what each part needs.
  "$here/wasm-cargo.sh" rustc --package frontend --profile wasm-release --target "$WASM_TARGET" \
    --target-dir "$TARGET_DIR/wasm" -- -C link-arg=--emit-relocs
  local compiled=$TARGET_DIR/wasm/$WASM_TARGET/wasm-release/frontend.wasm
  outdated page "$compiled" || return 0
  rm -rf "$SPLIT" "$SMALL"
  mkdir -p "$SMALL"
  step "Splitting the page (about 5 s)" site-split split_page "$compiled"
  step "Shrinking the page (about 30 s)" site-wasm-opt shrink_page
  node "$here/bundle-page.mjs" "${TOOLS%/.bin}" "$SMALL" "$PKG"
  finished page
}

# split_page COMPILED: writes the module with which the page starts, its loader, and the files of the parts.
split_page() {
  "$(wasm_split_dir)/bin/wasm-split-cli" "$1" "$SPLIT" --out-name platus
  # What the parts use of the module is exported under the names of the linker.
  "$(wasm_bindgen_dir)/bin/wasm-bindgen" "$SPLIT/platus.wasm" --target web --no-typescript --keep-lld-exports --no-demangle \
    --out-name platus --out-dir "$SPLIT/bound"
}

shrink_page() {
  local file
  cp -R "$SPLIT/__wasm_split.js" "$SPLIT/bound/." "$SMALL/"
  for file in "$SPLIT/bound/platus_bg.wasm" "$SPLIT"/split_*.wasm "$SPLIT"/chunk_*.wasm; do
    # A pattern without files stands for itself.
    [[ ! -f $file ]] || "$TOOLS/wasm-opt" -Oz "${WASM_FEATURES[@]}" "$file" -o "$SMALL/${file##*/}"
  done
}

build_style() {
  [[ -f style/main.css ]] || fail "style/main.css is missing."
  local files
  mapfile -t files < <(find style -type f | sort)
  outdated style "${files[@]}" || return 0
  node "$here/bundle-style.mjs" "${TOOLS%/.bin}" style/main.css "$PKG/platus.css"
  finished style
}

copy_public() {
  local files=()
  [[ ! -d public ]] || mapfile -t files < <(find public -type f | sort)
  outdated public /dev/null "${files[@]}" || return 0
  find "$SITE" -mindepth 1 -maxdepth 1 ! -name pkg -exec rm -rf {} +
  [[ ! -d public ]] || cp -R public/. "$SITE/"
  finished public
}

# The documentation of this version, to which the page links.
copy_docs() {
  local files
  mapfile -t files < <(find docs -name '*.md' -type f | sort)
  if [[ -d $SITE/docs ]] && ! outdated docs "${files[@]}"; then return 0; fi
  outdated docs "${files[@]}" || true
  rm -rf "$SITE/docs"
  mkdir -p "$SITE/docs"
  cp -R docs/. "$SITE/docs/"
  finished docs
}

# The licences of the crates in the program.
write_licences() {
  if [[ -f $SITE/licences.txt ]] && ! outdated licences Cargo.lock "$here/licences.mjs"; then return 0; fi
  outdated licences Cargo.lock "$here/licences.mjs" || true
  node "$here/licences.mjs" "$SITE/licences.txt"
  finished licences
}

main
