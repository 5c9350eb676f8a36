#!/usr/bin/env bash
# Runs everything that must pass, from set-up to browser tests, and prints the time of each phase.
#
# usage: scripts/test.sh [PHASE…]      (all phases when none is named)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

PHASES=(set_up format structure clippy docs purity rust_tests build browser_tests)
declare -A HEADLINES=(
  [set_up]='Set-up'
  [format]='Formatting'
  [structure]='Dependencies between crates and files'
  [clippy]='Clippy'
  [docs]='Code documentation'
  [purity]='Dependencies of the page'
  [rust_tests]='Unit and integration tests'
  [build]='Release build'
  [browser_tests]='Browser tests'
)
TIMES=()

set_up() { "$here/setup.sh" all; }
format() { "$here/lint.sh" format; }
structure() { "$here/lint.sh" structure; }
clippy() { "$here/lint.sh" clippy; }
docs() { "$here/lint.sh" docs; }
purity() { "$here/lint.sh" purity; }
build() {
  "$here/build.sh"
  node "$here/check-size.mjs" "$TARGET_DIR/site"
}
browser_tests() { "$here/e2e.sh"; }

# A skipped test counts as failed.
rust_tests() {
  local log=$PLATUS_TOOLS/logs/rust-tests.$$.log
  # shellcheck disable=SC2064  # The name is wanted as it is now.
  trap "rm -f '$log'" EXIT
  # Most of a test is waiting for servers: with one test for each core, which is Cargo's default, half of the time is idle.
  export RUST_TEST_THREADS=${RUST_TEST_THREADS:-$(($(nproc) * 4))}
  cargo test --workspace --exclude frontend 2>&1 | tee "$log"
  if grep -E '^test result: .* [1-9][0-9]* ignored' "$log" >/dev/null; then
    grep -E '^test .* \.\.\. ignored' "$log" >&2 || true
    fail "these tests were skipped, which counts as failed."
  fi
}

print_times() {
  local line
  printf '\n%-32s %9s\n' Phase Time
  for line in "${TIMES[@]}"; do printf '%s\n' "$line"; done
  printf '%-32s %5d m %02d s\n' Total $((SECONDS / 60)) $((SECONDS % 60))
}

cd "$REPO"
for phase in "$@"; do
  [[ -v HEADLINES[$phase] ]] || fail "\"$phase\" is not a phase. The phases are ${PHASES[*]}."
done
(($# == 0)) || PHASES=("$@")
number=0
for phase in "${PHASES[@]}"; do
  number=$((number + 1))
  started=$SECONDS
  printf '\n==> %d/%d %s\n' "$number" "${#PHASES[@]}" "${HEADLINES[$phase]}"
  # Not in a condition, which would switch off `set -e` in the phase.
  set +e
  (
    set -e
    "$phase"
  )
  result=$?
  set -e
  took=$((SECONDS - started))
  TIMES+=("$(printf '%-32s %5d m %02d s' "$number. ${HEADLINES[$phase]}" $((took / 60)) $((took % 60)))")
  if ((result != 0)); then
    print_times
    fail "phase $number, ${HEADLINES[$phase]}, failed."
  fi
done
print_times
say "All passed."
