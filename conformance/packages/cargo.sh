#!/usr/bin/env bash
# Builds the adapters of Rust's clients: cargo.sh TARGET
# needs: cargo:cargo rustc:rustc
set -euo pipefail
[[ $# == 1 ]] || { echo "usage: cargo.sh TARGET" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sources=$here/../adapters/rust
mkdir -p "$1"
target=$(cd "$1" && pwd)

stamp=$(cd "$here" && find cargo.sh rust "$sources" -type f -print0 | sort -z | xargs -0 cat | sha256sum)
[[ $(cat "$target/stamp" 2>/dev/null) == "$stamp" ]] && exit 0

# The crate is put together in the target: the manifest lies with those of the other ecosystems.
rm -rf "$target/stamp" "$target/crate"
mkdir -p "$target/crate"
cp -r "$here"/rust/. "$sources"/. "$target/crate"
cd "$target/crate"
if ! cargo build --release -j 2 --target-dir "$target/objects" >"$target/log" 2>&1; then
  echo "cargo.sh: $(grep -m 1 ^error "$target/log" || tail -n 1 "$target/log")" >&2
  exit 1
fi
cp "$target/objects/release/rust-memcache" "$target/"
echo "$stamp" >"$target/stamp"
