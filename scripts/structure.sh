#!/usr/bin/env bash
# Checks the rules between the crates and files of this workspace; see crates/structure.
#
# usage: scripts/structure.sh circles [--crate NAME]…      circles between the files of a crate
#        scripts/structure.sh crates                       arrows between crates
#        scripts/structure.sh names [axum|leptos_axum|app]…  who names the web framework and the page
#        scripts/structure.sh uses [--crate NAME]…         which file uses which other
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo run --quiet --package structure -- "$@"
