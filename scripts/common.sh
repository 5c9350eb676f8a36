# shellcheck shell=bash
# Where things are, and how scripts speak. Sourced by the other scripts, which run with `set -euo pipefail`.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that is installed for this project but is no part of a checkout, so that clean clones share it.
export PLATUS_TOOLS=${PLATUS_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/platus}

# Cargo reads a relative CARGO_TARGET_DIR from the folder it runs in; ours always runs in the repository.
TARGET_DIR=${CARGO_TARGET_DIR:-target}
[[ $TARGET_DIR == /* ]] || TARGET_DIR=$REPO/$TARGET_DIR

# shellcheck disable=SC2034  # Used by those who source this.
WASM_TARGET=wasm32-unknown-unknown

# Not every login has the folder in which Debian keeps nginx.
PATH=$PATH:/usr/local/sbin:/usr/sbin

# Where setup.sh puts a newer Node than the system's, and only when that is too old.
NODE_DIR=$PLATUS_TOOLS/node-24.21.0
[[ ! -d $NODE_DIR ]] || PATH=$NODE_DIR/bin:$PATH

say() {
  printf '%s\n' "$*"
}

fail() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# The sum of files or, without arguments, of standard input; short, because it becomes part of folder names.
sum_of() {
  cat "$@" | sha256sum | cut -c1-12
}

# step TEXT LOG COMMAND…: says what is done and how long it took. The command's output goes to a log file,
# whose end is shown when the command fails. Never call it in a condition: that would switch off `set -e` in COMMAND.
step() {
  local text=$1 log=$PLATUS_TOOLS/logs/$2.log started=$SECONDS result
  shift 2
  mkdir -p "${log%/*}"
  say "$text…"
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  result=$?
  set -e
  if ((result != 0)); then
    tail -n 40 "$log" >&2
    fail "this step failed: $text. Its whole output is in $log."
  fi
  say "  done in $((SECONDS - started)) s"
}

# install_into FOLDER COMMAND…: runs COMMAND with a temporary folder as its last argument, and gives that folder
# its name when the command has succeeded, so that a half-finished install never counts as done.
install_into() {
  local folder=$1 partial=$1.partial.$$
  shift
  rm -rf "$partial"
  mkdir -p "$partial"
  # shellcheck disable=SC2064  # The name is wanted as it is now.
  trap "rm -rf '$partial'" EXIT
  "$@" "$partial"
  # Another run may have finished first; its folder is as good.
  [[ -d $folder ]] || mv "$partial" "$folder"
}
