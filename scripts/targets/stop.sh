#!/usr/bin/env bash
# Ends the servers that start.sh started in DIR, and no others. Does nothing when they are gone.
#
# usage: scripts/targets/stop.sh DIR
set -euo pipefail

(($# == 1)) || { printf 'usage: scripts/targets/stop.sh DIR\n' >&2 && exit 2; }
[[ -d $1 ]] || exit 0
dir=$(cd "$1" && pwd)

# The number in an old pid file may belong to somebody else by now; our servers name the folder in their command.
is_ours() {
  [[ ! -d /proc/self ]] && kill -0 "$1" 2>/dev/null && return
  tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$dir"
}

# end_server PID_FILE: asks it to end, and ends it after 5 s.
end_server() {
  local file=$dir/$1 pid tenths
  [[ -s $file ]] || return 0
  pid=$(<"$file")
  if is_ours "$pid"; then
    kill "$pid" 2>/dev/null || true
    for ((tenths = 0; tenths < 50; tenths++)); do
      is_ours "$pid" || break
      sleep 0.1
    done
    if is_ours "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
  fi
  rm -f "$file"
}

end_server httpbin.pid
end_server nginx.pid
rm -f "$dir/targets.env"
