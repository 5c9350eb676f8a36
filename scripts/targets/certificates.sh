#!/usr/bin/env bash
# Makes the certificates of the test servers, good and bad ones.
#
# usage: scripts/targets/certificates.sh DIR
#   ca.crt                     signs all but the last two
#   server.crt .key            for localhost and 127.0.0.1
#   wrong-host.crt .key        for another name
#   expired.crt .key           for localhost, until 2021
#   client.crt .key .pem       of the monitor
#   self-signed.crt .key       for localhost
#   foreign-client.crt .key .pem   signed by itself
set -euo pipefail

DAYS=365
NAMES='subjectAltName=DNS:localhost,IP:127.0.0.1'
NEW_KEY=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

umask 077
mkdir -p "$1"
cd "$1"

# request NAME SUBJECT EXTENSION…
request() {
  local name=$1 subject=$2
  shift 2
  openssl req "${NEW_KEY[@]}" -keyout "$name.key" -out "$name.csr" -subj "$subject"
  printf '%s\n' basicConstraints=CA:FALSE "$@" >"$name.extensions"
}

# signed NAME SUBJECT EXTENSION…
signed() {
  request "$@"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days "$DAYS" \
    -extfile "$1.extensions" -out "$1.crt"
}

# `openssl x509` cannot set dates of the past; `openssl ca` can, and wants a small configuration for it.
signed_in_the_past() {
  request "$@"
  printf '%s\n' '[ca]' 'default_ca=d' '[d]' database=index.txt new_certs_dir=. rand_serial=yes default_md=sha256 \
    policy=p unique_subject=no '[p]' commonName=supplied >ca.cnf
  : >index.txt
  openssl ca -batch -notext -config ca.cnf -cert ca.crt -keyfile ca.key -in "$1.csr" -out "$1.crt" \
    -startdate 20200101000000Z -enddate 20210101000000Z -extfile "$1.extensions"
}

# signed_by_itself NAME SUBJECT EXTENSION…
signed_by_itself() {
  local name=$1 subject=$2 extension extensions=()
  shift 2
  for extension in "$@"; do extensions+=(-addext "$extension"); done
  openssl req -x509 "${NEW_KEY[@]}" -days "$DAYS" -keyout "$name.key" -out "$name.crt" -subj "$subject" \
    "${extensions[@]}"
}

signed_by_itself ca '/CN=Platus test authority' basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign,cRLSign
signed server /CN=localhost "$NAMES" extendedKeyUsage=serverAuth
signed wrong-host /CN=other.test subjectAltName=DNS:other.test extendedKeyUsage=serverAuth
signed_in_the_past expired /CN=localhost "$NAMES" extendedKeyUsage=serverAuth
signed client /CN=platus-monitor extendedKeyUsage=clientAuth
signed_by_itself self-signed /CN=localhost "$NAMES"
signed_by_itself foreign-client /CN=platus-monitor extendedKeyUsage=clientAuth
cat client.crt client.key >client.pem
cat foreign-client.crt foreign-client.key >foreign-client.pem
rm -f -- *.csr *.extensions *.pem.* ca.cnf ca.srl index.txt*
