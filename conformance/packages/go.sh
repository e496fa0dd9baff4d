#!/usr/bin/env bash
# Builds the adapters of Go's clients: go.sh TARGET
# needs: go:golang-go
set -euo pipefail
[[ $# == 1 ]] || { echo "usage: go.sh TARGET" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sources=$here/../adapters/go
mkdir -p "$1"
target=$(cd "$1" && pwd)

stamp=$(cd "$here" && find go.sh go "$sources" -type f -print0 | sort -z | xargs -0 cat | sha256sum)
[[ $(cat "$target/stamp" 2>/dev/null) == "$stamp" ]] && exit 0

# The module is put together in the target: the manifest lies with those of the other ecosystems.
rm -rf "$target/stamp" "$target/module"
mkdir -p "$target/module"
cp -r "$here"/go/. "$sources"/. "$target/module"
cd "$target/module"
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly
if ! go mod download >"$target/log" 2>&1; then
  echo "go.sh: the modules cannot be had: $(tail -n 1 "$target/log")" >&2
  exit 1
fi
if ! go build -p 2 -buildvcs=false -trimpath -o "$target/" ./gomemcache ./dskit ./serialx >"$target/log" 2>&1; then
  echo "go.sh: $(tail -n 1 "$target/log")" >&2
  exit 1
fi
echo "$stamp" >"$target/stamp"
