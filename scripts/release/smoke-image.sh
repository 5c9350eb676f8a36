#!/usr/bin/env bash
# Starts the image as an operator would, and asks what it serves: the version, the demo with the rights of the Compose file, and the
# Compose file itself with Redis.
#
# usage: scripts/release/smoke-image.sh IMAGE VERSION
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"

IMAGE=${1:?which image?}
VERSION=${2:?which version?}
PORT=5001
NAME=platus-smoke-$$

clean_up() {
  docker rm --force "$NAME" >/dev/null 2>&1 || true
  docker compose --project-name "$NAME" down --volumes >/dev/null 2>&1 || true
}

# wait_until_healthy CONTAINER: as the container engine sees it, by `platus healthcheck`.
wait_until_healthy() {
  local left
  for ((left = 120; left > 0; left--)); do
    [[ $(docker inspect --format '{{.State.Health.Status}}' "$1") != healthy ]] || return 0
    sleep 0.5
  done
  docker logs "$1" >&2
  fail "the container is not healthy after a minute."
}

ask() {
  curl --fail --silent --show-error --max-time 10 "http://127.0.0.1:$PORT$1" "${@:2}"
}

cd "$REPO"
trap clean_up EXIT

said=$(docker run --rm "$IMAGE" --version)
[[ $said == "platus $VERSION"* ]] || fail "the image says that it is \"$said\", not $VERSION."

docker run --detach --name "$NAME" --publish "127.0.0.1:$PORT:5001" --read-only --tmpfs /tmp --cap-drop ALL \
  --security-opt no-new-privileges:true "$IMAGE" demo --listen 0.0.0.0:5001 >/dev/null
wait_until_healthy "$NAME"
ask /api/v1.0/health | grep -q 'Good doctor!' || fail "the demo does not say that it is healthy."
ask /api/v1.0/services --user viewer:viewer | grep -q '"web-shop"' || fail "the demo has no services."
ask /login | grep -q '<form' || fail "the demo has no page."
docker rm --force "$NAME" >/dev/null

docker tag "$IMAGE" platus
# The user of the image stores its files there.
docker run --rm --volume "$PWD/data:/data" redis:7-alpine chown 65532 /data
docker compose --project-name "$NAME" up --detach --no-build
wait_until_healthy "$(docker compose --project-name "$NAME" ps --quiet platus)"
ask /api/v1.0/status --user admin:admin | grep -q '"state"' || fail "the Compose file serves no status."
ask /metrics --user admin:admin | grep -q '^platus_store_up 1$' || fail "Platus does not reach its Redis."

say "The image works: $(docker image inspect --format '{{.Size}}' "$IMAGE" | awk '{ printf "%.1f MB", $1 / 1e6 }')."
