#!/usr/bin/env bash
# Starts real servers for Platus to watch, on the loopback address only. May run several times at once.
#
# usage: scripts/targets/start.sh DIR [--only nginx] [--port PORT] [--with-pid PID]
#   DIR              is made when it is missing; all files of the servers live in it
#   --only nginx     without httpbin
#   --port PORT      the servers take PORT and those after it instead of free ones
#   --with-pid PID   end the servers when this process is gone, even if nobody calls stop.sh
#
# DIR/targets.env then says where everything is, in lines of NAME=VALUE. Files in DIR/html are served at HTTP/files/.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"
# shellcheck source=scripts/tools.sh
source "$here/../tools.sh"

# In the order of their ports. On the last one nobody listens.
SERVERS=(HTTP ELSEWHERE HTTPS MTLS EXPIRED WRONG_HOST SELF_SIGNED CLOSED)
TRIES=5

main() {
  local dir='' only='' port='' owner='' try
  while (($# > 0)); do
    case $1 in
      --only) only=$2 && shift 2 ;;
      --port) port=$2 && shift 2 ;;
      --with-pid) owner=$2 && shift 2 ;;
      -*) fail "\"$1\" is no option of start.sh." ;;
      *) dir=$1 && shift ;;
    esac
  done
  [[ -n $dir ]] || fail "say in which folder the servers shall live."
  [[ -z $only || $only == nginx ]] || fail "--only knows nginx alone."
  has nginx || fail "nginx is missing. Run: scripts/setup.sh test-servers"

  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  [[ ! -e $dir/nginx.pid ]] || fail "servers live in $dir already. Run: scripts/targets/stop.sh $dir"
  DIR=$dir
  trap '(($? == 0)) || "$here/stop.sh" "$DIR" || true' EXIT

  provide_certificates
  provide_files
  [[ -n $only ]] || start_httpbin
  if [[ -n $port ]]; then
    start_nginx "$port" || fail "nginx cannot take the ports from $port on: $(grep -m 1 emerg "$DIR/error.log")"
  else
    for ((try = 1; ; try++)); do
      start_nginx "$(free_ports)" && break
      ((try < TRIES)) || fail "nginx does not start: $(tail -n 3 "$DIR/error.log")"
    done
  fi
  [[ -n $only ]] || find_httpbin
  write_environment "$only"
  [[ -z $owner ]] || end_with "$owner"
}

