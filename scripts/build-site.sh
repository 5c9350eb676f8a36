#!/usr/bin/env bash
# Builds what the browser loads into $TARGET_DIR/site: the page compiled to WASM with its loader, the style, and the
# files of public/, each with a .br and a .gz beside it. Steps whose inputs did not change are skipped.
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
# What rustc lets the compiler use for this target, and wasm-bindgen adds; wasm-opt refuses what it is not told of.
WASM_FEATURES=(
  --enable-bulk-memory --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-multivalue
  --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext
)

main() {
  cd "$REPO"
  [[ -d $(wasm_bindgen_dir) && -d $(build_tools_dir) ]] || fail "tools are missing. Run: scripts/setup.sh wasm build-tools"
  TOOLS=$(build_tools_dir)/node_modules/.bin
  mkdir -p "$PKG" "$WORK"
  # A tool of another version may give another result, and so may another version of this script.
  TOOLS_SUM=$(wasm_bindgen_dir; build_tools_dir; sum_of "${BASH_SOURCE[0]}" "$here/bundle-style.mjs")

  build_page
  build_style
  copy_public
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
  "$here/wasm-cargo.sh" build --package frontend --profile wasm-release --target "$WASM_TARGET" \
    --target-dir "$TARGET_DIR/wasm"
  local compiled=$TARGET_DIR/wasm/$WASM_TARGET/wasm-release/frontend.wasm bound=$WORK/bound
  outdated page "$compiled" || return 0
  rm -rf "$bound" "$PKG/snippets"
  step "Writing the page's loader (about 5 s)" site-bindgen "$(wasm_bindgen_dir)/bin/wasm-bindgen" "$compiled" \
    --target web --no-typescript --out-name platus --out-dir "$bound"
  step "Shrinking the page (about 30 s)" site-wasm-opt "$TOOLS/wasm-opt" -Oz "${WASM_FEATURES[@]}" \
    "$bound/platus_bg.wasm" -o "$PKG/platus_bg.wasm"
  "$TOOLS/esbuild" "$bound/platus.js" --minify --format=esm --log-level=warning --outfile="$PKG/platus.js" --allow-overwrite
  [[ ! -d $bound/snippets ]] || cp -R "$bound/snippets" "$PKG/snippets"
  finished page
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

main
