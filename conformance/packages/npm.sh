#!/usr/bin/env bash
# Installs the JavaScript clients of package.json into the folder TARGET; NODE_PATH is its
# node_modules. usage: npm.sh TARGET
# needs: node:nodejs npm:npm
set -euo pipefail
[[ $# == 1 ]] || { echo "usage: npm.sh TARGET" >&2; exit 2; }
here=$(dirname "${BASH_SOURCE[0]}")
target=$1
stamp=$(sha256sum <"$here/package-lock.json")
[[ $(cat "$target/stamp" 2>/dev/null) == "$stamp" ]] && exit 0

rm -rf "$target"
mkdir -p "$target"
cp "$here/package.json" "$here/package-lock.json" "$target"
if ! npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund \
  --fetch-retry-mintimeout 1000 --fetch-retry-maxtimeout 5000 >"$target/log" 2>&1; then
  echo "npm.sh: $(grep -m 1 -E '^npm (ERR!|error)' "$target/log" || tail -n 1 "$target/log")" >&2
  exit 1
fi
echo "$stamp" >"$target/stamp"