# They take a moment to make, so they are kept, and made anew when they have less than a week left.
provide_certificates() {
  local cache
  cache=$(certificates_dir)
  if [[ -d $cache ]] && ! openssl x509 -noout -checkend 604800 -in "$cache/server.crt" >/dev/null; then
    rm -rf "$cache"
  fi
  [[ -d $cache ]] || step "Making certificates (about 1 s)" certificates install_into "$cache" "$here/certificates.sh"
  mkdir -p "$DIR/tls"
  cp "$cache"/*.crt "$cache"/*.key "$cache"/*.pem "$DIR/tls/"
}

provide_files() {
  mkdir -p "$DIR/html" "$DIR/tmp"
  printf '<!doctype html>\n<title>Test server</title>\n<p>hello\n' >"$DIR/html/index.html"
  head -c 4194304 /dev/zero | tr '\0' x >"$DIR/html/big.txt"
  printf 'bob:%s\n' "$(openssl passwd -apr1 s3cret)" >"$DIR/htpasswd"
}

# Prints the first of enough neighbouring ports to which nobody answers. They lie below those which systems give
# to outgoing connections. Somebody may still be quicker than nginx: then other ports are tried.
free_ports() {
  local first port
  while :; do
    first=$((20000 + RANDOM % 1200 * 10))
    for ((port = first; port < first + ${#SERVERS[@]}; port++)); do
      if answers "$port"; then continue 2; fi
    done
    printf '%s' "$first"
    return
  done
}

answers() {
  (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null
}

# start_nginx FIRST_PORT: returns when it listens; fails when a port is taken.
start_nginx() {
  local port=$1 server expressions=()
  for server in "${SERVERS[@]}"; do
    printf -v "${server}_PORT" '%s' "$port"
    expressions+=(-e "s/@${server}_PORT@/$port/")
    port=$((port + 1))
  done
  # The workers of root would be another user, who may not enter DIR.
  if ((EUID == 0)); then expressions+=(-e 's/@USER@/user root;/'); else expressions+=(-e 's/@USER@//'); fi
  sed "${expressions[@]}" "$here/nginx.conf.in" >"$DIR/nginx.conf"
  nginx -p "$DIR" -e "$DIR/error.log" -c "$DIR/nginx.conf" </dev/null >"$DIR/nginx.log" 2>&1
}

# It takes whatever port the system gives it, and tells it in its log.
start_httpbin() {
  local python
  python=$(httpbin_dir)/bin/python
  [[ -x $python ]] || fail "httpbin is missing. Run: scripts/setup.sh test-servers"
  : >"$DIR/httpbin.log"
  (cd "$DIR" && exec "$python" -m gunicorn --bind 127.0.0.1:0 --workers 1 --threads 8 --daemon --no-control-socket \
    --pid "$DIR/httpbin.pid" --log-file "$DIR/httpbin.log" httpbin:app) </dev/null >"$DIR/httpbin.out" 2>&1
}

# Sets HTTPBIN_PORT when httpbin answers.
find_httpbin() {
  local deadline=$((SECONDS + 20))
  HTTPBIN_PORT=''
  until [[ -n $HTTPBIN_PORT ]] && http_ok "$HTTPBIN_PORT" /status/200; do
    ((SECONDS < deadline)) || fail "httpbin does not answer: $(tail -n 5 "$DIR/httpbin.log")"
    sleep 0.05
    HTTPBIN_PORT=$(sed -n 's/.*Listening at: http:\/\/127\.0\.0\.1:\([0-9]*\).*/\1/p' "$DIR/httpbin.log")
  done
}

# http_ok PORT PATH, without needing curl.
http_ok() {
  local answer
  answer=$(
    exec 3<>/dev/tcp/127.0.0.1/"$1" &&
      printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3 &&
      IFS= read -r -t 5 line <&3 && printf '%s' "$line"
  ) 2>/dev/null || return 1
  [[ $answer == HTTP/1.*' 200 '* ]]
}

write_environment() {
  local only=$1 server name scheme
  {
    for server in "${SERVERS[@]}"; do
      case $server in
        HTTP | ELSEWHERE | CLOSED) scheme=http ;;
        *) scheme=https ;;
      esac
      name=${server}_PORT
      printf '%s=%s://127.0.0.1:%s\n%s=%s\n' "$server" "$scheme" "${!name}" "$name" "${!name}"
    done
    if [[ -z $only ]]; then
      printf 'HTTPBIN=http://127.0.0.1:%s\nHTTPBIN_PORT=%s\n' "$HTTPBIN_PORT" "$HTTPBIN_PORT"
    fi
    printf '%s\n' "FILES=$DIR/html" BASIC_USER=bob BASIC_PASSWORD=s3cret "CA=$DIR/tls/ca.crt" \
      "CLIENT_CERT=$DIR/tls/client.crt" "CLIENT_KEY=$DIR/tls/client.key" "CLIENT_PEM=$DIR/tls/client.pem" \
      "FOREIGN_CLIENT_CERT=$DIR/tls/foreign-client.crt" "FOREIGN_CLIENT_KEY=$DIR/tls/foreign-client.key" \
      "FOREIGN_CLIENT_PEM=$DIR/tls/foreign-client.pem"
  } >"$DIR/targets.env.partial"
  mv "$DIR/targets.env.partial" "$DIR/targets.env"
}

# Looks once a second whether PID is still there, and whether somebody else has stopped the servers.
end_with() {
  local owner=$1
  (
    trap - EXIT
    trap '' INT HUP
    cd /
    while kill -0 "$owner" 2>/dev/null && [[ -e $DIR/nginx.pid ]]; do sleep 1; done
    [[ ! -d $DIR ]] || "$here/stop.sh" "$DIR"
  ) </dev/null >/dev/null 2>&1 &
}

main "$@"
