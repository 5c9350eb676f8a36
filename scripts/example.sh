#!/usr/bin/env bash
# Starts Platus with the configuration in config/ and with the services that it names: an nginx of its own, of which one service changes its
# state every 20 s. Ctrl-C ends all of it. `platus demo` needs neither; this one shows a configuration at work.
#
# usage: scripts/example.sh
#
# The services are at the addresses that config/services.yaml names: http://127.0.0.1:8480/ and the ports after it.
# /files/shop.json of them says in turn that all is well, that it is degraded, and nothing at all. A job, too, calls Platus.
# shellcheck disable=SC2317  # The clean-up is called by traps.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

TARGETS_PORT=8480
PLATUS_PORT=5001
EVERY=20
# The token of the job in config/services.yaml.
TOKEN=not-a-secret-but-a-demo
platus=${PLATUS_BIN:-$REPO/target/release/platus}
dir=''
flipper=''
server=''

clean_up() {
  trap '' INT TERM HUP
  trap - EXIT
  end "$flipper"
  end "$server"
  if [[ -n $dir ]]; then
    "$here/targets/stop.sh" "$dir" || true
    rm -rf "$dir"
  fi
}

# end PID: asks a process of ours to end and waits for it; one that does not listen is killed after 10 s.
end() {
  [[ -n $1 ]] || return 0
  local tenths
  kill "$1" 2>/dev/null || true
  for ((tenths = 0; tenths < 100; tenths++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# Writes the file and moves it into place, so that nobody reads half of it.
flip() {
  local state
  while :; do
    for state in healthy degraded missing; do
      if [[ $state == missing ]]; then
        rm -f "$dir/html/shop.json"
      else
        printf '{"status":"%s"}\n' "$state" >"$dir/html/shop.json.partial"
        mv "$dir/html/shop.json.partial" "$dir/html/shop.json"
      fi
      beat
      sleep "$EVERY" &
      wait "$!"
    done
  done
}

# What a job does when it has succeeded. Platus may not be there yet.
beat() {
  curl --silent --output /dev/null --max-time 5 --request POST "http://127.0.0.1:$PLATUS_PORT/api/v1.0/heartbeat/$TOKEN" || true
}

port_answers() {
  (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null
}

# Says where to look as soon as Platus answers there.
announce() {
  local tenths
  for ((tenths = 0; tenths < 300; tenths++)); do
    kill -0 "$server" 2>/dev/null || return 0
    if port_answers "$PLATUS_PORT"; then
      say ""
      say "Platus runs at http://127.0.0.1:$PLATUS_PORT"
      say "Log in as admin (password admin) or dev (password dev). Ctrl-C ends the example."
      say ""
      return 0
    fi
    sleep 0.1
  done
}

cd "$REPO"
[[ -x $platus ]] || fail "$platus is missing. Run: make build"
! port_answers "$PLATUS_PORT" || fail "port $PLATUS_PORT is taken: does Platus run already?"
! port_answers "$TARGETS_PORT" || fail "port $TARGETS_PORT is taken: does another example run?"

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
dir=$(mktemp -d)
"$here/targets/start.sh" "$dir" --only nginx --port "$TARGETS_PORT"

(
  # Only its own sleep is left to end.
  trap - EXIT INT HUP
  trap 'kill "$!" 2>/dev/null; exit 0' TERM
  flip
) &
flipper=$!

"$platus" serve --config config/config.yaml &
server=$!
announce
result=0
wait "$server" || result=$?
server=''
exit "$result"
